// A batch of stills, on the time-skipping server: the real workflows, steps that answer at once.

import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stillCallKey, stillWorkflowId } from '../../domain/keys.ts';
import type { DrawBatchInput, StillPlan } from '../../domain/stills/steps.ts';
import type { drawBatch } from '../../workflows/draw-batch.ts';
import {
  DRAW_BATCH,
  DRAW_STILL,
  drawBatchStart,
  SEARCH_ATTRIBUTES,
  stillAgainStart,
} from '../../workflows/messages.ts';
import { type FakeSteps, failure, fakeSteps, type Steps } from '../support/fake-steps.ts';
import { checkOf, face, planOf } from '../support/stills.ts';
import { keepHistory, startWorkflowBench, type WorkflowBench } from '../support/workflow-bench.ts';

let bench: WorkflowBench;
beforeAll(async () => {
  bench = await startWorkflowBench();
});
afterAll(async () => {
  await bench?.stop();
});

type BatchHandle = WorkflowHandle<typeof drawBatch>;

let batches = 0;

/** A batch with ids of its own, and the plans of its stills. */
function batchOf(stills: number, atOnce = 3): { batch: DrawBatchInput; plans: StillPlan[] } {
  batches += 1;
  const batchId = `40000000-0000-4000-8000-${String(batches).padStart(12, '0')}`;
  const plans = Array.from({ length: stills }, (_, index) => {
    const number = index + 1;
    const stillId = `5${String(batches).padStart(7, '0')}-0000-4000-8000-${String(number).padStart(12, '0')}`;
    return planOf({ people: 1, batchId, stillId, number });
  });
  return { batch: { tenantId: 'tenant-1', batchId, stills, atOnce }, plans };
}

const start = (batch: DrawBatchInput) =>
  bench.env.client.workflow.start<typeof drawBatch>(DRAW_BATCH, drawBatchStart(batch));

const handleOf = (workflowId: string, runId?: string): BatchHandle =>
  bench.env.client.workflow.getHandle<typeof drawBatch>(workflowId, runId);

/** Steps over these plans, whose stills have ended once they are closed, as the rows have it. */
function stepsOf(plans: readonly StillPlan[], replaced: Partial<Steps> = {}): FakeSteps {
  const steps: FakeSteps = fakeSteps({
    nextStills: async ({ after, limit }) => {
      const ended = new Set(steps.calls('closeStill').map(({ number }) => number));
      const open = plans.filter(({ number }) => number > after && !ended.has(number));
      return { stills: open.slice(0, limit), last: open.length <= limit };
    },
    checkStill: async () => checkOf([face(0, 'recognised', 0, 95)]),
    ...replaced,
  });
  return steps;
}

/** Steps that make no picture until they are let go; then they fail, as those of a worker that is gone. */
function heldSteps() {
  const held = new Map<number, () => void>();
  return {
    numbers: () => [...held.keys()].sort((a, b) => a - b),
    hold: (number: number) =>
      new Promise<never>((_, reject) => held.set(number, () => reject(failure('Unexpected', 'gone')))),
    /** Once these stills have told their steps of a cancel: of a step that ends in that moment the server loses the task. */
    async letGo(batchId: string): Promise<void> {
      for (const [number, go] of held) {
        const told = async () =>
          (await handleOf(stillWorkflowId(batchId, number)).fetchHistory()).events?.some(
            (event) => event.activityTaskCancelRequestedEventAttributes,
          );
        await expect.poll(told, { timeout: 60_000 }).toBe(true);
        go();
      }
    },
  };
}

