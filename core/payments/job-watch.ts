// A job at the provider: its progress, the pause between polls, and how it is stopped.

import type { ProviderCall } from '../../domain/provider-call.ts';
import type { Attempt } from '../ports/attempt.ts';
import type { Ports } from '../ports/index.ts';
import type { JobStatus } from '../ports/job-queue.ts';

/** A job is late when it takes LATE times as long as expected; then the pauses are LATE_PAUSES times as long. */
const LATE = 2;
const LATE_PAUSES = 3;

/** Milliseconds since the job was first polled, or posted if that was later. */
export function watchedMs(call: ProviderCall, { scheduledAt }: Attempt): number {
  // An adopted request may have been posted long before it could be polled.
  return Date.now() - Math.max(Date.parse(call.postedAt), scheduledAt);
}

export function isLate(elapsedMs: number, expectedMs: number): boolean {
  return elapsedMs >= LATE * expectedMs;
}

/** Milliseconds to the next poll: constant, and longer for a late job. */
export function pauseMs(elapsedMs: number, expectedMs: number, pollMs: number): number {
  return isLate(elapsedMs, expectedMs) ? LATE_PAUSES * pollMs : pollMs;
}

/**
 * Asks the provider to stop the job. True when it has ended in any way: its result has the cost. A running job may go
 * on.
 */
export async function stopJob(
  { provider }: Pick<Ports, 'provider'>,
  { endpoint, requestId }: { endpoint: string; requestId: string },
): Promise<boolean> {
  await provider.cancel(endpoint, requestId);
  return (await provider.status(endpoint, requestId)).state === 'done';
}

/** The job's progress, for people. */
export function progress(status: Exclude<JobStatus, { state: 'done' }>): string {
  if (status.state === 'running') return 'The job runs.';
  if (status.position === undefined) return 'The job waits in the queue.';
  return `The job waits in the queue, ${status.position} ahead of it.`;
}
