// Refusals with a reason that the caller can act on.

import type { VersionRefusal } from '../domain/version.ts';

export type RefusalCode =
  | 'not_found'
  | 'invalid_request'
  | 'idempotency_conflict'
  | 'run_ended'
  | 'too_many_open_runs'
  | 'identity_not_ready'
  | VersionRefusal
  | 'version_retired'
  | 'wrong_family'
  | 'lora_not_approved'
  | 'too_many_open_batches'
  | 'still_running'
  | 'still_not_flagged'
  | 'images_missing'
  | 'no_older_scores'
  | 'references_missing'
  | 'test_running'
  | 'budget_exceeded'
  | 'too_few_photos'
  | 'too_many_photos'
  | 'unknown_photos'
  | 'picture_gone'
  | 'engine_unavailable';

/** Thrown by a use case that does nothing. The message says the next step. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  /** Further data for programs. */
  readonly members: Record<string, unknown>;

  constructor(
    code: RefusalCode,
    message: string,
    options: { members?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Refusal';
    this.code = code;
    this.members = options.members ?? {};
  }
}

/** The same answer for a thing that never existed, is gone, or belongs to another tenant. */
export function notFound(): Refusal {
  return new Refusal(
    'not_found',
    'Nothing with this id exists for your key. Check the id, and check that the key belongs to the right tenant.',
  );
}
