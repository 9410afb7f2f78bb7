// Tests on request of an identity that is ready: like a round, but nothing that was approved changes.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { retestWorkflowId } from '../../domain/keys.ts';
import { DEFAULT_SETTINGS, type RunSettings } from '../../domain/settings.ts';
import type { ProviderSteps } from '../../domain/steps.ts';
import type { TestType } from '../../domain/test-suite.ts';
import { settleCall, TASK_QUEUES, trainingSettled } from '../../workflows/messages.ts';
import type { retestIdentity } from '../../workflows/retest-identity.ts';
import { type FakeSteps, failure, fakeSteps } from '../support/fake-steps.ts';
import { keepHistory, startWorkflowBench, untilStage, type WorkflowBench } from '../support/workflow-bench.ts';

let bench: WorkflowBench;
beforeAll(async () => {
  bench = await startWorkflowBench();
});
afterAll(async () => {
  await bench?.stop();
});

const identityId = randomUUID();
const TENANT = 'tenant-1';
let number = 0;

type Handle = Awaited<ReturnType<typeof begin>>;

function begin(types: TestType[], settings: Partial<RunSettings> = {}) {
  number += 1;
  return bench.env.client.workflow.start<typeof retestIdentity>('retestIdentity', {
    workflowId: retestWorkflowId(identityId, number),
    taskQueue: TASK_QUEUES.workflow,
    args: [
      {
        identityId,
        tenantId: TENANT,
        characterId: 'character-1',
        photoIds: ['photo-1', 'photo-2', 'photo-3'],
        heldOut: 'photo-2',
        number,
        types,
        settings: { ...DEFAULT_SETTINGS, referenceStrength: 72, ...settings },
      },
    ],
  });
}

/** A test on request with these steps; `script` plays its people. */
async function retest(
  steps: FakeSteps,
  types: TestType[],
  script: (handle: Handle) => Promise<void>,
  settings?: Partial<RunSettings>,
): Promise<void> {
  await bench.play(steps, async (run) => {
    await run.terminate(); // the workers are wanted, not the run
    await script(await begin(types, settings));
  });
}

const unclearAtFirst = (): ProviderSteps['makeTestImage'] => {
  const { makeTestImage } = fakeSteps().provider;
  let posts = 0;
  return async (input) => {
    posts += 1;
    if (posts === 1) throw failure('SubmissionUnknown');
    return makeTestImage(input);
  };
};

it('makes and scores the types that were asked for, in a round of its own', async () => {
  const steps = fakeSteps();
  await retest(steps, ['portrait', 'profile'], async (handle) => {
    const { stage, images } = await handle.result();
    expect([stage, images.map(({ type }) => type)]).toEqual(['ready', ['portrait', 'profile']]);
    await keepHistory(bench, handle, 'tested-on-request');
  });
  const shots = steps.calls('makeTestImage');
  expect(shots.map(({ type }) => type).sort()).toEqual(['portrait', 'profile']);
  for (const shot of shots) expect(shot).toMatchObject({ set: { kind: 'retest', number, strength: 72 } });
  expect(steps.calls('scoreImages')).toMatchObject([
    { set: { kind: 'retest', number, strength: 72 }, heldOut: 'photo-2' },
  ]);
  expect(steps.calls('closeRetest')).toEqual([
    { tenantId: TENANT, identityId, number, state: 'done', failedImages: [] },
  ]);
  for (const name of ['publishIdentity', 'closeIdentity', 'keepStrength', 'recordDecision'] as const) {
    expect(steps.calls(name), name).toEqual([]);
  }
});

