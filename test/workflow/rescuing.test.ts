// A round that missed the gate: other strengths are tried on the same shots, and a person is asked about the best.

import { cancelled, heartbeat } from '@temporalio/activity';
import { WorkflowFailedError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IdentityState } from '../../domain/identity-state.ts';
import { summarise } from '../../domain/score.ts';
import type { ProviderSteps, TestShotInput, VisionSteps } from '../../domain/steps.ts';
import { TEST_TYPES } from '../../domain/test-suite.ts';
import { countHistoryEvents } from '../../stack/history-events.ts';
import { approveIdentity, getState, rejectIdentity, settleCall } from '../../workflows/messages.ts';
import { failure, fakeSteps } from '../support/fake-steps.ts';
import {
  keepHistory,
  type RunHandle,
  startWorkflowBench,
  untilStage,
  type WorkflowBench,
} from '../support/workflow-bench.ts';

/** Of the run and its children: a set of images is some 50, so two tries come on top of a straight run's 150. */
const MAX_EVENTS = 250;

let bench: WorkflowBench;
beforeAll(async () => {
  bench = await startWorkflowBench();
});
afterAll(async () => {
  await bench?.stop();
});

/** Every image of a set gets the score of its strength. */
const scoredBy =
  (score: Record<number, number>): VisionSteps['scoreImages'] =>
  async ({ images, set: { strength } }) => {
    const scores = images.map(
      ({ type, imageId }) => ({ type, imageId, state: 'scored', score: score[strength] ?? 0, distance: 0.6 }) as const,
    );
    return { scores, summary: summarise(scores) };
  };

/** The images are made, but those of a try by this. */
function triedBy(makeTry: ProviderSteps['makeTestImage']): ProviderSteps['makeTestImage'] {
  const fakes = fakeSteps();
  return (input) => (input.set.kind === 'rescue' ? makeTry(input) : fakes.provider.makeTestImage(input));
}

const strengthsOf = (calls: TestShotInput[]) => [...new Set(calls.map(({ set }) => set.strength))];
const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
const imageIds = (state: IdentityState) => state.images.map(({ imageId }) => imageId);

async function approved(handle: RunHandle, round = 1): Promise<IdentityState> {
  await handle.signal(approveIdentity, { round });
  return handle.result();
}

async function panelOf(handle: RunHandle): Promise<string> {
  const told = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  return told.currentDetails ?? '';
}

