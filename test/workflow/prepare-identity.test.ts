// Every way through a run, on the time-skipping server: the real workflow, the real server, steps that answer at once.

import { WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgeSet, type SetReport } from '../../domain/photo-set.ts';
import { END_STAGES } from '../../domain/stage.ts';
import type { ProviderSteps } from '../../domain/steps.ts';
import { TEST_TYPES } from '../../domain/test-suite.ts';
import { countHistoryEvents } from '../../stack/history-events.ts';
import {
  approveIdentity,
  type CallSettlement,
  decideIdentity,
  getState,
  rejectIdentity,
  replacePhotos,
  settleCall,
  trainingSettled,
} from '../../workflows/messages.ts';
import { failure, fakeSteps } from '../support/fake-steps.ts';
import {
  keepHistory,
  type RunHandle,
  startWorkflowBench,
  untilStage,
  type WorkflowBench,
} from '../support/workflow-bench.ts';

const MAX_EVENTS = 150;
const HOUR = 3_600_000;

let bench: WorkflowBench;
beforeAll(async () => {
  bench = await startWorkflowBench();
});
afterAll(async () => {
  await bench?.stop();
});

const approve = { decisionId: 'decision-1', verdict: 'approve', by: 'key:reviewer' } as const;
const reject = { verdict: 'reject', by: 'key:reviewer', reason: 'not him' } as const;

type SettlementOf<Outcome> = Omit<Extract<CallSettlement, { outcome: Outcome }>, 'callKey' | 'by'>;

/** What an Update that is refused fails with. */
async function refusalOf(update: Promise<unknown>): Promise<string | null | undefined> {
  const error = await update.then(
    () => undefined,
    (e: unknown) => e,
  );
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) return error.cause.type;
  throw error ?? new Error('the update was not refused');
}

describe('the straight path', () => {
  it('ends ready, approved by the signal, within the budget of history events', async () => {
    const steps = fakeSteps();
    await bench.play(steps, async (handle) => {
      await untilStage(handle, 'awaiting_approval');
      await handle.signal(approveIdentity, { round: 1, by: 'key:reviewer' });
      const end = await handle.result();
      expect(end).toMatchObject({ stage: 'ready', version: 1, round: 1, training: 1 });
      expect(end.images.map((image) => image.type)).toEqual([
        'portrait',
        'fullbody',
        'profile',
        'lighting',
        'expression',
      ]);
      expect(end.scores).toMatchObject({ mean: 95, scorable: 5, passed: true });
      expect(end.decisions).toHaveLength(1);
      expect(await countHistoryEvents(bench.env.client, handle.workflowId)).toBeLessThanOrEqual(MAX_EVENTS);
      await keepHistory(bench, handle, 'approved-by-signal');
      await keepHistory(bench, { workflowId: `${handle.workflowId}/test/1/1` }, 'test-identity');
    });
    expect(steps.calls('submitTraining')).toHaveLength(1);
    expect(steps.calls('publishIdentity')[0]).toMatchObject({ loraSha256: '1'.repeat(64), approvedBy: 'key:reviewer' });
    expect(steps.calls('closeIdentity')).toHaveLength(0);
  });

  it('ends ready, approved by the Update, which answers the new state', async () => {
    await bench.play(fakeSteps(), async (handle) => {
      await untilStage(handle, 'awaiting_approval');
      const answer = await handle.executeUpdate(decideIdentity, { args: [{ ...approve, round: 1 }] });
      expect(answer.decisions[0]?.decision).toMatchObject({ verdict: 'approve', via: 'update' });
      expect((await handle.result()).stage).toBe('ready');
      await keepHistory(bench, handle, 'approved-by-update');
    });
  });

  it('raises the revision with every change', async () => {
    await bench.play(fakeSteps(), async (handle) => {
      const waiting = await untilStage(handle, 'awaiting_approval');
      await handle.signal(approveIdentity, { round: 1 });
      const end = await handle.result();
      expect(end.revision).toBeGreaterThan(waiting.revision);
    });
  });

  it('goes on when the webhook says so, without waiting for the poll', async () => {
    let polls = 0;
    const pollTraining = async () => {
      polls += 1;
      if (polls === 1) throw ApplicationFailure.create({ type: 'NotReadyYet', message: 'runs', nextRetryDelay: '10h' });
    };
    await bench.play(
      fakeSteps({ pollTraining }),
      async (handle) => {
        await untilStage(handle, 'training');
        await handle.signal(trainingSettled, { requestId: 'another-request' });
        await handle.signal(trainingSettled, { requestId: 'request-1' });
        const { stageSince } = await untilStage(handle, 'awaiting_approval');
        expect(Date.parse(stageSince) - Date.parse((await handle.query(getState)).startedAt)).toBeLessThan(HOUR);
        await handle.signal(approveIdentity, { round: 1 });
        await handle.result();
        await keepHistory(bench, handle, 'webhook-hint');
      },
      { trainingDeadlineMs: 24 * HOUR },
    );
    expect(polls).toBe(2);
  });

  it('finishes when no webhook ever comes', async () => {
    let polls = 0;
    const pollTraining = async () => {
      polls += 1;
      if (polls < 30) throw failure('NotReadyYet', 'still running', false);
    };
    await bench.play(fakeSteps({ pollTraining }), async (handle) => {
      await bench.env.sleep('1h');
      await untilStage(handle, 'awaiting_approval');
      await handle.signal(approveIdentity, { round: 1 });
      expect((await handle.result()).stage).toBe('ready');
    });
    expect(polls).toBe(30);
  });
});

