// Scoring an identity again is a workflow of its own: it outlives a dead worker, and calls nothing that pays.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rescoreWorkflowId } from '../../domain/keys.ts';
import { RESCORE_IDENTITY, TASK_QUEUES } from '../../workflows/messages.ts';
import { failure, fakeSteps } from '../support/fake-steps.ts';
import { keepHistory, startWorkflowBench, type WorkflowBench } from '../support/workflow-bench.ts';

let bench: WorkflowBench;
beforeAll(async () => {
  bench = await startWorkflowBench();
});
afterAll(async () => {
  await bench?.stop();
});

const ref = () => ({ tenantId: 'tenant-1', identityId: randomUUID() });
const begin = (input: ReturnType<typeof ref>) =>
  bench.env.client.workflow.start(RESCORE_IDENTITY, {
    workflowId: rescoreWorkflowId(input.identityId, 'v2'),
    taskQueue: TASK_QUEUES.workflow,
    args: [input],
  });

it('has the images scored, again after an outage, and asks for nothing else', async () => {
  let tries = 0;
  const steps = fakeSteps({
    rescoreImages: async () => {
      tries += 1;
      if (tries < 3) throw failure('StoreUnavailable', 'The storage is away.', false);
      return { calibration: 'v2', images: 5 };
    },
  });
  const stop = await bench.deploy(steps);
  const input = ref();
  const handle = await begin(input);
  expect(await handle.result()).toEqual({ calibration: 'v2', images: 5 });
  expect(steps.calls('rescoreImages')).toEqual([input, input, input]);
  for (const name of ['makeTestImage', 'submitTraining', 'scoreImages', 'saveStage'] as const) {
    expect(steps.calls(name)).toEqual([]);
  }
  await keepHistory(bench, handle, 'scored-again');
  await stop();
});

it('fails when the files are gone, and can be asked for again', async () => {
  let isGone = true;
  const steps = fakeSteps({
    rescoreImages: async () => {
      if (isGone) throw failure('NotFound', 'The test images are gone.');
      return { calibration: 'v2', images: 1 };
    },
  });
  const stop = await bench.deploy(steps);
  const input = ref();
  await expect((await begin(input)).result()).rejects.toThrow();
  isGone = false;
  expect(await (await begin(input)).result()).toEqual({ calibration: 'v2', images: 1 });
  await stop();
});
