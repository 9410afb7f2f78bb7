// A job that the provider works on: how far it is, how soon to look again, and how it is stopped.

import type { ProviderCall } from '../../domain/provider-call.ts';
import type { Attempt } from '../ports/attempt.ts';
import type { Ports } from '../ports/index.ts';
import type { JobStatus } from '../ports/job-queue.ts';

/** A job is late when it takes this many times as long as expected; then it is looked at less often. */
const LATE = 2;
const LATE_PAUSES = 3;

/** Milliseconds for which the provider could work on the job since it was looked at first. */
export function watchedMs(call: ProviderCall, { scheduledAt }: Attempt): number {
  // An adopted request may have been posted long before anybody could look at it.
  return Date.now() - Math.max(Date.parse(call.postedAt), scheduledAt);
}

export function isLate(elapsedMs: number, expectedMs: number): boolean {
  return elapsedMs >= LATE * expectedMs;
}

/** Milliseconds to the next look at a job: an even pace, and a slower one when the job is late. */
export function pauseMs(elapsedMs: number, expectedMs: number, pollMs: number): number {
  return isLate(elapsedMs, expectedMs) ? LATE_PAUSES * pollMs : pollMs;
}

/**
 * Asks the provider to stop the job. True when it has ended, whichever way: its result tells what it cost. A job that
 * runs may run on.
 */
export async function stopJob(
  { provider }: Pick<Ports, 'provider'>,
  { endpoint, requestId }: { endpoint: string; requestId: string },
): Promise<boolean> {
  await provider.cancel(endpoint, requestId);
  return (await provider.status(endpoint, requestId)).state === 'done';
}

/** Where the job is, for people. */
export function progress(status: Exclude<JobStatus, { state: 'done' }>): string {
  if (status.state === 'running') return 'The job runs.';
  if (status.position === undefined) return 'The job waits in the queue.';
  return `The job waits in the queue, ${status.position} ahead of it.`;
}
