// An Update that was accepted is answered before its workflow ends.

import type { Duration } from '@temporalio/common';
import { allHandlersFinished, CancellationScope, condition } from '@temporalio/workflow';
import { rethrowDefect } from './failure-code.ts';

/** Far longer than anyone waits for the answer (the API: 10 s). A handler whose step never ends keeps no run open. */
const PATIENCE: Duration = '5m';

/** Waits until every Update is answered, also while the workflow is being cancelled, and at most for `patience`. */
export async function handlersFinished(patience = PATIENCE): Promise<void> {
  if (allHandlersFinished()) return;
  await CancellationScope.nonCancellable(() =>
    condition(allHandlersFinished, patience, { summary: 'until Updates are answered' }),
  );
}

/** Does the work of a workflow, and lets it end with all Updates answered, whether the work succeeds, fails or is cancelled. */
export async function answeringUpdates(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    rethrowDefect(error);
    await handlersFinished();
    throw error;
  }
  await handlersFinished();
}
