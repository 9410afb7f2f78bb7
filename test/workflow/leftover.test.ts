// A paid request that becomes known only when its run has ended: by a late webhook, after a cancelled run.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createIdentityRuns } from '../../adapters/temporal/identity-runs.ts';
import { Failure } from '../../domain/failure.ts';
import { leftoverWorkflowId, trainingCallKey } from '../../domain/keys.ts';
import { failure, fakeSteps } from '../support/fake-steps.ts';
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

test('that nobody can tell is looked for on and on, and an operator’s word on it is taken', async () => {
  let unclear = true;
  const steps = fakeSteps({
    cancelCall: async () => unclear,
    settleUnclearCall: async () => {
      unclear = false;
    },
  });
  await bench.play(steps, async (run) => {
    await run.terminate();
    const callKey = 'identity-2/train/1';
    const { settleLeftover, settleLeftoverCall } = createIdentityRuns(bench.env.client);
    await settleLeftover(callKey);
    const leftover = bench.env.client.workflow.getHandle(leftoverWorkflowId(callKey));
    await expect.poll(() => steps.calls('cancelCall').length).toBe(1);
    const word = { callKey, by: 'key:operator', outcome: 'give_up' } as const;
    await expect(settleLeftoverCall({ ...word, outcome: 'adopt' } as never)).rejects.toMatchObject({
      refusal: 'malformed_settlement',
    });
    await settleLeftoverCall(word);
    await leftover.result();
    expect(steps.calls('settleUnclearCall')).toEqual([word]);
  });
});

test('of a run that failed is handed on, and the run ends at once', async () => {
  const steps = fakeSteps({
    storeLora: async ({ training }) => ({ training, sha256: 'a'.repeat(64), bytes: 1 }),
    pollTraining: async () => {
      throw failure('ProviderDeadline', 'the training did not end');
    },
  });
  await bench.play(steps, async (handle) => {
    await expect(handle.result()).rejects.toThrow();
    const callKey = trainingCallKey(handle.workflowId.replace('identity/', ''), 1);
    await bench.env.client.workflow.getHandle(leftoverWorkflowId(callKey)).result();
    expect(steps.calls('cancelCall')).toEqual([{ callKey }]);
    expect(steps.calls('closeIdentity')).toMatchObject([{ stage: 'failed' }]);
  });
});

test('of an image that was given up is handed on, while the run goes on without it', async () => {
  const { makeTestImage } = fakeSteps().provider;
  const steps = fakeSteps({
    makeTestImage: async (input) => {
      if (input.type === 'profile') throw failure('ProviderDeadline', 'the image did not end');
      if (input.type === 'lighting') throw failure('ProviderFailed', 'no such picture');
      return makeTestImage(input);
    },
  });
  await bench.play(steps, async (handle) => {
    const { identityId } = await untilStage(handle, 'awaiting_approval');
    await expect.poll(() => steps.calls('cancelCall')).toEqual([{ callKey: `${identityId}/round/1/80/profile` }]);
  });
});
