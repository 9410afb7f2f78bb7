// How a run ends that broke: cancelled, or failed. Either way it closes its rows, once.

import { CancellationScope, CancelledFailure, isCancellation } from '@temporalio/workflow';
import { failureOf } from './failure-code.ts';
import type { Run } from './run.ts';

/**
 * Whether an error is how the cancellation of the run shows. A step whose worker is gone can't say that it was cancelled:
 * it times out, and is not tried again because its run is cancelled.
 */
export function isCancelled(error: unknown): boolean {
  return isCancellation(error) || CancellationScope.current().consideredCancelled;
}

interface Ends {
  /** Makes good what the run left open, and closes it; may not throw. */
  cancelled: () => Promise<void>;
  failed: (message: string) => Promise<void>;
}

/** Closes the run and throws what its workflow ends with. A cancel that comes meanwhile is too late. */
export async function endBroken(run: Run, error: unknown, ends: Ends): Promise<never> {
  const wasCancelled = isCancelled(error);
  await CancellationScope.nonCancellable(async () => {
    if (wasCancelled) {
      await ends.cancelled();
      run.enter('cancelled');
      return;
    }
    const failure = failureOf(error);
    run.change({ failure });
    await ends.failed(failure.message);
    run.enter('failed');
  });
  throw wasCancelled ? new CancelledFailure('Cancelled on request.') : error;
}
