// A payment whose fate is unclear, on the time-skipping server: the real workflow, the real server, steps that answer at once.

import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProviderSteps, VisionSteps } from '../../domain/steps.ts';
import {
  approveIdentity,
  type CallSettlement,
  getState,
  settleCall,
  trainingSettled,
} from '../../workflows/messages.ts';
import { failure, fakeSteps } from '../support/fake-steps.ts';
import {
  keepHistory,
  refusalOf,
  startWorkflowBench,
  untilStage,
  type WorkflowBench,
} from '../support/workflow-bench.ts';

let bench: WorkflowBench;
beforeAll(async () => {
  bench = await startWorkflowBench();
});
afterAll(async () => {
  await bench?.stop();
});

const HOUR = 3_600_000;

type SettlementOf<Outcome> = Omit<Extract<CallSettlement, { outcome: Outcome }>, 'callKey' | 'by'>;

describe('a payment that is unclear', () => {
  const lost = () => {
    let first = true;
    return async () => {
      if (!first) return { requestId: 'request-1' };
      first = false;
      throw failure('SubmissionUnknown');
    };
  };

  it('is looked up, and the run goes on by itself when the provider knows it', async () => {
    const steps = fakeSteps({ submitTraining: lost() });
    await bench.play(steps, async (handle) => {
      await untilStage(handle, 'awaiting_approval');
      await handle.signal(approveIdentity, { round: 1 });
      expect((await handle.result()).stage).toBe('ready');
      await keepHistory(bench, handle, 'reconciled');
    });
    expect(steps.calls('reconcileCall')).toHaveLength(1);
    expect(steps.calls('settleUnclearCall')).toHaveLength(0);
  });

  it('is looked for until the provider lists it, without asking a person', async () => {
    let looks = 0;
    const reconcileCall = async () => {
      looks += 1;
      // An outage is no answer, and tried again within the same look.
      if (looks === 2) throw ApplicationFailure.create({ type: 'ProviderUnavailable', nextRetryDelay: '10ms' });
      return { found: looks === 6 };
    };
    const steps = fakeSteps({ submitTraining: lost(), reconcileCall });
    await bench.play(
      steps,
      async (handle) => {
        await untilStage(handle, 'awaiting_approval');
        await handle.signal(approveIdentity, { round: 1 });
        expect((await handle.result()).stage).toBe('ready');
      },
      { reconcilePauseMs: 10, reconcileLooks: 6 },
    );
    expect(looks).toBe(6);
    expect(steps.calls('notifyPeople').map((call) => call.notice.kind)).not.toContain('needs_operator');
  });

  it('is known at once when the webhook comes, also while an operator is waited for', async () => {
    let found = false;
    const steps = fakeSteps({ submitTraining: lost(), reconcileCall: async () => ({ found }) });
    await bench.play(
      steps,
      async (handle) => {
        const { unclearCalls } = await untilStage(handle, 'needs_operator');
        found = true;
        await handle.signal(trainingSettled, { requestId: 'request-1' });
        const { stageSince } = await untilStage(handle, 'awaiting_approval');
        expect(Date.parse(stageSince) - Date.parse((await handle.query(getState)).startedAt)).toBeLessThan(HOUR);
        const [callKey = ''] = unclearCalls;
        const late = { callKey, by: 'key:operator', outcome: 'give_up' } as const;
        expect(await refusalOf(handle.executeUpdate(settleCall, { args: [late] }))).toBe('not_unclear');
        await handle.signal(approveIdentity, { round: 1 });
        expect((await handle.result()).stage).toBe('ready');
        await keepHistory(bench, handle, 'reconciled-by-webhook');
      },
      { reconcileLooks: 1, reconcilePauseMs: HOUR },
    );
    expect(steps.calls('settleUnclearCall')).toHaveLength(0);
  });

  it('waits for an operator when nobody can tell', async () => {
    const settleUnclearCall: ProviderSteps['settleUnclearCall'] = async (told) => {
      if (told.outcome === 'adopt' && told.requestId === 'misspelt') throw failure('NotFound', 'no such request');
    };
    const steps = fakeSteps({
      submitTraining: lost(),
      reconcileCall: async () => ({ found: false }),
      settleUnclearCall,
    });
    await bench.play(
      steps,
      async (handle) => {
        const state = await untilStage(handle, 'needs_operator');
        const [callKey = ''] = state.unclearCalls;
        expect(callKey).toMatch(/\/train\/1$/);
        const settle = (told: SettlementOf<'adopt'> | SettlementOf<'not_charged'>, key = callKey) =>
          handle.executeUpdate(settleCall, { args: [{ callKey: key, by: 'key:operator', ...told }] });
        expect(await refusalOf(settle({ outcome: 'not_charged' }, 'another'))).toBe('not_unclear');
        const misspelt = settle({ outcome: 'adopt', requestId: 'misspelt' });
        expect(await refusalOf(misspelt)).toBe('malformed_settlement');
        expect((await handle.query(getState)).stage).toBe('needs_operator');
        const answer = await settle({ outcome: 'adopt', requestId: 'request-1' });
        expect(answer.unclearCalls).toEqual([]);
        await untilStage(handle, 'awaiting_approval');
        await handle.signal(approveIdentity, { round: 1 });
        expect((await handle.result()).unclearCalls).toEqual([]);
        await keepHistory(bench, handle, 'settled-by-operator');
      },
      { reconcileLooks: 1 },
    );
    expect(steps.calls('settleUnclearCall').at(-1)).toMatchObject({ outcome: 'adopt', requestId: 'request-1' });
    expect(steps.calls('notifyPeople').map((call) => call.notice.kind)).toContain('needs_operator');
  });

  it('of a training that an operator gives up: the run fails, and says so', async () => {
    let first = true;
    const submitTraining = async () => {
      if (!first) throw failure('ProviderFailed', 'An operator gave this request up.');
      first = false;
      throw failure('SubmissionUnknown');
    };
    const steps = fakeSteps({ submitTraining, reconcileCall: async () => ({ found: false }) });
    await bench.play(
      steps,
      async (handle) => {
        const [callKey = ''] = (await untilStage(handle, 'needs_operator')).unclearCalls;
        const giveUp = { callKey, by: 'key:operator', outcome: 'give_up' } as const;
        await handle.executeUpdate(settleCall, { args: [giveUp] });
        await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
        expect(await handle.query(getState)).toMatchObject({
          stage: 'failed',
          failure: { code: 'ProviderFailed', message: 'An operator gave this request up.' },
        });
        await keepHistory(bench, handle, 'gave-up-training');
      },
      { reconcileLooks: 1 },
    );
    expect(steps.calls('closeIdentity')[0]).toMatchObject({ stage: 'failed', reason: expect.stringContaining('gave') });
  });

  it('of two test images: the row stays with the operator until both are clear, then follows the stage at once', async () => {
    const unclear = new Set(['profile', 'lighting']);
    const fakes = fakeSteps();
    const makeTestImage: ProviderSteps['makeTestImage'] = async (input) => {
      if (unclear.delete(input.type)) throw failure('SubmissionUnknown');
      return fakes.provider.makeTestImage(input);
    };
    let release = () => {};
    const scoring = new Promise<void>((resolve) => {
      release = resolve;
    });
    const scoreImages: VisionSteps['scoreImages'] = async (input) => {
      await scoring;
      return fakes.vision.scoreImages(input);
    };
    const steps = fakeSteps({ makeTestImage, scoreImages, reconcileCall: async () => ({ found: false }) });
    await bench.play(
      steps,
      async (handle) => {
        const [first = '', second = ''] = (await untilStage(handle, 'needs_operator')).unclearCalls;
        const settle = (callKey: string) =>
          handle.executeUpdate(settleCall, { args: [{ callKey, by: 'key:operator', outcome: 'not_charged' }] });
        await settle(first);
        await expect.poll(() => steps.calls('makeTestImage').length).toBe(6);
        expect(await untilStage(handle, 'needs_operator')).toMatchObject({ unclearCalls: [second] });
        expect(steps.calls('saveStage')).toEqual([]);
        await settle(second);
        await untilStage(handle, 'scoring');
        expect(steps.calls('saveStage')).toMatchObject([{ stage: 'testing' }]);
        release();
        await untilStage(handle, 'awaiting_approval');
      },
      { reconcileLooks: 1, reconcilePauseMs: HOUR },
    );
  });

  it('of a test image that an operator gives up: the round goes on without it', async () => {
    let first = true;
    const fakes = fakeSteps();
    const makeTestImage: ProviderSteps['makeTestImage'] = async (input) => {
      if (input.type !== 'profile') return fakes.provider.makeTestImage(input);
      if (!first) throw failure('ProviderFailed', 'An operator gave this request up.');
      first = false;
      throw failure('SubmissionUnknown');
    };
    const steps = fakeSteps({ makeTestImage, reconcileCall: async () => ({ found: false }) });
    await bench.play(
      steps,
      async (handle) => {
        const [callKey = ''] = (await untilStage(handle, 'needs_operator')).unclearCalls;
        expect(callKey).toMatch(/\/round\/1\/80\/profile$/);
        const giveUp = { callKey, by: 'key:operator', outcome: 'give_up' } as const;
        await handle.executeUpdate(settleCall, { args: [giveUp] });
        const state = await untilStage(handle, 'awaiting_approval');
        expect(state.images).toHaveLength(4);
        expect(state.failedImages).toEqual([
          { type: 'profile', code: 'ProviderFailed', message: 'An operator gave this request up.' },
        ]);
        await handle.signal(approveIdentity, { round: 1 });
        expect((await handle.result()).stage).toBe('ready');
        await keepHistory(bench, handle, 'gave-up-image');
      },
      { reconcileLooks: 1 },
    );
  });

  it('of a test image: only that image is made again', async () => {
    let first = true;
    const fakes = fakeSteps();
    const steps = fakeSteps({
      makeTestImage: async (input) => {
        if (input.type === 'profile' && first) {
          first = false;
          throw failure('SubmissionUnknown');
        }
        return fakes.provider.makeTestImage(input);
      },
    });
    await bench.play(steps, async (handle) => {
      const state = await untilStage(handle, 'awaiting_approval');
      expect(state.images).toHaveLength(5);
      await handle.signal(approveIdentity, { round: 1 });
      await handle.result();
      await keepHistory(bench, handle, 'image-reconciled');
    });
    expect(
      steps
        .calls('makeTestImage')
        .map((call) => call.type)
        .filter((type) => type === 'portrait'),
    ).toHaveLength(1);
    expect(steps.calls('makeTestImage')).toHaveLength(6);
  });
});