describe('a reviewer who is not content', () => {
  it('gets other pictures of the same LoRA', async () => {
    const steps = fakeSteps();
    await bench.play(steps, async (handle) => {
      await untilStage(handle, 'awaiting_approval');
      await handle.signal(rejectIdentity, { round: 1, next: 'regenerate', reason: 'eyes closed' });
      const second = await untilStage(handle, 'awaiting_approval', 2);
      expect(second.images[0]?.imageId).toBe('image-2-portrait');
      await handle.signal(approveIdentity, { round: 2 });
      expect(await handle.result()).toMatchObject({ stage: 'ready', round: 2, training: 1 });
      await keepHistory(bench, handle, 'regenerated');
    });
    const [first, second] = steps.calls('makeTestImage').filter((call) => call.type === 'portrait');
    expect(second?.round).toBe(2);
    expect(first?.round).toBe(1);
    expect(steps.calls('recordDecision')).toHaveLength(2);
  });

  it('gets another training, which has a ledger key of its own', async () => {
    const steps = fakeSteps();
    await bench.play(steps, async (handle) => {
      await untilStage(handle, 'awaiting_approval');
      await handle.executeUpdate(decideIdentity, {
        args: [{ ...reject, decisionId: 'd1', round: 1, next: 'retrain' }],
      });
      await untilStage(handle, 'awaiting_approval', 2);
      await handle.signal(approveIdentity, { round: 2 });
      expect(await handle.result()).toMatchObject({ stage: 'ready', training: 2, lora: { training: 2 } });
      await keepHistory(bench, handle, 'retrained');
    });
    expect(steps.calls('submitTraining').map((call) => call.training)).toEqual([1, 2]);
    expect(steps.calls('publishIdentity')[0]?.loraSha256).toBe('2'.repeat(64));
  });

  it('can abandon the identity', async () => {
    const steps = fakeSteps();
    await bench.play(steps, async (handle) => {
      await untilStage(handle, 'awaiting_approval');
      await handle.signal(rejectIdentity, { round: 1, next: 'abandon', reason: 'wrong actor' });
      expect((await handle.result()).stage).toBe('rejected');
      await keepHistory(bench, handle, 'abandoned');
    });
    expect(steps.calls('closeIdentity')[0]).toMatchObject({ stage: 'rejected', reason: 'wrong actor' });
    expect(steps.calls('publishIdentity')).toHaveLength(0);
  });

  it('is refused more rounds than the limit', async () => {
    await bench.play(
      fakeSteps(),
      async (handle) => {
        await untilStage(handle, 'awaiting_approval');
        const again = { ...reject, next: 'regenerate' } as const;
        await handle.executeUpdate(decideIdentity, { args: [{ ...again, decisionId: 'd1', round: 1 }] });
        await untilStage(handle, 'awaiting_approval', 2);
        const second = handle.executeUpdate(decideIdentity, { args: [{ ...again, decisionId: 'd2', round: 2 }] });
        expect(await refusalOf(second)).toBe('round_limit');
        await handle.signal(approveIdentity, { round: 2 });
        expect((await handle.result()).stage).toBe('ready');
      },
      { maxRegenerations: 1 },
    );
  });
});

