// Photos that will not do, and runs that are cancelled, on the time-skipping server: the real workflow, the real server, steps that answer at once.

import { Context } from '@temporalio/activity';
import { WorkflowFailedError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createActivities } from '../../activities/create-activities.ts';
import { judgeSet, type SetReport } from '../../domain/photo-set.ts';
import { TEST_TYPES } from '../../domain/test-suite.ts';
import { approveIdentity, getState, replacePhotos } from '../../workflows/messages.ts';
import { addPhotos, createFakePorts } from '../support/fake-ports.ts';
import { failure, fakeSteps } from '../support/fake-steps.ts';
import { face, picture, samePerson } from '../support/readings.ts';
import {
  keepHistory,
  type RunHandle,
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

const OTHERS = [7, 8, 9].map((n) => `00000000-0000-4000-8000-00000000000${n}`);

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
      const few = handle.executeUpdate(replacePhotos, { args: [{ photoIds: OTHERS.slice(1) }] });
      expect(await refusalOf(few)).toBe('malformed_photos');
      await handle.executeUpdate(replacePhotos, { args: [{ photoIds: OTHERS.map((id) => id.toUpperCase()) }] });
      await untilStage(handle, 'awaiting_approval');
      const late = handle.executeUpdate(replacePhotos, { args: [{ photoIds: OTHERS }] });
      expect(await refusalOf(late)).toBe('not_needs_photos');
      await handle.signal(approveIdentity, { round: 1 });
      const end = await handle.result();
      expect(end.stage).toBe('ready');
      expect(end.photoProblem).toBeUndefined();
      await keepHistory(bench, handle, 'photos-replaced');
    });
    expect(steps.calls('packPhotos')[0]?.photoIds).toEqual(OTHERS);
  });

  const [seven = '', eight = '', nine = ''] = OTHERS;
  it.each([
    ['a repeated id', [seven, eight, seven], seven],
    ['an id that is repeated in capitals', [seven, eight, eight.toUpperCase()], eight],
    ['what is no id', [seven, eight, '…'], '…'],
    ['an id with a typo', [seven, eight, nine.slice(1)], nine.slice(1)],
    ['a number', [seven, eight, 9], '9'],
    ['nothing', undefined, '3 to 5'],
  ])('%s is refused, named, and ends nothing', async (_, photoIds, named) => {
    const steps = fakeSteps({ validatePhotos: async () => tooFew });
    await bench.play(steps, async (handle) => {
      await untilStage(handle, 'needs_photos');
      const update = handle.executeUpdate('replacePhotos', { args: [{ photoIds }] });
      const error: unknown = await update.catch((reason: unknown) => reason);
      expect(await refusalOf(update)).toBe('malformed_photos');
      expect(error instanceof Error && String(error.cause)).toContain(named);
      expect((await handle.query(getState)).stage).toBe('needs_photos');
    });
    expect(steps.calls('validatePhotos')).toHaveLength(1);
  });

  it('that are not the character’s are asked for again: the real step, rows and files in memory', async () => {
    const world = createFakePorts();
    const annas = OTHERS.map((id, n) => [id, picture({ name: id, faces: [face({ descriptor: samePerson(n + 1) })] })]);
    await addPhotos(world, Object.fromEntries(annas));
    const { validatePhotos } = createActivities(world).vision;
    const steps = fakeSteps({ validatePhotos });
    const unknown = '00000000-0000-4000-8000-00000000dead';
    await bench.play(steps, async (handle) => {
      const state = await untilStage(handle, 'needs_photos');
      expect(state.photoProblem).toMatchObject({ code: 'unknown_photos', message: expect.stringContaining('photo-1') });
      await handle.executeUpdate(replacePhotos, { args: [{ photoIds: [seven, eight, unknown] }] });
      await expect
        .poll(async () => (await untilStage(handle, 'needs_photos')).photoProblem?.message, { timeout: 60_000 })
        .toContain(unknown);
      await handle.executeUpdate(replacePhotos, { args: [{ photoIds: OTHERS }] });
      const { photoProblem } = await untilStage(handle, 'awaiting_approval');
      expect(photoProblem).toBeUndefined();
    });
    expect(steps.calls('closeIdentity')).toEqual([]);
    const stages = world.store.writes.filter(([name]) => name === 'saveStage').map((write) => write[3]);
    expect(stages).toEqual(['validating', 'validating', 'validating']);
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

/** A step whose worker dies when it is told of the cancel: all that the run hears is another failure. */
async function diesWhenCancelled(_input?: unknown, nonRetryable = true): Promise<never> {
  const { cancelled, heartbeat } = Context.current();
  const beats = setInterval(() => heartbeat(), 50);
  await Promise.race([cancelled, new Promise((_, reject) => setTimeout(reject, 2000))]).catch(() => undefined);
  clearInterval(beats);
  throw failure('ProviderUnavailable', 'the worker is gone', nonRetryable);
}

describe('cancel', () => {
  it.each([
    ['validatePhotos', []],
    ['packPhotos', []],
    ['submitTraining', ['train/1']],
    ['storeLora', []],
    ['makeTestImage', TEST_TYPES.map((type) => `round/1/80/${type}`)],
  ] as const)('while the worker of %s is gone closes the run all the same', async (name, open) => {
    const steps = fakeSteps({ [name]: (input: unknown) => diesWhenCancelled(input) });
    await bench.play(steps, async (handle) => {
      while (steps.calls(name).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      await handle.cancel();
      // In real time: the server would skip a step that runs.
      await expect.poll(async () => (await handle.describe()).status.name, { timeout: 60_000 }).toBe('CANCELLED');
      expect((await handle.query(getState)).stage).toBe('cancelled');
      if (name === 'submitTraining') await keepHistory(bench, handle, 'cancelled-without-worker');
    });
    expect(steps.calls('closeIdentity')).toMatchObject([{ stage: 'cancelled' }]);
    const stopped = steps.calls('cancelCall').map(({ callKey }) => callKey.split('/').slice(1).join('/'));
    expect(stopped.sort()).toEqual([...open].sort());
  });

  it('waits for photos that are being copied, so that none is left behind', async () => {
    const order: string[] = [];
    const steps = fakeSteps({
      validatePhotos: async ({ photoIds }) => {
        const { cancelled, heartbeat } = Context.current();
        // The cancel comes with the answer to a sign of life.
        const beats = setInterval(() => heartbeat(), 50);
        await cancelled.catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, 500));
        clearInterval(beats);
        order.push('copied');
        return { photos: [], accepted: photoIds, sufficient: true, advice: [] };
      },
      closeIdentity: async () => void order.push('closed'),
    });
    await bench.play(steps, async (handle) => {
      while (steps.calls('validatePhotos').length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      await handle.cancel();
      await expect.poll(async () => (await handle.describe()).status.name, { timeout: 30_000 }).toBe('CANCELLED');
    });
    expect(order).toEqual(['copied', 'closed']);
  });

  it('that comes while an approval is being published is too late', async () => {
    let attempts = 0;
    const publishIdentity = async () => (++attempts === 1 ? diesWhenCancelled(undefined, false) : { version: 1 });
    const steps = fakeSteps({ publishIdentity });
    await bench.play(steps, async (handle) => {
      await untilStage(handle, 'awaiting_approval');
      await handle.signal(approveIdentity, { round: 1 });
      while (steps.calls('publishIdentity').length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      await handle.cancel();
      await expect.poll(async () => (await handle.describe()).status.name, { timeout: 60_000 }).toBe('COMPLETED');
      expect((await handle.result()).stage).toBe('ready');
    });
    expect(steps.calls('closeIdentity')).toEqual([]);
  });

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
      // It may look through fifty pages of the provider's listing, as a reconciliation does.
      const { events } = await handle.fetchHistory();
      const scheduled = events?.map((event) => event.activityTaskScheduledEventAttributes);
      const stop = scheduled?.find((step) => step?.activityType?.name === 'cancelCall');
      expect([Number(stop?.startToCloseTimeout?.seconds), Number(stop?.heartbeatTimeout?.seconds)]).toEqual([120, 20]);
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
    expect(keys.sort()).toEqual(TEST_TYPES.map((type) => `round/1/80/${type}`).sort());
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
