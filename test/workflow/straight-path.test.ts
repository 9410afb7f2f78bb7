// The straight way through a run, on the time-skipping server: the real workflow, the real server, steps that answer at once.

import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countHistoryEvents } from '../../stack/history-events.ts';
import { approveIdentity, decideIdentity, getState, trainingSettled } from '../../workflows/messages.ts';
import { failure, fakeSteps } from '../support/fake-steps.ts';
import { keepHistory, startWorkflowBench, untilStage, type WorkflowBench } from '../support/workflow-bench.ts';

let bench: WorkflowBench;
beforeAll(async () => {
  bench = await startWorkflowBench();
});
afterAll(async () => {
  await bench?.stop();
});

const MAX_EVENTS = 150;
const HOUR = 3_600_000;
const approve = { decisionId: 'decision-1', verdict: 'approve', by: 'key:reviewer' } as const;

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
      await keepHistory(bench, { workflowId: `${handle.workflowId}/round/1/80/1` }, 'test-identity');
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
