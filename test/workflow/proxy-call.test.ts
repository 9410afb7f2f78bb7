// A request of the proxy is followed by one workflow, however often that is asked for, until the ledger knows its cost.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { toTemporal } from '../../activities/activity.ts';
import { createIdentityRuns } from '../../adapters/temporal/identity-runs.ts';
import { Failure } from '../../domain/failure.ts';
import { proxyWorkflowId } from '../../domain/keys.ts';
import { type CallSettlement, settleFollowedCall } from '../../workflows/messages.ts';
import { fakeSteps } from '../support/fake-steps.ts';
import { keepHistory, startWorkflowBench, untilStage, type WorkflowBench } from '../support/workflow-bench.ts';

let bench: WorkflowBench;
beforeAll(async () => {
  bench = await startWorkflowBench();
});
afterAll(async () => {
  await bench?.stop();
});

test('is followed once, through every look that finds it running', async () => {
  let looks = 0;
  const steps = fakeSteps({
    followCall: async () => {
      looks += 1;
      if (looks < 5) throw toTemporal(new Failure('NotReadyYet', 'The job runs.', { retryAfterMs: 3_600_000 }));
    },
  });
  await bench.play(steps, async (handle) => {
    await untilStage(handle, 'awaiting_approval');
    const callKey = 'proxy/tenant-1/call-1';
    const { followProxyCall } = createIdentityRuns(bench.env.client);
    await Promise.all([followProxyCall(callKey), followProxyCall(callKey)]);
    const followed = bench.env.client.workflow.getHandle(proxyWorkflowId(callKey));
    await followed.result();
    await keepHistory(bench, followed, 'proxy-call');
    expect(steps.calls('followCall')).toEqual(Array(5).fill({ callKey }));
  });
});

test('takes an operator’s word, and refuses one about another request or with no meaning', async () => {
  let known = false;
  const steps = fakeSteps({
    followCall: async () => {
      if (!known) throw toTemporal(new Failure('NotReadyYet', 'The provider does not list it.', { retryAfterMs: 500 }));
    },
    settleUnclearCall: async () => {
      known = true;
    },
  });
  await bench.play(steps, async () => {
    const callKey = 'proxy/tenant-1/call-2';
    await createIdentityRuns(bench.env.client).followProxyCall(callKey);
    const followed = bench.env.client.workflow.getHandle(proxyWorkflowId(callKey));
    const tell = (word: object) =>
      followed.executeUpdate(settleFollowedCall, { args: [{ by: 'mara', ...word } as CallSettlement] });
    await expect(tell({ callKey: 'another', outcome: 'give_up' })).rejects.toThrow();
    await expect(tell({ callKey, outcome: 'maybe' })).rejects.toThrow();
    expect(steps.calls('settleUnclearCall')).toEqual([]);
    await tell({ callKey, outcome: 'not_charged' });
    await followed.result();
    expect(steps.calls('settleUnclearCall')).toEqual([{ callKey, by: 'mara', outcome: 'not_charged' }]);
  });
});
