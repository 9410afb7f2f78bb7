// The jobs of a provider: fal.ai, or the sandbox that speaks as it does.

import type { LockKind } from '../../domain/provider-account.ts';

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
  data: Record<string, unknown>;
  /** Units that the provider billed, when it says so. */
  billableUnits: number | undefined;
}

export interface UploadFile {
  bytes: Uint8Array;
  contentType: string;
  fileName: string;
}

/** fal.ai, or the sandbox that speaks as it does. */
export interface Provider {
  /** One POST, never repeated. Answers what is known; throws nothing. */
  submit(endpoint: string, input: Record<string, unknown>, webhookUrl: string | undefined): Promise<SubmitOutcome>;
  status(endpoint: string, requestId: string, signal?: AbortSignal): Promise<JobStatus>;
  /** The finished job's answer. ProviderFailed, with what was billed all the same, when the job ended with an error. */
  result(endpoint: string, requestId: string, signal?: AbortSignal): Promise<JobResult>;
  /** Asks the provider to stop; a job that runs may still finish and be charged. */
  cancel(endpoint: string, requestId: string): Promise<void>;
  /** Looks for a request that was posted with this very body since then. */
  findRequest(endpoint: string, input: Record<string, unknown>, since: Date): Promise<string | undefined>;
  /** Puts a file where the provider's models can read it, for so many seconds. Answers its address. */
  upload(file: UploadFile, seconds: number): Promise<string>;
  /** One of the provider's own files, as it comes. A file of more than `maxBytes` breaks off with ProviderFailed. */
  download(url: string, maxBytes: number, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}
