// A request that an app made through the proxy: followed until the ledger knows what it cost. Where nobody can tell what
// became of it, an operator's word is taken, however late.

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