describe('a round that misses the gate', () => {
  it('is tried with the next strength, which is kept and published when it passes', async () => {
    const steps = fakeSteps({ scoreImages: scoredBy({ 80: 60, 90: 92 }) });
    await bench.play(steps, async (handle) => {
      const state = await untilStage(handle, 'awaiting_approval');
      expect(state).toMatchObject({ round: 1, referenceStrength: 90, scores: { mean: 92, passed: true } });
      expect(imageIds(state)).toEqual(TEST_TYPES.map((type) => `image/rescue/1/90/${type}`));
      expect(state.tries.map(({ strength, scores }) => [strength, scores.mean])).toEqual([
        [80, 60],
        [90, 92],
      ]);
      expect(state.tries.map(({ images }) => images.length)).toEqual([5, 5]);
      expect(state.trying).toBeUndefined();
      expect(await panelOf(handle)).toContain('\n\n| strength | likeness | scorable | gate |\n| --- |');
      expect((await approved(handle)).stage).toBe('ready');
      await keepHistory(bench, handle, 'rescued');
    });
    const shots = steps.calls('makeTestImage');
    expect(shots.map(({ set }) => [set.strength, set.kind === 'rescue'])).toEqual([
      ...Array(5).fill([80, false]),
      ...Array(5).fill([90, true]),
    ]);
    expect(new Set(shots.map(({ set, triggerWord }) => `${set.number} ${triggerWord}`)).size).toBe(1);
    expect(steps.calls('publishIdentity')).toMatchObject([{ referenceStrength: 90, scores: { mean: 92 } }]);
    expect(steps.calls('keepStrength')).toMatchObject([{ strength: 90, scores: { mean: 92 } }]);
  });

  it('and passes with no strength is shown at its best, within a bounded history', async () => {
    const steps = fakeSteps({ scoreImages: scoredBy({ 80: 60, 90: 70, 100: 65 }) });
    await bench.play(steps, async (handle) => {
      const state = await untilStage(handle, 'awaiting_approval');
      expect(state).toMatchObject({ referenceStrength: 90, scores: { mean: 70, passed: false } });
      expect(imageIds(state)[0]).toBe('image/rescue/1/90/portrait');
      expect(state.tries.map(({ strength }) => strength)).toEqual([80, 90, 100]);
      expect(await approved(handle)).toMatchObject({ stage: 'ready', referenceStrength: 90 });
      expect(await countHistoryEvents(bench.env.client, handle.workflowId)).toBeLessThanOrEqual(MAX_EVENTS);
      await keepHistory(bench, handle, 'rescued-to-the-best');
    });
    expect(steps.calls('makeTestImage')).toHaveLength(15);
    expect(steps.calls('publishIdentity')).toMatchObject([{ referenceStrength: 90, scores: { mean: 70 } }]);
  });

  it('and only gets worse keeps its first images', async () => {
    const steps = fakeSteps({ scoreImages: scoredBy({ 80: 60, 90: 50, 70: 55 }) });
    await bench.play(steps, async (handle) => {
      const state = await untilStage(handle, 'awaiting_approval');
      expect(state).toMatchObject({ referenceStrength: 80, scores: { mean: 60 } });
      expect(imageIds(state)[0]).toBe('image/round/1/80/portrait');
      expect(state.tries.map(({ strength }) => strength)).toEqual([80, 90, 70]);
      await approved(handle);
    });
    expect(steps.calls('keepStrength')).toMatchObject([{ strength: 80, scores: { mean: 60 } }]);
  });

  it('begins its next round with the strength that was best', async () => {
    const steps = fakeSteps({ scoreImages: scoredBy({ 80: 60, 90: 92 }) });
    await bench.play(steps, async (handle) => {
      await untilStage(handle, 'awaiting_approval');
      await handle.signal(rejectIdentity, { round: 1, next: 'regenerate' });
      const second = await untilStage(handle, 'awaiting_approval', 2);
      expect(second).toMatchObject({ referenceStrength: 90, tries: [], scores: { passed: true } });
      expect(imageIds(second)[0]).toBe('image/round/2/90/portrait');
      await approved(handle, 2);
    });
    expect(steps.calls('makeTestImage')).toHaveLength(15);
  });

  it('is shown as it is when the setting allows no try', async () => {
    const steps = fakeSteps({ scoreImages: scoredBy({}) });
    await bench.play(
      steps,
      async (handle) => {
        expect(await untilStage(handle, 'awaiting_approval')).toMatchObject({ tries: [], scores: { passed: false } });
        await approved(handle);
      },
      { maxRescueTries: 0 },
    );
    expect(strengthsOf(steps.calls('makeTestImage'))).toEqual([80]);
    expect(steps.calls('keepStrength')).toEqual([]);
  });
});

it('a round that passes the gate tries nothing', async () => {
  const steps = fakeSteps();
  await bench.play(steps, async (handle) => {
    expect((await untilStage(handle, 'awaiting_approval')).tries).toEqual([]);
    await approved(handle);
  });
  expect(steps.calls('makeTestImage')).toHaveLength(5);
});

