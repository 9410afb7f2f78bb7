// What the sandbox charged, for tests that compare it with the books of the program under test.
import { createHash } from 'node:crypto';
import type { FaultName } from './fault-registry.ts';
import type { Faults } from './faults.ts';
import { type Job, jobState } from './job.ts';
import type { ShownFace } from './shown-faces.ts';

interface BookEntry {
  requestId: string;
  endpoint: string;
  /** Fingerprint of the API key that paid. */
  account: string;
  receivedAt: string;
  finishedAt?: string;
  outcome: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  /** HTTP status of the result. */
  status?: number;
  units: number;
  chargedMicros: number;
  /** SHA-256, hex, of the webhook address that came with it: tells two submissions of one caller's request. */
  webhookSha256?: string;
  /**
   * Names the work, so that submissions of one piece of work can be counted: a training's archive file name; of a
   * generation the SHA-256 (16 hex digits) of prompt, seed and LoRAs. Missing for an input that no model would take.
   */
  correlation?: string;
  /** The request that the same POST made first (fault `duplicate_submit`). */
  duplicateOf?: string;
  /** The faults that struck this request itself; those of single answers are in the counts only. */
  faults: FaultName[];
  /** Of each image that it drew: whose face is where, from left to right. */
  pictures?: ShownFace[][];
}

export interface Books {
  entries: BookEntry[];
  totalMicros: number;
}

/** Every submission with what it was charged, oldest first. */
export function booksOf(jobs: Job[], faults: Faults): Books {
  const entries = jobs.map(
    (job): BookEntry => ({
      requestId: job.id,
      endpoint: job.endpoint,
      account: job.account,
      receivedAt: new Date(job.acceptedAt).toISOString(),
      ...(job.finishedAt !== undefined && { finishedAt: new Date(job.finishedAt).toISOString() }),
      outcome: bookOutcome(job),
      ...(job.outcome && { status: job.outcome.status }),
      units: job.outcome?.units ?? 0,
      chargedMicros: job.outcome?.chargedMicros ?? 0,
      ...(job.webhook !== undefined && { webhookSha256: createHash('sha256').update(job.webhook).digest('hex') }),
      ...(job.correlation !== undefined && { correlation: job.correlation }),
      ...(job.duplicateOf !== undefined && { duplicateOf: job.duplicateOf }),
      faults: faults.ofJob(job.id),
      ...(job.outcome?.pictures && { pictures: job.outcome.pictures }),
    }),
  );
  return { entries, totalMicros: entries.reduce((sum, entry) => sum + entry.chargedMicros, 0) };
}

function bookOutcome(job: Job): BookEntry['outcome'] {
  if (!job.outcome) return jobState(job) === 'IN_QUEUE' ? 'queued' : 'running';
  if (job.outcome.errorType === 'client_cancelled') return 'cancelled';
  return job.outcome.status < 400 ? 'succeeded' : 'failed';
}