describe('decisions that do not count', () => {
  it('an approval of an older round is refused', async () => {
    await bench.play(fakeSteps(), async (handle) => {
      await untilStage(handle, 'awaiting_approval');
      await handle.signal(rejectIdentity, { round: 1, next: 'regenerate' });
      await untilStage(handle, 'awaiting_approval', 2);
      await handle.signal(approveIdentity, { round: 1 });
      const update = handle.executeUpdate(decideIdentity, { args: [{ ...approve, round: 1 }] });
      expect(await refusalOf(update)).toBe('stale_round');
      const state = await handle.query(getState);
      expect(state.stage).toBe('awaiting_approval');
      expect(state.ignored.map((i) => i.refusal.code)).toEqual(['stale_round']);
      await handle.signal(approveIdentity, { round: 2 });
      await handle.result();
    });
  });

  it('a bad signal never fails a run: it is recorded and changes nothing', async () => {
    const bad: unknown[] = [null, 'yes', {}, { round: '1' }, { round: 7 }, { round: -1 }, [1]];
    await bench.play(fakeSteps(), async (handle) => {
      await untilStage(handle, 'awaiting_approval');
      for (const message of bad) await handle.signal('approveIdentity', message);
      await handle.signal('rejectIdentity', { round: 1, next: 'burn it' });
      await handle.signal('approveIdentity');
      await handle.signal('trainingSettled', 'nonsense');
      const state = await handle.query(getState);
      expect(state.stage).toBe('awaiting_approval');
      expect(state.ignored).toHaveLength(bad.length + 2);
      expect(state.decisions).toHaveLength(0);
      await handle.signal(approveIdentity, { round: 1 });
      expect((await handle.result()).stage).toBe('ready');
      await keepHistory(bench, handle, 'bad-signals');
    });
  });

  it('an approval before there is anything to see is refused', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await bench.play(fakeSteps({ pollTraining: () => held }), async (handle) => {
      await untilStage(handle, 'training');
      const update = handle.executeUpdate(decideIdentity, { args: [{ ...approve, round: 1 }] });
      expect(await refusalOf(update)).toBe('not_awaiting_approval');
      await handle.signal(approveIdentity, { round: 1 });
      release();
      const state = await untilStage(handle, 'awaiting_approval');
      expect(state.ignored[0]?.refusal.code).toBe('not_awaiting_approval');
      await handle.signal(approveIdentity, { round: 1 });
      await handle.result();
    });
  });

  it('the second of two reviewers is told that the first one decided', async () => {
    await bench.play(fakeSteps(), async (handle) => {
      await untilStage(handle, 'awaiting_approval');
      const decide = (decisionId: string, by: string) =>
        handle.executeUpdate(decideIdentity, { args: [{ ...approve, decisionId, by, round: 1 }] });
      const answers = await Promise.allSettled([decide('d1', 'key:ada'), decide('d2', 'key:bob')]);
      expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1);
      expect((await handle.result()).decisions).toHaveLength(1);
    });
  });
});

describe('waiting for people', () => {
  it('reminds after a day, escalates after two, and expires after seven', async () => {
    const steps = fakeSteps();
    await bench.play(steps, async (handle) => {
      const end = await handle.result();
      expect(end.stage).toBe('expired');
      expect(Date.parse(end.stageSince) - Date.parse(end.startedAt)).toBeGreaterThanOrEqual(7 * 24 * HOUR);
      await keepHistory(bench, handle, 'approval-expired');
    });
    const notices = steps.calls('notifyPeople').map((call) => call.notice.kind);
    expect(notices).toEqual(['awaiting_approval', 'approval_reminder', 'approval_escalation']);
    expect(steps.calls('closeIdentity')[0]).toMatchObject({ stage: 'expired' });
  });

  it('takes an approval that comes after the escalation', async () => {
    await bench.play(fakeSteps(), async (handle) => {
      await untilStage(handle, 'awaiting_approval');
      await bench.env.sleep('49h');
      const state = await handle.query(getState);
      expect(state.waiting).toMatchObject({ reminders: 1, escalated: true });
      await handle.signal(approveIdentity, { round: 1 });
      expect((await handle.result()).stage).toBe('ready');
      await keepHistory(bench, handle, 'approved-after-escalation');
    });
  });
});

