// Errors of the client: the API's problem, or no answer at all.

import type { ProblemBody } from './types.ts';

type ProblemCode = ProblemBody['code'];

/** `unreachable`: no answer came. `unreadable`: an answer that is not of this API, as gateways give. */
export type LikenessErrorCode = ProblemCode | 'unreachable' | 'unreadable';

/** The API refused, or could not be reached. `code` is stable; `detail` says the next step. */
export class LikenessError extends Error {
  readonly code: LikenessErrorCode;
  /** HTTP; undefined when there was no answer. */
  readonly status: number | undefined;
  readonly detail: string;
  /** Finds the request in the server's logs. */
  readonly requestId: string | undefined;
  /** What the API's own answer says, with further members such as `errors` and `stage`. */
  readonly problem: ProblemBody | undefined;
  /** Milliseconds that the API asks the client to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: LikenessErrorCode,
    detail: string,
    about: { status?: number; problem?: ProblemBody; retryAfterMs?: number | undefined; cause?: unknown } = {},
  ) {
    super(`${code}: ${detail}`, about.cause === undefined ? undefined : { cause: about.cause });
    this.name = 'LikenessError';
    this.code = code;
    this.detail = detail;
    this.status = about.status;
    this.problem = about.problem;
    this.requestId = about.problem?.requestId;
    this.retryAfterMs = about.retryAfterMs;
  }

  /** Whether a retry may succeed a little later. */
  get isTransient(): boolean {
    return this.status === undefined || this.status === 429 || this.status === 503 || this.status === 504;
  }
}

/** The error for an answer with a status of 400 or more. */
export async function errorOf(response: Response): Promise<LikenessError> {
  const { status } = response;
  const retryAfterMs = millisecondsOf(response.headers.get('retry-after'));
  const body: unknown = await response.json().catch(() => undefined);
  if (isProblem(body)) return new LikenessError(body.code, body.detail, { status, problem: body, retryAfterMs });
  const detail = `The answer with status ${status} is not of the Likeness API. Check the base URL and what is in front of it.`;
  return new LikenessError('unreadable', detail, { status, retryAfterMs });
}

function isProblem(body: unknown): body is ProblemBody {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body;
}

/** Of a Retry-After header, which holds seconds or a date. */
function millisecondsOf(header: string | null): number | undefined {
  if (!header) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