const numbersOf = (calls: { number: number }[]): number[] => calls.map(({ number }) => number).sort((a, b) => a - b);

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('a batch', () => {
  it('draws every still once, so many at once, and is done', async () => {
    const { batch, plans } = batchOf(8, 3);
    let now = 0;
    let most = 0;
    const steps = stepsOf(plans, {
      makeStill: async (input) => {
        most = Math.max(most, ++now);
        await new Promise((resolve) => setTimeout(resolve, 50));
        now -= 1;
        return fakeSteps().provider.makeStill(input);
      },
    });
    await bench.serve(steps, async () => {
      const handle = await start(batch);
      expect(await handle.result()).toEqual({ passed: 8 });
      await keepHistory(bench, handle, 'batch-done');
      const told = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
      expect(told.currentDetails).toContain('8 of 8 stills');
      expect(told.currentDetails).toContain('| passed | 8 |');
    });
    expect(numbersOf(steps.calls('makeStill'))).toEqual(range(1, 8));
    expect(most).toBe(3);
    const { tenantId, batchId } = batch;
    expect(steps.calls('closeBatch')).toEqual([{ tenantId, batchId, state: 'done' }]);
  });

  it('and its stills are found by the tenant, and have its priority', async () => {
    const { batch, plans } = batchOf(1);
    const steps = stepsOf(plans);
    await bench.serve(steps, async () => {
      const handle = await start(batch);
      await handle.result();
      const { events } = await handle.fetchHistory();
      const begun = events?.find((event) => event.startChildWorkflowExecutionInitiatedEventAttributes);
      const child = begun?.startChildWorkflowExecutionInitiatedEventAttributes;
      expect(child?.priority).toMatchObject({ priorityKey: 2, fairnessKey: 'tenant-1' });
      for (const workflowId of [handle.workflowId, stillWorkflowId(batch.batchId, 1)]) {
        const { typedSearchAttributes } = await handleOf(workflowId).describe();
        expect(typedSearchAttributes.get(SEARCH_ATTRIBUTES.tenant)).toBe('tenant-1');
      }
    });
  });

  it('is started once, however often that is asked for', async () => {
    const { batch, plans } = batchOf(2);
    const steps = stepsOf(plans);
    await bench.serve(steps, async () => {
      const [first, second] = await Promise.all([start(batch), start(batch)]);
      expect(first.firstExecutionRunId).toBe(second.firstExecutionRunId);
      await first.result();
      await expect(start(batch)).rejects.toThrow('already started');
    });
    expect(steps.calls('makeStill')).toHaveLength(2);
  });

  it('counts stills that fail, and is done all the same', async () => {
    const { batch, plans } = batchOf(5);
    const steps = stepsOf(plans, {
      makeStill: async (input) => {
        if (input.number === 2) throw failure('ProviderFailed', 'The model refused it.');
        if (input.number === 3) throw failure('VersionRefused', 'Version 1 was revoked.');
        return fakeSteps().provider.makeStill(input);
      },
      // The row of a still is gone: its workflow itself fails.
      closeStill: async ({ number }) => {
        if (number === 4) throw failure('NotFound');
      },
    });
    await bench.serve(steps, async () => {
      const handle = await start(batch);
      expect(await handle.result()).toEqual({ passed: 2, failed: 2, refused: 1 });
    });
    expect(steps.calls('closeBatch')).toMatchObject([{ state: 'done' }]);
  });

  it('goes on when one of its stills is cancelled', async () => {
    const { batch, plans } = batchOf(3);
    const held = heldSteps();
    const steps = stepsOf(plans, {
      makeStill: async (input) => (input.number === 2 ? held.hold(2) : fakeSteps().provider.makeStill(input)),
    });
    await bench.serve(steps, async () => {
      const handle = await start(batch);
      await expect.poll(held.numbers, { timeout: 60_000 }).toEqual([2]);
      await handleOf(stillWorkflowId(batch.batchId, 2)).cancel();
      await held.letGo(batch.batchId);
      expect(await handle.result()).toEqual({ passed: 2, cancelled: 1 });
    });
    expect(steps.calls('cancelCall')).toHaveLength(1);
    expect(steps.calls('closeBatch')).toMatchObject([{ state: 'done' }]);
  });

  it('draws what is left while one of its stills is repaired on request', async () => {
    const { batch, plans } = batchOf(2, 1);
    const [first] = plans;
    if (!first) throw new Error('There is no plan.');
    let letGo: () => void = () => undefined;
    let isHeld = false;
    const steps = stepsOf(plans, {
      makeStill: async (input) => {
        if (input.number === 2) {
          isHeld = true;
          await new Promise<void>((resolve) => {
            letGo = resolve;
          });
        }
        return fakeSteps().provider.makeStill(input);
      },
    });
    const best = { picture: 1, check: checkOf([face(0, 'recognised', 0, 95)]) };
    const repair = { ...first, again: { kind: 'redraw', best, number: 2, repairs: 0 } } as const;
    await bench.serve(steps, async () => {
      const handle = await start(batch);
      await expect.poll(() => isHeld, { timeout: 60_000 }).toBe(true);
      const again = await bench.env.client.workflow.start(DRAW_STILL, stillAgainStart(repair, 1));
      expect(await again.result()).toMatchObject({ state: 'passed', best: 2 });
      letGo();
      expect(await handle.result()).toEqual({ passed: 2 });
    });
    const drawn = steps.calls('makeStill').map(({ number, picture }) => [number, picture]);
    expect(drawn).toEqual([
      [1, 1],
      [2, 1],
      [1, 2],
    ]);
  });

  it('has failed when its stills cannot be listed, once those under way have ended', async () => {
    const { batch, plans } = batchOf(3);
    const steps = stepsOf(plans, {
      nextStills: async ({ after }) => {
        if (after > 0) throw failure('NotFound', 'The batch is gone.');
        return { stills: plans, last: false };
      },
    });
    await bench.serve(steps, async () => {
      await expect((await start(batch)).result()).rejects.toThrow(WorkflowFailedError);
    });
    expect(numbersOf(steps.calls('closeStill'))).toEqual([1, 2, 3]);
    expect(steps.calls('closeBatch')).toMatchObject([{ state: 'failed', reason: 'The batch is gone.' }]);
  });
});

