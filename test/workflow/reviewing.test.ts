import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approveIdentity, decideIdentity, getState, rejectIdentity } from '../../workflows/messages.ts';
import { fakeSteps } from '../support/fake-steps.ts';
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
const approve = { decisionId: 'decision-1', verdict: 'approve', by: 'key:reviewer' } as const;
const reject = { verdict: 'reject', by: 'key:reviewer', reason: 'not him' } as const;

describe('a reviewer who is not content', () => {
  it('gets other pictures of the same LoRA', async () => {
    const steps = fakeSteps();
    await bench.play(steps, async (handle) => {
      await untilStage(handle, 'awaiting_approval');
      await handle.signal(rejectIdentity, { round: 1, next: 'regenerate', reason: 'eyes closed' });
      const second = await untilStage(handle, 'awaiting_approval', 2);
      expect(second.images[0]?.imageId).toBe('image/round/2/80/portrait');
      await handle.signal(approveIdentity, { round: 2 });
      expect(await handle.result()).toMatchObject({ stage: 'ready', round: 2, training: 1 });
      await keepHistory(bench, handle, 'regenerated');
    });
    const [first, second] = steps.calls('makeTestImage').filter((call) => call.type === 'portrait');
    expect(second?.set.number).toBe(2);
    expect(first?.set.number).toBe(1);
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

  it.each([
    ['before the first reminder', { approvalExpiresAfterMs: HOUR }, 1, []],
    ['at the first reminder', { approvalExpiresAfterMs: 24 * HOUR }, 24, []],
    ['before the escalation', { approvalExpiresAfterMs: 30 * HOUR }, 30, ['approval_reminder']],
    [
      'after an escalation that comes first',
      { escalateAfterMs: HOUR, remindAfterMs: 2 * HOUR, approvalExpiresAfterMs: 3 * HOUR },
      3,
      ['approval_escalation', 'approval_reminder'],
    ],
  ])('an expiry %s is kept', async (_, settings, hours, notices) => {
    const steps = fakeSteps();
    await bench.play(
      steps,
      async (handle) => {
        const { stage, stageSince, startedAt } = await handle.result();
        const tookMs = Date.parse(stageSince) - Date.parse(startedAt);
        expect([stage, Math.floor(tookMs / HOUR)]).toEqual(['expired', hours]);
      },
      settings,
    );
    const kinds = steps.calls('notifyPeople').map((call) => call.notice.kind);
    expect(kinds).toEqual(['awaiting_approval', ...notices]);
  });
});
