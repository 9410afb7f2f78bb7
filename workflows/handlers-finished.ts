// Every accepted Update is answered before its workflow ends.

import type { Duration } from '@temporalio/common';
import { allHandlersFinished, CancellationScope, condition } from '@temporalio/workflow';
import { rethrowDefect } from './failure-code.ts';

/** Far longer than the API waits for the answer (10 s). It bounds a handler whose step never ends. */
const PATIENCE: Duration = '5m';

/** Waits until every Update is answered, also during a cancellation, and at most for `patience`. */
export async function handlersFinished(patience = PATIENCE): Promise<void> {
  if (allHandlersFinished()) return;
  await CancellationScope.nonCancellable(() =>
    condition(allHandlersFinished, patience, { summary: 'until Updates are answered' }),
  );
}

/** Runs the work of a workflow, then waits until all Updates are answered, also after a failure or a cancel. */
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