describe('a try', () => {
  const misses = scoredBy({ 80: 60, 90: 70, 100: 80 });

  it('that the budget refuses ends the trying, not the run', async () => {
    const makeTestImage = triedBy(async () => {
      throw failure('BudgetExceeded', 'The month has $0.00 left.');
    });
    const steps = fakeSteps({ makeTestImage, scoreImages: misses });
    await bench.play(steps, async (handle) => {
      const state = await untilStage(handle, 'awaiting_approval');
      expect(state).toMatchObject({ referenceStrength: 80, failedImages: [], scores: { mean: 60 } });
      expect(state.tries[1]).toMatchObject({ strength: 90, images: [], scores: { of: 0, passed: false } });
      expect(state.tries[1]?.failedImages.map(({ code }) => code)).toEqual(Array(5).fill('BudgetExceeded'));
      expect((await approved(handle)).stage).toBe('ready');
      await keepHistory(bench, handle, 'rescue-refused-by-the-budget');
    });
    expect(strengthsOf(steps.calls('makeTestImage'))).toEqual([80, 90]);
    expect(steps.calls('scoreImages')).toHaveLength(1);
  });

  it('is judged by the images that there are', async () => {
    const fakes = fakeSteps();
    const makeTestImage = triedBy(async (input) => {
      if (input.type === 'profile') throw failure('ProviderFailed', 'content_policy_violation');
      return fakes.provider.makeTestImage(input);
    });
    const steps = fakeSteps({ makeTestImage, scoreImages: scoredBy({ 80: 60, 90: 92 }) });
    await bench.play(steps, async (handle) => {
      const state = await untilStage(handle, 'awaiting_approval');
      expect(state).toMatchObject({ referenceStrength: 90, scores: { scorable: 4, passed: true } });
      expect(state.failedImages).toMatchObject([{ type: 'profile', code: 'ProviderFailed' }]);
      await approved(handle);
    });
  });

  it('that cannot be scored does not cost the run its first images', async () => {
    const scoreImages: VisionSteps['scoreImages'] = async (input) => {
      if (input.set.kind === 'rescue') throw failure('NotFound', 'No such file.');
      return misses(input);
    };
    await bench.play(fakeSteps({ scoreImages }), async (handle) => {
      const state = await untilStage(handle, 'awaiting_approval');
      expect(state).toMatchObject({ referenceStrength: 80, scores: { mean: 60 } });
      expect(state.trying).toBeUndefined();
      expect((await approved(handle)).stage).toBe('ready');
    });
  });

  it('whose payment is unclear waits for its operator like any other', async () => {
    let lost = true;
    const fakes = fakeSteps();
    const makeTestImage = triedBy(async (input) => {
      if (!lost || input.type !== 'lighting') return fakes.provider.makeTestImage(input);
      lost = false;
      throw failure('SubmissionUnknown');
    });
    const steps = fakeSteps({
      makeTestImage,
      scoreImages: scoredBy({ 80: 60, 90: 92 }),
      reconcileCall: async () => ({ found: false }),
    });
    await bench.play(
      steps,
      async (handle) => {
        const [callKey = ''] = (await untilStage(handle, 'needs_operator')).unclearCalls;
        expect(callKey).toMatch(/\/rescue\/1\/90\/lighting$/);
        const told = { callKey, by: 'key:operator', outcome: 'not_charged' } as const;
        await handle.executeUpdate(settleCall, { args: [told] });
        expect((await untilStage(handle, 'awaiting_approval')).images).toHaveLength(5);
        await approved(handle);
        await keepHistory(bench, handle, 'rescue-settled-by-operator');
      },
      { reconcileLooks: 1 },
    );
    expect(steps.calls('makeTestImage')).toHaveLength(11);
  });

  it('is stopped and settled when the run is cancelled in the middle of it', async () => {
    let release = () => {};
    const cancelRequested = new Promise<void>((resolve) => {
      release = resolve;
    });
    const makeTestImage = triedBy(async () => {
      await cancelRequested;
      heartbeat();
      return cancelled();
    });
    const steps = fakeSteps({ makeTestImage, scoreImages: misses });
    await bench.play(steps, async (handle) => {
      expect(await untilStage(handle, 'rescuing')).toMatchObject({ trying: 90, scores: { mean: 60 } });
      expect(await panelOf(handle)).toContain('Strength 90 is being tried.');
      while (steps.calls('makeTestImage').length < 10) await pause();
      await handle.cancel();
      const child = bench.env.client.workflow.getHandle(`${handle.workflowId}/rescue/1/90/1`);
      const isTold = async () =>
        (await child.fetchHistory()).events?.some((event) => event.activityTaskCancelRequestedEventAttributes);
      while (!(await isTold())) await pause();
      release();
      await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
      expect((await handle.query(getState)).stage).toBe('cancelled');
      await keepHistory(bench, handle, 'cancelled-while-rescuing');
    });
    const keys = steps.calls('cancelCall').map(({ callKey }) => callKey.split('/').slice(1).join('/'));
    expect(keys.sort()).toEqual(TEST_TYPES.map((type) => `rescue/1/90/${type}`).sort());
  });
});
