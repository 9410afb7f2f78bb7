// The durable runs of stills by Temporal's client. Every call has a deadline, and every error becomes a RunError.

import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { StillRuns } from '../../core/ports/still-runs.ts';
import { batchWorkflowId } from '../../domain/keys.ts';
import { DRAW_BATCH, DRAW_STILL, drawBatchStart, stillAgainStart } from '../../workflows/messages.ts';
import { runErrorOf } from './run-error-of.ts';

/** Milliseconds for calls that need only the server. */
const SERVER_MS = 8000;

export interface StillRunSettings {
  /** Stills of one batch that are drawn at the same time. */
  atOnce: number;
  /** Milliseconds between the first two looks for a payment that is unclear. */
  reconcilePauseMs: number;
}

export function createStillRuns(client: Client, settings: StillRunSettings): StillRuns {
  const { reconcilePauseMs } = settings;

  async function byServer(call: () => Promise<unknown>): Promise<void> {
    try {
      await client.withDeadline(Date.now() + SERVER_MS, call);
    } catch (error) {
      throw runErrorOf(error, 'unavailable');
    }
  }

  /** A second start of the same workflow is the same start. */
  const once = (start: () => Promise<unknown>) =>
    byServer(async () => {
      try {
        await start();
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    });

  return {
    start: (batch) => once(() => client.workflow.start(DRAW_BATCH, drawBatchStart({ ...batch, ...settings }))),
    again: (plan, number) =>
      once(() => client.workflow.start(DRAW_STILL, stillAgainStart({ ...plan, reconcilePauseMs }, number))),
    cancel: (batchId) => byServer(() => client.workflow.getHandle(batchWorkflowId(batchId)).cancel()),
  };
}
