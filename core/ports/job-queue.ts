// The queue in which a provider takes jobs: asked by submit, status, result, cancel, and by a listing of what was taken.

import type { LockKind } from '../../domain/provider-account.ts';

/** A request as its model takes it, and the answer of a job. Only the adapter of the model knows the fields. */
export type JobBody = Record<string, unknown>;
export type JobAnswer = Record<string, unknown>;

export type SubmitOutcome =
  | { kind: 'accepted'; requestId: string }
  /** Surely not taken. `retry` tells whether the same request may pass later. */
  | {
      kind: 'refused';
      reason: string;
      retry: 'never' | 'later';
      /** What is refused beside this request: the account, with the kind of its lock, or the endpoint. */
      closes?: LockKind | 'endpoint';
      retryAfterMs?: number;
    }
  /** May have been taken. */
  | { kind: 'unknown'; reason: string };

export type JobStatus = { state: 'queued'; position: number | undefined } | { state: 'running' } | { state: 'done' };

export interface JobResult {
  data: JobAnswer;
  /** Units that the provider billed, when it says so. */
  billableUnits: number | undefined;
}

/** One queue for the jobs of all models. It knows neither what a body asks for nor what an answer holds. */
export interface JobQueue {
  /** One POST, never repeated. Answers what is known; throws nothing. */
  submit(endpoint: string, body: JobBody, webhookUrl: string | undefined): Promise<SubmitOutcome>;
  status(endpoint: string, requestId: string, signal?: AbortSignal): Promise<JobStatus>;
  /** The finished job's answer. ProviderFailed, with what was billed all the same, when the job ended with an error. */
  result(endpoint: string, requestId: string, signal?: AbortSignal): Promise<JobResult>;
  /** Asks the provider to stop; a job that runs may still finish and be charged. */
  cancel(endpoint: string, requestId: string): Promise<void>;
  /** Looks for a request that was posted with this very body since then. */
  findRequest(endpoint: string, body: JobBody, since: Date): Promise<string | undefined>;
}
