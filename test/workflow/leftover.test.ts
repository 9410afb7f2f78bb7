// A paid request that becomes known only when its run has ended: by a late webhook, after a cancelled run.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createIdentityRuns } from '../../api/temporal-runs.ts';
import { Failure } from '../../domain/failure.ts';
import { leftoverWorkflowId } from '../../domain/keys.ts';
import { fakeSteps } from '../support/fake-steps.ts';
import { startWorkflowBench, untilStage, type WorkflowBench } from '../support/workflow-bench.ts';

let bench: WorkflowBench;
beforeAll(async () => {
  bench = await startWorkflowBench();
});
afterAll(async () => {
  await bench?.stop();
});

test('is stopped and settled once, however often its webhook comes', async () => {
  let looks = 0;
  const steps = fakeSteps({
    cancelCall: async () => {
      looks += 1;
      if (looks === 1) throw new Failure('NotReadyYet', 'The job was asked to stop, and still runs.');
      return false;
    },
  });
  await bench.play(steps, async (handle) => {
    await untilStage(handle, 'awaiting_approval');
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow();
    const callKey = 'identity-1/train/1';
    const { settleLeftover } = createIdentityRuns(bench.env.client);
    await Promise.all([settleLeftover(callKey), settleLeftover(callKey)]);
    await bench.env.client.workflow.getHandle(leftoverWorkflowId(callKey)).result();
    expect(steps.calls('cancelCall')).toEqual([{ callKey }, { callKey }]);
  });
});
