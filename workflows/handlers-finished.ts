// An Update that was accepted is answered before its run ends.

import { allHandlersFinished, condition } from '@temporalio/workflow';

/** Far longer than anyone waits for the answer (the API: 10 s). A handler whose step never ends keeps no run open. */
const PATIENCE = '5m';

export async function handlersFinished(): Promise<void> {
  if (!allHandlersFinished()) await condition(allHandlersFinished, PATIENCE, { summary: 'until Updates are answered' });
}
