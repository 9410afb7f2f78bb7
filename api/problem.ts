// The closed set of the API's problems (RFC 9457). Errors are turned into problems only here.

import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { RunError } from '../core/ports/run-error.ts';
import { Refusal } from '../core/refusal.ts';
import { REFUSAL_CODES } from '../domain/decision.ts';
import type { FailureCode } from '../domain/failure.ts';
import { Failure, isFailureCode } from '../domain/failure.ts';
import { UPDATE_REFUSALS } from '../workflows/messages.ts';
import type { ApiEnv } from './deps.ts';

/** `code` is the stable name; status and title belong to it. */
export const PROBLEMS = {
  idempotency_key_required: { status: 400, title: 'An Idempotency-Key is required' },
  malformed_request: { status: 400, title: 'The request cannot be read' },
  unauthorized: { status: 401, title: 'A valid API key or access token is required' },
  forged_webhook: { status: 401, title: 'The webhook is not signed by the provider' },
  missing_scope: { status: 403, title: 'A scope is missing' },
  no_tenant: { status: 403, title: 'The account belongs to no tenant' },
  target_not_allowed: { status: 403, title: 'The proxy does not pass this request on' },
  lora_not_approved: { status: 403, title: 'The LoRA does not belong to an approved identity' },
  not_found: { status: 404, title: 'Not found' },
  version_not_found: { status: 404, title: 'The character has no such version' },
  method_not_allowed: { status: 405, title: 'The method is not allowed for this address' },
  idempotency_conflict: { status: 409, title: 'The idempotency key was used for another request' },
  not_awaiting_approval: { status: 409, title: 'The round does not wait for a decision' },
  stale_round: { status: 409, title: 'The decision is for an older round' },
  already_decided: { status: 409, title: 'The round was decided already' },
  round_limit: { status: 409, title: 'No further round is allowed' },
  run_ended: { status: 409, title: 'The run is not open' },
  not_needs_photos: { status: 409, title: 'The run does not wait for photos' },
  not_unclear: { status: 409, title: 'The payment is not unclear' },
  refused_by_run: { status: 409, title: 'The run cannot do this in its present state' },
  too_many_open_runs: { status: 409, title: 'Too many runs are open' },
  submission_unknown: { status: 409, title: 'It is not known whether the provider accepted the request' },
  identity_not_ready: { status: 409, title: 'The identity is not ready' },
  version_retired: { status: 409, title: 'The version is retired' },
  version_revoked: { status: 409, title: 'The version is revoked' },
  wrong_family: { status: 409, title: 'The LoRA does not fit the model' },
  images_missing: { status: 409, title: 'The test images are gone' },
  no_older_scores: { status: 409, title: 'There are no scores of an older version' },
  picture_gone: { status: 409, title: 'The file of a picture was deleted' },
  references_missing: { status: 409, title: 'The reference photos are gone' },
  subject_in_use: { status: 409, title: 'An identity of this character is being prepared' },
  test_running: { status: 409, title: 'A test is running' },
  too_many_open_batches: { status: 409, title: 'Too many batches are open' },
  still_running: { status: 409, title: 'The still is being drawn' },
  still_not_flagged: { status: 409, title: 'The still waits for nobody' },
  endpoint_disabled: { status: 409, title: 'The endpoint is disabled' },
  too_many_endpoints: { status: 409, title: 'Too many webhook endpoints' },
  provider_endpoint_closed: { status: 409, title: 'The provider does not allow this endpoint' },
  budget_exceeded: { status: 409, title: 'The budget does not allow this' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The content type is not supported' },
  invalid_request: { status: 422, title: 'The request breaks a rule' },
  address_not_allowed: { status: 422, title: 'Webhooks cannot be sent to this address' },
  malformed_decision: { status: 422, title: 'The decision is malformed' },
  malformed_settlement: { status: 422, title: 'The settlement is malformed' },
  malformed_photos: { status: 422, title: 'The photos are malformed' },
  too_few_photos: { status: 422, title: 'At least 3 reference images required' },
  too_many_photos: { status: 422, title: 'Too many reference images' },
  unknown_photos: { status: 422, title: 'Not all photos belong to the character' },
  archive_required: { status: 422, title: 'A training needs one zip archive' },
  invalid_photos: { status: 422, title: 'The photos cannot be used' },
  rate_limited: { status: 429, title: 'Too many requests' },
  too_many_streams: { status: 429, title: 'Too many event streams are open' },
  internal: { status: 500, title: 'Unexpected error' },
  engine_refused: { status: 500, title: 'Temporal refused the request of the API' },
  provider_failed: { status: 502, title: 'The provider could not finish the request' },
  no_worker: { status: 503, title: 'No worker answers for the run' },
  engine_unavailable: { status: 503, title: 'Temporal cannot be reached' },
  store_unavailable: { status: 503, title: 'The database or storage cannot be reached' },
  provider_unavailable: { status: 503, title: 'The provider cannot be reached' },
  busy: { status: 503, title: 'The service is busy' },
  not_ready: { status: 503, title: 'The API is not ready' },
} as const satisfies Record<string, { status: number; title: string }> &
  Record<(typeof REFUSAL_CODES)[number], { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;
export type ProblemStatus = (typeof PROBLEMS)[ProblemCode]['status'];

/** Seconds until a retry when nothing better is known. */
const RETRY_AFTER = 5;

interface ProblemOptions {
  /** Further members of the answer. */
  members?: Record<string, unknown>;
  headers?: Record<string, string>;
  cause?: unknown;
}

/** A route throws it to answer with a problem. `detail` says the next step. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly members: Record<string, unknown>;
  readonly headers: Record<string, string>;

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Problem';
    this.code = code;
    this.members = options.members ?? {};
    const retry: Record<string, string> = PROBLEMS[code].status === 503 ? { 'retry-after': String(RETRY_AFTER) } : {};
    this.headers = { ...retry, ...options.headers };
  }
}

const OF_FAILURE: Record<FailureCode, ProblemCode> = {
  InvalidPhotos: 'invalid_photos',
  SubmissionRejected: 'provider_failed',
  SubmissionUnknown: 'provider_failed',
  ProviderAccount: 'provider_unavailable',
  EndpointClosed: 'provider_endpoint_closed',
  ProviderThrottled: 'provider_unavailable',
  ProviderUnavailable: 'provider_unavailable',
  ProviderFailed: 'provider_failed',
  // The API itself waits only for a free thread to read a photo.
  NotReadyYet: 'busy',
  Busy: 'busy',
  ProviderDeadline: 'provider_unavailable',
  BudgetExceeded: 'budget_exceeded',
  VersionRefused: 'version_revoked',
  InvalidLora: 'provider_failed',
  StoreUnavailable: 'store_unavailable',
  NotFound: 'not_found',
  InvalidInput: 'invalid_request',
  Internal: 'internal',
  Unexpected: 'internal',
};

const OF_HTTP_STATUS: Record<number, ProblemCode> = {
  400: 'malformed_request',
  413: 'body_too_large',
  415: 'unsupported_media_type',
};

/** The problem for an error. An unknown error is `internal`, and shows no details. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof RunError) return problemOfRun(error);
  if (error instanceof Refusal) {
    return new Problem(error.code, error.message, { members: error.members, cause: error.cause });
  }
  if (error instanceof Failure && error.code !== 'Internal') {
    const wait = error.retryAfterMs;
    return new Problem(OF_FAILURE[error.code], error.message, {
      cause: error,
      ...(wait === undefined ? {} : { headers: { 'retry-after': String(Math.ceil(wait / 1000)) } }),
    });
  }
  const known = error instanceof HTTPException ? OF_HTTP_STATUS[error.status] : undefined;
  if (known) return new Problem(known, `${(error as Error).message}. See /openapi.json for what the route takes.`);
  return new Problem(
    'internal',
    'The server failed, not your request. Try it again later, and report the request id if it fails again.',
    {
      cause: error,
    },
  );
}

function problemOfRun(error: RunError): Problem {
  switch (error.trouble) {
    case 'gone':
      return new Problem(
        'run_ended',
        'The run has ended, or it was never started. Read its state, or start a new identity.',
      );
    case 'no_worker':
      return new Problem('no_worker', error.message, { cause: error });
    case 'unavailable':
      return new Problem('engine_unavailable', error.message, { cause: error });
    case 'invalid':
      return new Problem('invalid_request', error.message, { cause: error });
    case 'misconfigured':
      return new Problem('engine_refused', error.message, { cause: error });
    case 'refused':
      return new Problem(codeOfRefusal(error.refusal), error.message);
  }
}

/** The codes of the runs' refusals: each is a problem of the same name. */
const RUN_REFUSALS = [...REFUSAL_CODES, ...UPDATE_REFUSALS] as const satisfies readonly ProblemCode[];

function codeOfRefusal(refusal: string | undefined): ProblemCode {
  const known = RUN_REFUSALS.find((code) => code === refusal);
  if (known) return known;
  return isFailureCode(refusal) ? OF_FAILURE[refusal] : 'refused_by_run';
}

/** The answer, as application/problem+json. */
export function answerProblem(c: Context<ApiEnv>, problem: Problem): Response {
  const { status, title } = PROBLEMS[problem.code];
  const requestId = c.get('requestId');
  const body = {
    ...problem.members,
    type: `urn:likeness:problem:${problem.code}`,
    title,
    status,
    detail: problem.message,
    code: problem.code,
    instance: `urn:likeness:request:${requestId}`,
    requestId,
  };
  const headers = { 'content-type': 'application/problem+json', ...problem.headers };
  return c.body(JSON.stringify(body), status, headers);
}