it('an image that could not be made is told, and does not cost the others', async () => {
  const { makeTestImage } = fakeSteps().provider;
  const steps = fakeSteps({
    makeTestImage: async (input) => {
      if (input.type === 'profile') throw failure('ProviderFailed', 'no such face');
      return makeTestImage(input);
    },
  });
  await retest(steps, ['portrait', 'profile'], async (handle) => {
    expect((await handle.result()).images).toHaveLength(1);
  });
  const failedImages = [expect.objectContaining({ type: 'profile', code: 'ProviderFailed' })];
  expect(steps.calls('closeRetest')).toMatchObject([{ state: 'done', failedImages }]);
});

it('without any image it has failed, and says why', async () => {
  const makeTestImage = () => Promise.reject(failure('ProviderFailed', 'no such face'));
  const steps = fakeSteps({ makeTestImage });
  await retest(steps, ['lighting'], async (handle) => {
    await expect(handle.result()).rejects.toThrow();
  });
  const failedImages = [expect.objectContaining({ type: 'lighting', message: 'no such face' })];
  expect(steps.calls('closeRetest')).toMatchObject([{ state: 'failed', failedImages }]);
});

it('an unclear payment waits for an operator, whose word comes in by the key of the call', async () => {
  const steps = fakeSteps({ makeTestImage: unclearAtFirst(), reconcileCall: async () => ({ found: false }) });
  await retest(
    steps,
    ['portrait'],
    async (handle) => {
      const [callKey = ''] = (await untilStage(handle, 'needs_operator')).unclearCalls;
      expect(callKey).toBe(`${identityId}/retest/${number}/72/portrait`);
      await handle.executeUpdate(settleCall, { args: [{ callKey, by: 'key:operator', outcome: 'not_charged' }] });
      expect((await handle.result()).images).toHaveLength(1);
    },
    { reconcileLooks: 1, reconcilePauseMs: 3_600_000 },
  );
  expect(steps.calls('makeTestImage')).toHaveLength(2);
  const notices = steps.calls('notifyPeople').map(({ notice }) => notice);
  expect(notices).toMatchObject([{ kind: 'needs_operator', test: number }]);
});

/** A test whose one image is unclear until `found`, and an operator's word that cannot be written down while it `isAway`. */
function settledWhileItEnds() {
  const world = { found: false, isAway: true };
  const steps = fakeSteps({
    makeTestImage: unclearAtFirst(),
    reconcileCall: async () => ({ found: world.found }),
    settleUnclearCall: async () => {
      if (world.isAway) throw failure('StoreUnavailable', 'the database is away', false);
    },
  });
  return { world, steps };
}

it('an operator’s word that was taken is answered before it ends', async () => {
  const { world, steps } = settledWhileItEnds();
  const script = async (handle: Handle) => {
    const [callKey = ''] = (await untilStage(handle, 'needs_operator')).unclearCalls;
    const word = handle.executeUpdate(settleCall, { args: [{ callKey, by: 'key:operator', outcome: 'not_charged' }] });
    await expect.poll(() => steps.calls('settleUnclearCall').length).toBeGreaterThan(0);
    world.found = true;
    await handle.signal(trainingSettled, { requestId: 'request-1' });
    await expect.poll(() => steps.calls('closeRetest').length).toBe(1);
    world.isAway = false;
    expect((await word).stage).toMatch(/testing|ready/);
    expect((await handle.result()).stage).toBe('ready');
  };
  await retest(steps, ['portrait'], script, { reconcileLooks: 1, reconcilePauseMs: 3_600_000 });
});

it('cancelled, it stops and settles what may be open', async () => {
  let asked = () => {};
  const begun = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const makeTestImage: ProviderSteps['makeTestImage'] = async () => {
    asked();
    throw failure('ProviderUnavailable', 'the provider is away', false);
  };
  const steps = fakeSteps({ makeTestImage });
  await retest(steps, ['portrait'], async (handle) => {
    await begun;
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow();
  });
  expect(steps.calls('cancelCall')).toEqual([{ callKey: `${identityId}/retest/${number}/72/portrait` }]);
  expect(steps.calls('closeRetest')).toMatchObject([{ state: 'cancelled' }]);
});
