// The end of a broken run: cancelled, or failed. Either way it closes its rows, once. A programming error is neither:
// it fails the workflow task alone, and the run continues once a fixed version is deployed.

import { CancellationScope, CancelledFailure, log } from '@temporalio/workflow';
import { cancelCalls, cancelReason } from './cancel-calls.ts';
import { failureCode, failureOf, isCancelled, rethrowDefect } from './failure-code.ts';
import { answeringUpdates } from './handlers-finished.ts';
import { leaveToSettle, mayBeOpen } from './leave-to-settle.ts';
import type { Run } from './run.ts';

interface Ends {
  /** The end is already decided: a cancel is too late, and an error counts as a failure. */
  isDecided?: boolean;
  /** The keys of paid requests that may be open at the provider. */
  openCalls: readonly string[];
  /** Writes the end into the row. */
  close: (stage: 'cancelled' | 'failed', reason: string) => Promise<void>;
}

/** Closes the run and throws the end of its workflow. A cancel during this is too late. */
export async function endBroken(run: Run, error: unknown, ends: Ends): Promise<never> {
  rethrowDefect(error);
  const wasCancelled = !ends.isDecided && isCancelled(error);
  await answeringUpdates(() =>
    CancellationScope.nonCancellable(() => (wasCancelled ? cancelled(run, ends) : failed(run, error, ends))),
  );
  throw wasCancelled ? new CancelledFailure('Cancelled on request.') : error;
}

/** Compensations: each runs separately, so that one failure does not stop the others. */
async function cancelled(run: Run, { openCalls, close }: Ends): Promise<void> {
  const unclear = await cancelCalls(openCalls);
  await close('cancelled', cancelReason(unclear)).catch((error: unknown) => {
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
