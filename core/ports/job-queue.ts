// The queue in which a provider takes jobs: submit, status, result, cancel, and a listing of the requests.

import type { LockKind } from '../../domain/provider-account.ts';

/** A request in the model's own fields, and the answer of a job. Only the model's adapter knows the fields. */
export type JobBody = Record<string, unknown>;
export type JobAnswer = Record<string, unknown>;

export type SubmitOutcome =
  | { kind: 'accepted'; requestId: string }
  /** Certainly not accepted. `retry`: whether the same request may pass later. */
  | {
      kind: 'refused';
      reason: string;
      retry: 'never' | 'later';
      /** What is refused in addition to this request: the account, with the kind of its lock, or the endpoint. */
      closes?: LockKind | 'endpoint';
      retryAfterMs?: number;
    }
  /** May have been accepted. */
  | { kind: 'unknown'; reason: string };

export type JobStatus = { state: 'queued'; position: number | undefined } | { state: 'running' } | { state: 'done' };

export interface JobResult {
  data: JobAnswer;
  /** Units that the provider billed, when it says so. */
  billableUnits: number | undefined;
}

/** One queue for the jobs of all models. It does not read bodies or answers. */
export interface JobQueue {
  /** One POST, never repeated. Answers the known outcome; throws nothing. */
  submit(endpoint: string, body: JobBody, webhookUrl: string | undefined): Promise<SubmitOutcome>;
  status(endpoint: string, requestId: string, signal?: AbortSignal): Promise<JobStatus>;
  /** The finished job's answer. Throws ProviderFailed, with the billed units, when the job ended with an error. */
  result(endpoint: string, requestId: string, signal?: AbortSignal): Promise<JobResult>;
  /** Asks the provider to stop; a job that runs may still finish and be charged. */
  cancel(endpoint: string, requestId: string): Promise<void>;
  /** Searches for a request with this exact body since then. */
  findRequest(endpoint: string, body: JobBody, since: Date): Promise<string | undefined>;
}
