// The closed list of failures. Adapters turn foreign errors into these, activities throw only these, and the API maps
// them to problem details once. A class says whether a retry is allowed, and who has to act.

import type { LockKind } from './provider-account.ts';

export const FAILURES = {
  /** A photo, or the set, can't be used. The person has to bring other photos. */
  InvalidPhotos: { retry: 'never', title: 'The photos cannot be used' },
  /** The provider refused the request for good (4xx): nothing was charged. */
  SubmissionRejected: { retry: 'never', title: 'The provider refused the request' },
  /** A paid request may or may not have been accepted. It is reconciled, and never sent again before that. */
  SubmissionUnknown: { retry: 'reconcile', title: 'It is not known whether the provider accepted the request' },
  /** The account is locked or the key is wrong: no request can pass until an operator acts. */
  ProviderAccount: { retry: 'later', title: 'The provider account cannot be used' },
  /** The account may not use this one endpoint. Requests to other endpoints can go on. */
  EndpointClosed: { retry: 'later', title: 'The provider does not allow this endpoint' },
  /** The provider asks to slow down. */
  ProviderThrottled: { retry: 'later', title: 'The provider asks to slow down' },
  /** The provider can't be reached, or answered with a passing error. */
  ProviderUnavailable: { retry: 'later', title: 'The provider cannot be reached' },
  /** The provider finished the job with an error. */
  ProviderFailed: { retry: 'never', title: 'The provider could not finish the job' },
  /** The job runs: the answer comes later. Not an error, and not counted as one. */
  NotReadyYet: { retry: 'later', title: 'The job still runs' },
  /** The provider took longer than its deadline. */
  ProviderDeadline: { retry: 'never', title: 'The provider did not finish in time' },
  /** The tenant's budget would be passed. */
  BudgetExceeded: { retry: 'never', title: 'The budget does not allow this' },
  /** A version of the cast is retired, revoked or gone, so nothing may be drawn of it. */
  VersionRefused: { retry: 'never', title: 'A version of the cast may not be used' },
  /** The file is not a safetensors LoRA, or not the one that was pinned. */
  InvalidLora: { retry: 'never', title: 'The LoRA file cannot be used' },
  /** We are overloaded: the same call passes in a moment. */
  Busy: { retry: 'later', title: 'The service is busy' },
  /** Database or storage can't be reached. */
  StoreUnavailable: { retry: 'later', title: 'The database or storage cannot be reached' },
  /** A row or file that must exist is gone. */
  NotFound: { retry: 'never', title: 'Something that this step needs does not exist' },
  /** A value cannot be stored as it is: the same call fails each time, and its caller has to change the value. */
  InvalidInput: { retry: 'never', title: 'A value cannot be stored' },
  /** A rule of ours was broken: a defect, worth a report. The same call would break it again. */
  Internal: { retry: 'never', title: 'Internal error' },
  /**
   * An error that no code expected, such as a TypeError in a step: a defect too, but a fixed deploy can continue. The
   * step is retried until then, so that nothing paid is lost. The log has an error for every attempt, and the metrics
   * count them (docs/observability.md).
   */
  Unexpected: { retry: 'later', title: 'Unexpected error' },
} as const satisfies Record<string, { retry: 'never' | 'later' | 'reconcile'; title: string }>;

export type FailureCode = keyof typeof FAILURES;

export interface FailureOptions {
  /** Wait at least this long before the next try; from `Retry-After`, for example. */
  retryAfterMs?: number | undefined;
  /** Units that the provider bills for the failed job, when it says so. */
  billableUnits?: number | undefined;
  /** Of ProviderAccount: what the lock is about. */
  lock?: LockKind | undefined;
  /** What the provider named as wrong, for people and for programs. */
  problems?: readonly ProviderProblem[] | undefined;
  cause?: unknown;
}

/** One problem that the provider named. Contains nothing of the request. */
export interface ProviderProblem {
  type: string;
  /** The input, as the provider names it: `body.prompt`. */
  field?: string;
  /** Of a content policy: `sexual`, `violence`; `model_moderated` is the model's own layer; others may lack it. */
  categories?: string[];
}

/** The one error that adapters throw. `message` names the next step and holds no secret and no address. */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly retryAfterMs: number | undefined;
  readonly billableUnits: number | undefined;
  readonly lock: LockKind | undefined;
  readonly problems: readonly ProviderProblem[];

  constructor(code: FailureCode, message: string, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Failure';
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
    this.billableUnits = options.billableUnits;
    this.lock = options.lock;
    this.problems = options.problems ?? [];
  }
}

export function isFailureCode(value: unknown): value is FailureCode {
  return typeof value === 'string' && Object.hasOwn(FAILURES, value);
}
