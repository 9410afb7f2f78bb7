// A provider that fails, on the time-skipping server: the real workflow, the real server, steps that answer at once.

import { WorkflowFailedError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { END_STAGES } from '../../domain/stage.ts';
import { approveIdentity, getState } from '../../workflows/messages.ts';
import { failure, fakeSteps } from '../support/fake-steps.ts';
import { keepHistory, startWorkflowBench, untilStage, type WorkflowBench } from '../support/workflow-bench.ts';

let bench: WorkflowBench;
beforeAll(async () => {
  bench = await startWorkflowBench();
});
afterAll(async () => {
  await bench?.stop();
});

describe('a provider that fails', () => {
  it('ends the run as failed, with the reason in its state', async () => {
    const pollTraining = async () => {
      throw failure('ProviderFailed', 'invalid_archive: the archive could not be read');
    };
    const steps = fakeSteps({ pollTraining });
    await bench.play(steps, async (handle) => {
      await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
      const state = await handle.query(getState);
      expect(state).toMatchObject({ stage: 'failed', failure: { code: 'ProviderFailed' } });
      expect(END_STAGES).toContain(state.stage);
      await keepHistory(bench, handle, 'training-failed');
    });
    expect(steps.calls('closeIdentity')[0]).toMatchObject({ stage: 'failed' });
  });

  it('is given up at the deadline', async () => {
    const pollTraining = async () => {
      throw failure('NotReadyYet', 'in the queue', false);
    };
    const deadline = { trainingDeadlineMs: 5 * 60_000 };
    await bench.play(
      fakeSteps({ pollTraining }),
      async (handle) => {
        await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
        const state = await handle.query(getState);
        expect(state.failure?.code).toBe('ProviderDeadline');
        await keepHistory(bench, handle, 'training-deadline');
      },
      deadline,
    );
  });

  it('on one test image: the others are shown, and the failure beside them', async () => {
    const fakes = fakeSteps();
    const steps = fakeSteps({
      makeTestImage: async (input) => {
        if (input.type === 'lighting') throw failure('ProviderFailed', 'content_policy_violation');
        return fakes.provider.makeTestImage(input);
      },
    });
    await bench.play(steps, async (handle) => {
      const state = await untilStage(handle, 'awaiting_approval');
      expect(state.images).toHaveLength(4);
      expect(state.failedImages).toEqual([
        { type: 'lighting', code: 'ProviderFailed', message: 'content_policy_violation' },
      ]);
      await handle.signal(approveIdentity, { round: 1 });
      await handle.result();
      await keepHistory(bench, handle, 'one-image-failed');
    });
  });

  it('on every test image: the run fails and keeps the LoRA that was paid for', async () => {
    const makeTestImage = async () => {
      throw failure('ProviderFailed', 'no_media_generated');
    };
    const steps = fakeSteps({ makeTestImage });
    await bench.play(steps, async (handle) => {
      await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
      expect(await handle.query(getState)).toMatchObject({ stage: 'failed', lora: { training: 1 } });
    });
    expect(steps.calls('closeIdentity')[0]?.stage).toBe('failed');
  });
});
