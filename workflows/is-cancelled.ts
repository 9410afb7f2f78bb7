import { CancellationScope, isCancellation } from '@temporalio/workflow';

/**
 * Whether an error is how the cancellation of the run shows. A step whose worker is gone can't say that it was cancelled:
 * it times out, and is not tried again because its run is cancelled.
 */
export function isCancelled(error: unknown): boolean {
  return isCancellation(error) || CancellationScope.current().consideredCancelled;
}
