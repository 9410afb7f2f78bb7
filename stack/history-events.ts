// How many history events a run took, with the children that it started.

import type { Client } from '@temporalio/client';

export async function countHistoryEvents(client: Client, workflowId: string): Promise<number> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  let count = events?.length ?? 0;
  for (const event of events ?? []) {
    const child = event.childWorkflowExecutionStartedEventAttributes?.workflowExecution?.workflowId;
    if (child) count += await countHistoryEvents(client, child);
  }
  return count;
}
