// A paid request of a run that has ended: stops it and records its cost. While its fate is unclear, searches go on, and
// an operator can settle it.

import { condition, setHandler } from '@temporalio/workflow';
import { answeringUpdates } from './handlers-finished.ts';
import { settleFollowedCall } from './messages.ts';
import { refuseForeign, writeDown } from './settlement.ts';
import { compensation } from './steps.ts';

/** Milliseconds between two searches for an unlisted request: each pause is twice the one before, up to a day. */
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 24 * 3_600_000;

export async function settleLeftover({ callKey }: { callKey: string }): Promise<void> {
  let told = false;
  setHandler(
    settleFollowedCall,
    async (settlement) => {
      await writeDown(settlement);
      told = true;
    },
    { validator: (settlement) => refuseForeign(settlement, callKey) },
  );
  const summary = `Stop and settle ${callKey}`;
  await answeringUpdates(async () => {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      if (!(await compensation.cancelCall.executeWithOptions({ summary }, [{ callKey }]))) return;
      await condition(() => told, pauseMs, { summary: 'until the next look' });
      told = false;
    }
  });
}
