// What a still shows while a step works on it.

import type { StillRow, Stills } from '../ports/stills.ts';

/** Writes the state once, however often the step is tried: each write tells those who watch the batch. */
export async function showState(
  { stills }: { stills: Pick<Stills, 'saveState'> },
  { tenantId, id, state: before }: Pick<StillRow, 'tenantId' | 'id' | 'state'>,
  state: Parameters<Stills['saveState']>[2],
): Promise<void> {
  if (before !== state) await stills.saveState(tenantId, id, state);
}
