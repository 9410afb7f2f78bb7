// One request as the sandbox keeps it, and what may be said about it at a moment.

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
  priority: 'normal' | 'low';
  /** False when the caller sent `X-Fal-Store-IO: 0`. */
  storeIo: boolean;
  /** Lifetime of output files; without one they stay. */
  outputSeconds?: number;
  /** A request that has not started by then ends as 504. */
  startBy?: number;
  startedAt?: number;
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
