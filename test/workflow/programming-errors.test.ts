// A programming error fails the workflow task, and the run goes on when a repaired deploy comes: only a failure of a step
// closes a run. On the time-skipping server, with the real workflows.

import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import { bundleWorkflowCode } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchWorkflowId, retestWorkflowId, stillWorkflowId } from '../../domain/keys.ts';
import { DEFAULT_SETTINGS } from '../../domain/settings.ts';
import { approveIdentity, DRAW_BATCH, drawBatchStart, getState, TASK_QUEUES } from '../../workflows/messages.ts';
import { type FakeSteps, failure, fakeSteps } from '../support/fake-steps.ts';
import { quiet } from '../support/quiet-logger.ts';
import '../support/quiet-runtime.ts';
import { planOf } from '../support/stills.ts';
import { startWorkflowBench, untilStage, type WorkflowBench } from '../support/workflow-bench.ts';

let bench: WorkflowBench;
beforeAll(async () => {
  bench = await startWorkflowBench();
});
afterAll(async () => {
  await bench?.stop();
});

/** Until a task of the workflow has failed. */
async function taskFails(handle: Pick<WorkflowHandle, 'fetchHistory'>): Promise<void> {
  const failed = async () =>
    (await handle.fetchHistory()).events?.some((event) => event.workflowTaskFailedEventAttributes) ?? false;
  await expect.poll(failed, { timeout: 60_000 }).toBe(true);
}

const wrong = async () => ({}) as never;

describe('a programming error never ends a run', () => {
  it.each([
    ['scores', { scoreImages: wrong }],
    ['verdicts on the photos', { validatePhotos: async () => null as never }],
    ['an answer of the provider', { submitTraining: async () => null as never }],
  ])('in the code that takes %s: no end is written, and the run is open', async (_, replaced) => {
    const steps = fakeSteps(replaced);
    await bench.play(steps, async (handle) => {
      await taskFails(handle);
      expect((await handle.describe()).status.name).toBe('RUNNING');
      expect(steps.calls('closeIdentity')).toEqual([]);
      await handle.terminate();
    });
  });

  it('of a test on request neither', async () => {
    const steps = fakeSteps({ scoreImages: wrong });
    await bench.play(steps, async (run) => {
      await run.terminate();
      const identityId = run.workflowId.replace('identity/', '');
      const handle = await bench.env.client.workflow.start('retestIdentity', {
        workflowId: retestWorkflowId(identityId, 1),
        taskQueue: TASK_QUEUES.workflow,
        args: [
          {
            identityId,
            tenantId: 'tenant-1',
            characterId: 'character-1',
            photoIds: ['photo-1'],
            number: 1,
            types: ['portrait'],
            settings: DEFAULT_SETTINGS,
          },
        ],
      });
      await taskFails(handle);
      expect((await handle.describe()).status.name).toBe('RUNNING');
      expect(steps.calls('closeRetest')).toEqual([]);
      await handle.terminate();
    });
  });

  it('of a still neither, nor of its batch', async () => {
    const plan = planOf({ people: 1 });
    const { tenantId, batchId } = plan;
    const listed = { nextStills: async () => ({ stills: [plan], last: true }) };
    for (const [replaced, workflowId] of [
      [{ ...listed, checkStill: async () => null as never }, stillWorkflowId(batchId, 1)],
      [{ nextStills: async () => null as never }, batchWorkflowId(batchId)],
    ] as const) {
      const steps = fakeSteps(replaced);
      await bench.serve(steps, async () => {
        const batch = { tenantId, batchId, stills: 1, atOnce: 1 };
        const start = { ...drawBatchStart(batch), workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const };
        const handle = await bench.env.client.workflow.start(DRAW_BATCH, start);
        const broken = bench.env.client.workflow.getHandle(workflowId);
        await expect.poll(() => broken.describe().catch(() => undefined), { timeout: 60_000 }).toBeDefined();
        await taskFails(broken);
        expect((await broken.describe()).status.name).toBe('RUNNING');
        expect([...steps.calls('closeStill'), ...steps.calls('closeBatch')]).toEqual([]);
        if (workflowId !== handle.workflowId) await broken.terminate();
        await handle.terminate();
      });
    }
  });

  it('while it looks for a payment: it is not taken for "not found"', async () => {
    const lost = async () => {
      throw failure('SubmissionUnknown');
    };
    const steps = fakeSteps({ submitTraining: lost, reconcileCall: async () => undefined as never });
    await bench.play(steps, async (handle) => {
      await taskFails(handle);
      expect(steps.calls('notifyPeople')).toEqual([]);
      await handle.terminate();
    });
  });

  it('a repaired deploy goes on where the broken one stopped', async () => {
    const workflowsPath = fileURLToPath(new URL('../support/broken-workflows.ts', import.meta.url));
    const broken = await bundleWorkflowCode({ workflowsPath, logger: quiet });
    const steps = fakeSteps();
    const stopBroken = await bench.deploy(steps, { workflows: broken });
    const handle = await bench.begin('10000000-0000-4000-8000-000000000001');
    await taskFails(handle);
    await stopBroken();
    const stopRepaired = await bench.deploy(steps);
    await untilStage(handle, 'awaiting_approval');
    await handle.signal(approveIdentity, { round: 1 });
    expect((await handle.result()).stage).toBe('ready');
    expect((await handle.query(getState)).failure).toBeUndefined();
    expect(steps.calls('closeIdentity')).toEqual([]);
    expect(steps.calls('submitTraining')).toHaveLength(1);
    expect(steps.calls('scoreImages')).toHaveLength(1);
    await stopRepaired();
  });
});

describe('a failure of a step', () => {
  const fails = async () => {
    throw failure('ProviderFailed', 'no face came out');
  };
  it.each<[string, FakeSteps]>([
    ['of the run', fakeSteps({ pollTraining: fails })],
    ['of each image of its child', fakeSteps({ makeTestImage: fails })],
  ])('%s closes it, and says why', async (_, steps) => {
    await bench.play(steps, async (handle) => {
      await expect(handle.result()).rejects.toThrow();
      expect((await handle.describe()).status.name).toBe('FAILED');
    });
    expect(steps.calls('closeIdentity')).toMatchObject([
      { stage: 'failed', reason: expect.stringContaining('no face') },
    ]);
  });
});