describe('photos that will not do', () => {
  const tooFew: SetReport = {
    ...judgeSet(
      [{ photoId: 'photo-1', reading: { readable: false, problem: 'corrupt', bytes: 9, format: undefined } }],
      {
        maxPhotos: 5,
      },
    ),
  };

  it('are waited for; the replacement goes on, and nothing was paid meanwhile', async () => {
    const steps = fakeSteps({
      validatePhotos: async ({ photoIds }) =>
        photoIds.includes('photo-1') ? tooFew : { photos: [], accepted: photoIds, sufficient: true, advice: [] },
    });
    await bench.play(steps, async (handle) => {
      const state = await untilStage(handle, 'needs_photos');
      expect(state.photoProblem?.code).toBe('too_few_photos');
      expect(steps.calls('submitTraining')).toHaveLength(0);
      const few = handle.executeUpdate(replacePhotos, { args: [{ photoIds: ['photo-8'] }] });
      expect(await refusalOf(few)).toBe('malformed_photos');
      await handle.executeUpdate(replacePhotos, { args: [{ photoIds: ['photo-7', 'photo-8', 'photo-9'] }] });
      await untilStage(handle, 'awaiting_approval');
      const late = handle.executeUpdate(replacePhotos, { args: [{ photoIds: ['photo-7', 'photo-8', 'photo-9'] }] });
      expect(await refusalOf(late)).toBe('not_needs_photos');
      await handle.signal(approveIdentity, { round: 1 });
      const end = await handle.result();
      expect(end.stage).toBe('ready');
      expect(end.photoProblem).toBeUndefined();
      await keepHistory(bench, handle, 'photos-replaced');
    });
    expect(steps.calls('packPhotos')[0]?.photoIds).toEqual(['photo-7', 'photo-8', 'photo-9']);
  });

  it('expire when nobody brings others', async () => {
    const steps = fakeSteps({ validatePhotos: async () => tooFew });
    await bench.play(steps, async (handle) => {
      expect((await handle.result()).stage).toBe('expired');
      await keepHistory(bench, handle, 'photos-expired');
    });
    expect(steps.calls('submitTraining')).toHaveLength(0);
  });
});

describe('cancel', () => {
  it('while training: the provider is asked to stop, and what was uploaded is removed', async () => {
    const pollTraining = async () => {
      throw failure('NotReadyYet', 'runs', false);
    };
    const steps = fakeSteps({ pollTraining });
    await bench.play(steps, async (handle) => {
      await untilStage(handle, 'training');
      while (steps.calls('pollTraining').length === 0) await bench.env.sleep('1s');
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
      expect((await handle.query(getState)).stage).toBe('cancelled');
      expect((await handle.describe()).status.name).toBe('CANCELLED');
      await keepHistory(bench, handle, 'cancelled-while-training');
    });
    expect(steps.calls('cancelCall')).toEqual([{ callKey: expect.stringContaining('/train/1') }]);
    expect(steps.calls('closeIdentity')[0]).toMatchObject({ stage: 'cancelled' });
  });

  it('before images are known to be paid: each that may be open is stopped and settled', async () => {
    const makeTestImage = async () => {
      throw failure('SubmissionUnknown');
    };
    const steps = fakeSteps({ makeTestImage, reconcileCall: async () => ({ found: false }) });
    const script = async (handle: RunHandle) => {
      await untilStage(handle, 'needs_operator');
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
      await keepHistory(bench, handle, 'cancelled-while-unclear');
    };
    await bench.play(steps, script, { reconcileLooks: 1 });
    const keys = steps.calls('cancelCall').map(({ callKey }) => callKey.split('/').slice(1).join('/'));
    expect(keys.sort()).toEqual(TEST_TYPES.map((type) => `test/1/${type}`).sort());
    expect(steps.calls('closeIdentity')[0]).toMatchObject({ stage: 'cancelled', reason: 'Cancelled on request.' });
  });

  it('while a person is waited for: nothing is asked of the provider', async () => {
    const steps = fakeSteps();
    await bench.play(steps, async (handle) => {
      await untilStage(handle, 'awaiting_approval');
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
      await keepHistory(bench, handle, 'cancelled-while-waiting');
    });
    expect(steps.calls('cancelCall')).toHaveLength(0);
    expect(steps.calls('closeIdentity')[0]).toMatchObject({ stage: 'cancelled' });
  });

  it.each([
    ['nobody can tell', async () => true],
    ['the provider cannot be asked', () => Promise.reject(failure('ProviderAccount'))],
  ])(
    'what the training cost is unclear, because %s: the run closes all the same, and says so',
    async (_, cancelCall) => {
      const steps = fakeSteps({
        pollTraining: async () => {
          throw failure('NotReadyYet', 'runs', false);
        },
        cancelCall,
      });
      await bench.play(steps, async (handle) => {
        await untilStage(handle, 'training');
        while (steps.calls('pollTraining').length === 0) await bench.env.sleep('1s');
        await handle.cancel();
        await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
      });
      expect(steps.calls('closeIdentity')).toMatchObject([
        { stage: 'cancelled', reason: expect.stringMatching(/was charged is unclear of .*train\/1:/) },
      ]);
    },
  );
});

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
        expect(callKey).toMatch(/\/test\/1\/profile$/);
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
