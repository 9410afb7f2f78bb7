// The status of a workflow in Temporal. It never throws: an outage must not be taken for a status.

import { type Client, type WorkflowExecutionStatusName, WorkflowNotFoundError } from '@temporalio/client';
import type { WorkflowLook } from '../../core/ports/runs.ts';
import type { WorkflowStatus } from '../../domain/orphan.ts';

/** Milliseconds for the server's answer. */
const POLL_MS = 5000;

const STATUS: Partial<Record<WorkflowExecutionStatusName, WorkflowStatus>> = {
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  TERMINATED: 'terminated',
  TIMED_OUT: 'timed_out',
};

export async function lookUpWorkflow(client: Client, workflowId: string): Promise<WorkflowLook> {
  try {
    // Without a run id it is the newest run of this workflow: after a reset or a continue-as-new there are several.
    const handle = client.workflow.getHandle(workflowId);
    const { status, closeTime } = await client.withDeadline(Date.now() + POLL_MS, () => handle.describe());
    return {
      status: STATUS[status.name] ?? 'running',
      closedForMs: closeTime && Math.max(0, Date.now() - closeTime.getTime()),
    };
  } catch (error) {
    const status = error instanceof WorkflowNotFoundError ? 'not_found' : 'unclear';
    return { status, closedForMs: undefined };
  }
}
