// One request as the sandbox keeps it, and what may be said about it at a moment.
import { createHash } from 'node:crypto';
import type { ShownFace } from './shown-faces.ts';

export interface Job {
  id: string;
  endpoint: string;
  /** Fingerprint of the API key: the books never hold a key. */
  account: string;
  input: unknown;
  /** Where the caller reached us: output addresses begin with it. */
  origin: string;
  webhook?: string;
  acceptedAt: number;
  /** Names what was asked for, without an address: equal for two requests of the same work. */
  correlation?: string;
  /** The request that the same POST made first, when a fault took it twice. */
  duplicateOf?: string;
  /** Runs without the scheduled time, so that it can end before its submit is answered. */
  hurried?: true;
  priority: 'normal' | 'low';
  /** False when the caller sent `X-Fal-Store-IO: 0`. */
  storeIo: boolean;
  /** Lifetime of output files; without one they stay. */
  outputSeconds?: number;
  /** A request that has not started by then ends as 504. */
  startBy?: number;
  startedAt?: number;
  /** How often it went back to the queue in the middle of a run, and when it may start again. */
  requeues?: number;
  notBefore?: number;
  finishedAt?: number;
  cancelAsked?: boolean;
  payloadDeleted?: boolean;
  outcome?: Outcome;
}

export interface Outcome {
  status: number;
  headers: Record<string, string>;
  body: unknown;
  units: number;
  chargedMicros: number;
  /** Of each image that was drawn: whose face is where. */
  pictures?: ShownFace[][];
  /** Set for failures of the request itself, not of the model (fal's request errors). */
  errorType?: string;
}

/** The result outlives its request by an hour, large ones by six minutes, unless payloads are stored (fal: 30 days). */
const RESULT_MS = 3_600_000;
const LARGE_RESULT_MS = 360_000;
const LARGE_RESULT_BYTES = 10_240;
const STORED_RESULT_MS = 30 * 86_400_000;

/** When the result of a finished job stops being served, milliseconds since 1970. */
export function resultExpiresAt(job: Job): number {
  if (job.payloadDeleted) return 0;
  if (job.finishedAt === undefined) return Number.POSITIVE_INFINITY;
  if (job.storeIo) return job.finishedAt + STORED_RESULT_MS;
  const large = JSON.stringify(job.outcome?.body ?? null).length >= LARGE_RESULT_BYTES;
  return job.finishedAt + (large ? LARGE_RESULT_MS : RESULT_MS);
}

export type JobState = 'IN_QUEUE' | 'IN_PROGRESS' | 'COMPLETED';

/** fal's three states; a failed or cancelled request is COMPLETED too. */
export function jobState(job: Job): JobState {
  if (job.outcome) return 'COMPLETED';
  return job.startedAt === undefined ? 'IN_QUEUE' : 'IN_PROGRESS';
}

/** A failure of the request, not of the model: nothing is charged. */
export function requestFailure(
  job: Job,
  status: number,
  errorType: string,
  detail: string,
  headers: Record<string, string> = {},
): Outcome {
  return {
    status,
    headers: { 'x-fal-request-id': job.id, 'x-fal-error-type': errorType, ...headers },
    body: { detail, error_type: errorType },
    units: 0,
    chargedMicros: 0,
    errorType,
  };
}

/** The id of the last attempt: that of the request, unless it was run again or `differs` says so. */
export function gatewayIdOf(job: Job, differs: boolean): string {
  if (!job.requeues && !differs) return job.id;
  const hex = createHash('sha256')
    .update(`${job.id}/${job.requeues ?? 0}/${differs}`)
    .digest('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}
