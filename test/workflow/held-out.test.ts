// A photo that is held out is kept from the training, and the scoring is told which it is.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { fakeSteps } from '../support/fake-steps.ts';
import { startWorkflowBench, untilStage, type WorkflowBench } from '../support/workflow-bench.ts';

let bench: WorkflowBench;
beforeAll(async () => {
  bench = await startWorkflowBench();
});
afterAll(async () => {
  await bench?.stop();
});

it('the training never sees the photo that is held out, and every score is told of it', async () => {
  const steps = fakeSteps({
    validatePhotos: async ({ photoIds }) => ({
      photos: [],
      advice: [],
      accepted: photoIds,
      sufficient: true,
      heldOut: 'photo-2',
    }),
  });
  await bench.play(steps, async (handle) => {
    const { heldOut } = await untilStage(handle, 'awaiting_approval');
    expect(heldOut).toBe('photo-2');
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow();
  });
  expect(steps.calls('packPhotos').map(({ photoIds }) => photoIds)).toEqual([['photo-1', 'photo-3']]);
  expect(steps.calls('scoreImages')).toMatchObject([
    { heldOut: 'photo-2', photoIds: ['photo-1', 'photo-2', 'photo-3'] },
  ]);
});

it('of too few photos to spare one all are trained on', async () => {
  const steps = fakeSteps();
  await bench.play(steps, async (handle) => {
    expect((await untilStage(handle, 'awaiting_approval')).heldOut).toBeUndefined();
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow();
  });
  expect(steps.calls('packPhotos')[0]?.photoIds).toHaveLength(3);
  expect(steps.calls('scoreImages')[0]?.heldOut).toBeUndefined();
});
