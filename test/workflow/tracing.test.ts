// A trace leads from the request through the workflow to the provider; and tracing, switched on or off in the middle of a
// run, changes nothing that a run does.

import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { Client } from '@temporalio/client';
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTracing } from '../../adapters/telemetry/opentelemetry.ts';
import { identityWorkflowId } from '../../domain/keys.ts';
import { DEFAULT_SETTINGS } from '../../domain/settings.ts';
import { WORKFLOWS_PATH } from '../../worker/workflows-path.ts';
import { approveIdentity, TASK_QUEUES } from '../../workflows/messages.ts';
import type { prepareIdentity } from '../../workflows/prepare-identity.ts';
import { fakeSteps } from '../support/fake-steps.ts';
import { quiet } from '../support/quiet-logger.ts';
import '../support/quiet-runtime.ts';
import { HISTORIES, recordingsIn, replay, textOf } from '../support/recordings.ts';
import { startWorkflowBench, untilStage, type WorkflowBench } from '../support/workflow-bench.ts';

const IDENTITY = '00000000-0000-4000-8000-00000000aaaa';
const { newest } = recordingsIn(HISTORIES);

const spans: ReadableSpan[] = [];
const tracing = createTracing('test', {
  export: (batch, done) => {
    spans.push(...batch);
    done({ code: 0 });
  },
  shutdown: async () => undefined,
});
let bench: WorkflowBench;
let traced: WorkflowBundleWithSourceMap;
beforeAll(async () => {
  bench = await startWorkflowBench();
  traced = await bundleWorkflowCode({ workflowsPath: WORKFLOWS_PATH, logger: quiet, plugins: [tracing.temporal] });
});
afterAll(() => bench?.stop());

it('one trace from the request to the call at the provider, and what it wrote replays without tracing', async () => {
  const steps = fakeSteps();
  const { submitTraining } = steps.provider;
  steps.provider.submitTraining = (input) =>
    tracing.call('provider.submit', { 'fal.endpoint': 'fal-ai/a' }, () => submitTraining(input));
  const common = { connection: bench.env.nativeConnection, plugins: [tracing.temporal] };
  const { workflow, provider, vision } = TASK_QUEUES;
  const workers = await Promise.all([
    Worker.create({ ...common, taskQueue: workflow, workflowBundle: traced, activities: { ...steps.workflow } }),
    Worker.create({ ...common, taskQueue: provider, activities: { ...steps.provider } }),
    Worker.create({ ...common, taskQueue: vision, activities: { ...steps.vision } }),
  ]);
  const running = Promise.all(workers.map((worker) => worker.run()));
  const client = new Client({ connection: bench.env.connection, plugins: [tracing.temporal] });
  const workflowId = identityWorkflowId(IDENTITY);
  await tracing.request(new Headers(), async () => {
    const handle = await client.workflow.start<typeof prepareIdentity>('prepareIdentity', {
      workflowId,
      taskQueue: workflow,
      args: [
        {
          identityId: IDENTITY,
          tenantId: 'tenant-1',
          characterId: 'character-1',
          photoIds: ['photo-1', 'photo-2', 'photo-3'],
          settings: DEFAULT_SETTINGS,
        },
      ],
    });
    await untilStage(handle, 'awaiting_approval');
    await handle.signal(approveIdentity, { round: 1 });
    await untilStage(handle, 'ready').catch(() => handle.result());
    return { method: 'POST', route: '/v1/characters/:id/identities', status: 202 };
  });
  for (const worker of workers) worker.shutdown();
  await running;
  await tracing.close();

  const named = (name: string) => spans.find((span) => span.name === name);
  const way = [
    'POST /v1/characters/:id/identities',
    'StartWorkflow:prepareIdentity',
    'RunWorkflow:prepareIdentity',
    'StartActivity:submitTraining',
    'RunActivity:submitTraining',
    'provider.submit',
  ].map(named);
  expect(way.map((span) => span?.name)).not.toContain(undefined);
  expect(new Set(way.map((span) => span?.spanContext().traceId)).size).toBe(1);
  expect(way.slice(1).map((span) => span?.parentSpanId)).toEqual(
    way.slice(0, -1).map((span) => span?.spanContext().spanId),
  );
  expect(JSON.stringify(spans.map(({ attributes, events }) => [attributes, events]))).not.toMatch(
    /https?:|token=|data:image/,
  );

  const history = await client.workflow.getHandle(workflowId).fetchHistory();
  await Worker.runReplayHistory({ workflowBundle: bench.bundle }, history, workflowId);
});

it.each(newest)('%s, recorded without tracing, replays with it', async (name) => {
  await replay(textOf(name, HISTORIES), { workflowBundle: traced, plugins: [tracing.temporal] });
});
