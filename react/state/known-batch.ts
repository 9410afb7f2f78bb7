// What a page knows of a batch: its newest state, and the newest state of each still. Pure, so that it is tested without
// a page.

import type { BatchItem, Still, StillsChange } from '../../client/index.ts';

export interface KnownBatch {
  batch: BatchItem;
  /** In their order. */
  stills: readonly Still[];
}

/** With a change put in place. Of the batch and of each still the higher revision is kept. */
export function withChange(known: KnownBatch | undefined, { batch, stills }: StillsChange): KnownBatch {
  const byNumber = new Map(known?.stills.map((still) => [still.number, still]));
  for (const still of stills) {
    if ((byNumber.get(still.number)?.revision ?? -1) <= still.revision) byNumber.set(still.number, still);
  }
  return {
    batch: known && known.batch.revision > batch.revision ? known.batch : batch,
    stills: [...byNumber.values()].sort((a, b) => a.number - b.number),
  };
}
