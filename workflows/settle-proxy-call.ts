// A request that an app made through the proxy: followed until the ledger has its cost. While its fate is unclear, an
// operator can settle it at any time.

import { setHandler } from '@temporalio/workflow';
import { answeringUpdates } from './handlers-finished.ts';
import { settleFollowedCall } from './messages.ts';
import { refuseForeign, writeDown } from './settlement.ts';
import { callPoll } from './steps.ts';

export async function settleProxyCall({ callKey }: { callKey: string }): Promise<void> {
  setHandler(settleFollowedCall, writeDown, { validator: (settlement) => refuseForeign(settlement, callKey) });
  await answeringUpdates(() =>
    callPoll.followCall.executeWithOptions({ summary: `Follow ${callKey} until it is settled` }, [{ callKey }]),
  );
}
