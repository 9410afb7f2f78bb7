// How a run ends that broke: cancelled, or failed. Either way it closes its rows, once. A programming error is neither:
// it fails the workflow task alone, and the run goes on where it stopped when a repaired deploy comes.

import { CancellationScope, CancelledFailure, log } from '@temporalio/workflow';
import { cancelCalls } from './cancel-calls.ts';
import { failureCode, failureOf, isCancelled, rethrowDefect } from './failure-code.ts';
import { answeringUpdates } from './handlers-finished.ts';
import { leaveToSettle, mayBeOpen } from './leave-to-settle.ts';
import type { Run } from './run.ts';

interface Ends {
  /** The end was decided before: a cancel is too late, and what broke is a failure. */
  isDecided?: boolean;
  /** The keys of the paid requests that the provider may be working on. */
  openCalls: readonly string[];
  /** Writes the end into the row. */
  close: (stage: 'cancelled' | 'failed', reason: string) => Promise<void>;
}

/** Closes the run and throws what its workflow ends with. A cancel that comes meanwhile is too late. */
export async function endBroken(run: Run, error: unknown, ends: Ends): Promise<never> {
  rethrowDefect(error);
  const wasCancelled = !ends.isDecided && isCancelled(error);
  await answeringUpdates(() =>
    CancellationScope.nonCancellable(() => (wasCancelled ? cancelled(run, ends) : failed(run, error, ends))),
  );
  throw wasCancelled ? new CancelledFailure('Cancelled on request.') : error;
}

/** Compensations: each is tried by itself, so that one that fails does not keep the next from its work. */
async function cancelled(run: Run, { openCalls, close }: Ends): Promise<void> {
  const unclear = await cancelCalls(openCalls);
  const doubt =
    unclear.length > 0
      ? ` Whether it was charged is unclear of ${unclear.join(', ')}: what was reserved stays so.`
      : '';
  await close('cancelled', `Cancelled on request.${doubt}`).catch((error: unknown) => {
    rethrowDefect(error);
    log.error('a compensation failed', { error: String(error) });
  });
  run.end('cancelled');
}

async function failed(run: Run, error: unknown, { openCalls, close }: Ends): Promise<void> {
  const failure = failureOf(error);
  run.fail(failure);
  if (mayBeOpen(failureCode(error))) await leaveToSettle(openCalls);
  await close('failed', failure.message);
  run.end('failed');
}
