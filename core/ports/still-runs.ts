// The durable runs of stills. Every method throws only `RunError`.

import type { BatchRef, StillPlan } from '../../domain/stills/steps.ts';

export interface StillRuns {
  /** Starts drawing a batch; does nothing when it was started before. */
  start(batch: BatchRef & { stills: number }): Promise<void>;
  /** Starts the nth further pass of a still that a person asked for; does nothing when it was started before. */
  again(plan: StillPlan, number: number): Promise<void>;
  /** Asks a batch to stop. */
  cancel(batchId: string): Promise<void>;
}