describe('a cancel', () => {
  it('stops what is paid for, closes the rows, and begins nothing', async () => {
    const { batch, plans } = batchOf(6, 2);
    const held = heldSteps();
    const steps = stepsOf(plans, {
      makeStill: async (input) => (input.number > 2 ? held.hold(input.number) : fakeSteps().provider.makeStill(input)),
      cancelCall: async ({ callKey }) => callKey === stillCallKey(plans[2]?.stillId ?? '', 1),
    });
    await bench.serve(steps, async () => {
      const handle = await start(batch);
      await expect.poll(held.numbers, { timeout: 60_000 }).toEqual([3, 4]);
      await handle.cancel();
      await held.letGo(batch.batchId);
      const error = await handle.result().catch((e: unknown) => e);
      expect(error).toBeInstanceOf(WorkflowFailedError);
      expect((error as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
      await keepHistory(bench, handle, 'batch-cancelled');
      await keepHistory(bench, { workflowId: stillWorkflowId(batch.batchId, 3) }, 'still-cancelled');
    });
    const stillIds = plans.slice(2, 4).map(({ stillId }) => stillId);
    expect(
      steps
        .calls('cancelCall')
        .map(({ callKey }) => callKey)
        .sort(),
    ).toEqual(stillIds.map((stillId) => stillCallKey(stillId, 1)));
    const cancelled = steps.calls('closeStill').filter(({ state }) => state === 'cancelled');
    expect(numbersOf(cancelled)).toEqual([3, 4]);
    expect(cancelled.find(({ number }) => number === 3)?.reason).toContain('Whether it was charged is unclear');
    expect(steps.calls('closeBatch')).toMatchObject([{ state: 'cancelled', reason: 'Cancelled on request.' }]);
    expect(numbersOf(steps.calls('makeStill'))).toEqual([1, 2, 3, 4]);
  });
});

describe('a worker that is replaced', () => {
  it('goes on with the stills where they were, and draws none twice', async () => {
    const { batch, plans } = batchOf(6, 2);
    // No cache: another worker takes over at once.
    const fresh = { maxCachedWorkflows: 0 };
    const first = stepsOf(plans, {
      makeStill: async (input) => {
        if (input.number > 2) throw failure('ProviderUnavailable', 'The provider cannot be reached.', false);
        return fakeSteps().provider.makeStill(input);
      },
    });
    const second = stepsOf(plans);
    const stopFirst = await bench.deploy(first, fresh);
    const handle = await start(batch);
    await expect.poll(() => new Set(numbersOf(first.calls('makeStill'))).size, { timeout: 60_000 }).toBe(4);
    await stopFirst();
    const stopSecond = await bench.deploy(second, fresh);
    expect(await handle.result()).toEqual({ passed: 6 });
    await stopSecond();
    expect(numbersOf(first.calls('closeStill'))).toEqual([1, 2]);
    expect(numbersOf(second.calls('makeStill'))).toEqual([3, 4, 5, 6]);
    expect(second.calls('closeBatch')).toMatchObject([{ state: 'done' }]);
  });
});

describe('two hundred stills', () => {
  /** The usual limit is 50,000; a history of this length still opens at once in the Web UI. */
  const MOST_EVENTS = 2000;

  it('are drawn by two runs of the batch, none twice, each with a short history', async () => {
    const { batch, plans } = batchOf(200, 20);
    const steps = stepsOf(plans);
    await bench.serve(steps, async () => {
      const handle = await start(batch);
      expect(await handle.result()).toEqual({ passed: 200 });
      const { workflowId, firstExecutionRunId: runId } = handle;
      await keepHistory(bench, { workflowId, runId }, 'batch-continued');
      const runs = [handleOf(workflowId, runId), handleOf(workflowId)];
      const lengths = await Promise.all(runs.map(async (run) => (await run.fetchHistory()).events?.length ?? 0));
      expect(lengths[0]).toBeGreaterThan(lengths[1] ?? 0);
      expect(lengths.reduce((sum, length) => sum + length, 0)).toBeLessThan(MOST_EVENTS);
    });
    expect(numbersOf(steps.calls('makeStill'))).toEqual(range(1, 200));
    expect(numbersOf(steps.calls('closeStill'))).toEqual(range(1, 200));
    expect(steps.calls('closeBatch')).toHaveLength(1);
  });
});
