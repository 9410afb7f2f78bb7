// Paid requests that a run no longer waits for and that may still be open. Each gets its own workflow, which stops and
// settles it, so that the run can continue or end at once.

import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, startChild } from '@temporalio/workflow';
import type { FailureCode } from '../domain/failure.ts';
import { leftoverStart, SETTLE_LEFTOVER } from './messages.ts';

/** After these the ledger has nothing open: the request was never accepted, or its end is recorded. */
const NOTHING_OPEN: readonly string[] = [
  'BudgetExceeded',
  'SubmissionRejected',
  'ProviderFailed',
  'VersionRefused',
] satisfies FailureCode[];

/** Whether a request with this failure may still be open at the provider. */
export const mayBeOpen = (code: FailureCode | 'TimedOut'): boolean => !NOTHING_OPEN.includes(code);

export async function leaveToSettle(callKeys: readonly string[]): Promise<void> {
  await Promise.all(callKeys.map(leaveOne));
}

async function leaveOne(callKey: string): Promise<void> {
  const { workflowId, taskQueue, args, staticSummary } = leftoverStart(callKey);
  try {
    await startChild(SETTLE_LEFTOVER, {
      workflowId,
      taskQueue,
      args,
      staticSummary,
      parentClosePolicy: ParentClosePolicy.ABANDON,
    });
  } catch (error) {
    // A webhook or a sweep was faster.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
