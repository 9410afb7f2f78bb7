// How a run ends that broke: cancelled, or failed. Either way it closes its rows, once. A programming error is neither:
// it fails the workflow task alone, and the run goes on where it stopped when a repaired deploy comes.

import { CancellationScope, CancelledFailure, isCancellation, TemporalFailure } from '@temporalio/workflow';
import { failureOf } from './failure-code.ts';
import { handlersFinished } from './handlers-finished.ts';
import type { Run } from './run.ts';

/**
 * Whether an error is how the cancellation of the run shows. A step whose worker is gone can't say that it was cancelled:
 * it times out, and is not tried again because its run is cancelled.
 */
export function isCancelled(error: unknown): boolean {
  return isCancellation(error) || CancellationScope.current().consideredCancelled;
}

/** Throws what is no failure of a step: every catch in a workflow lets a programming error through. */
export function rethrowDefect(error: unknown): void {
  if (!(error instanceof TemporalFailure)) throw error;
}

interface Ends {
  /** The end was decided before: a cancel is too late, and what broke is a failure. */
  isDecided?: boolean;
  /** Makes good what the run left open, and closes it; may not throw. */
  cancelled: () => Promise<void>;
  failed: (message: string) => Promise<void>;
}

/** Closes the run and throws what its workflow ends with. A cancel that comes meanwhile is too late. */
export async function endBroken(run: Run, error: unknown, ends: Ends): Promise<never> {
  rethrowDefect(error);
  const wasCancelled = !ends.isDecided && isCancelled(error);
  await CancellationScope.nonCancellable(async () => {
    if (wasCancelled) {
      await ends.cancelled();
      run.enter('cancelled');
    } else {
      const failure = failureOf(error);
      run.change({ failure });
      await ends.failed(failure.message);
      run.enter('failed');
    }
    await handlersFinished();
  });
  throw wasCancelled ? new CancelledFailure('Cancelled on request.') : error;
}
