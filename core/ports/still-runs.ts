// The durable runs of batches and stills. Every method throws only `RunError`.

import type { BatchRef, StillPlan } from '../../domain/stills/steps.ts';

export interface StillRuns {
  /** Starts the run of a batch; does nothing when it was started before. */
  startBatch(batch: BatchRef): Promise<void>;
  /** Asks an open batch to stop; `gone` when it is not open. */
  cancelBatch(batchId: string): Promise<void>;
  /** Starts one more pass of a still that has ended, by its plan with `again`; does nothing when it was started before. */
  startAgain(plan: StillPlan): Promise<void>;
}
