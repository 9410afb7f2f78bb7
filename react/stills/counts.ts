// How far a batch is, from its counts. Pure, so that it is tested without a page.

import type { BatchItem } from '../../client/index.ts';
import { STILL_END_STATES } from '../../domain/stills/still.ts';

/** How many stills have ended. */
export const endedOf = (counts: BatchItem['counts']): number =>
  STILL_END_STATES.reduce((sum, state) => sum + (counts[state] ?? 0), 0);

/** Whether nothing changes any more by itself: a repair may be running in a batch that is done. */
export const isOver = ({ closedAt, counts, total }: Pick<BatchItem, 'closedAt' | 'counts' | 'total'>): boolean =>
  closedAt !== undefined && endedOf(counts) === total;
