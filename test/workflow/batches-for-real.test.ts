// Batches of stills on a real server, for what the time-skipping one does otherwise: a cancel that comes while a batch
// continues as new, and a still that is terminated.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createStillRuns } from '../../adapters/temporal/still-runs.ts';
import { batchWorkflowId, stillWorkflowId } from '../../domain/keys.ts';
import type { StillPlan } from '../../domain/stills/steps.ts';
import { ROLES } from '../../worker/config.ts';
import { createWorkers } from '../../worker/create-workers.ts';
import { runTogether } from '../../worker/run-together.ts';
import { type FakeSteps, fakeSteps } from '../support/fake-steps.ts';
import '../support/quiet-runtime.ts';
import { checkOf, face, planOf } from '../support/stills.ts';
import { startDevServer, type TestServer } from '../support/test-server.ts';

/** The stills of the first run of a batch (workflows/draw-batch.ts), and some for the second. */
const FIRST_RUN = 150;
const STILLS = FIRST_RUN + 20;
/** Milliseconds between the last step of the first run and the cancel: before, while and after it continues. */
const DELAYS = [0, 15];

let temporal: TestServer;
let stop: () => Promise<void>;
let steps: FakeSteps;
/** What is done when the last still of the first run of a batch is closed. */
const onLast = new Map<string, () => void>();

/** Stills whose pictures are made only then. */
const held = new Map<string, Promise<void>>();

/** How many stills a batch has, where it is another number. */
const sizes = new Map<string, number>();

const plansOf = (batchId: string): StillPlan[] =>
  Array.from({ length: sizes.get(batchId) ?? STILLS }, (_, index) =>
    planOf({ people: 1, batchId, stillId: `${batchId}-${index + 1}`, number: index + 1 }),
  );

beforeAll(async () => {
  temporal = await startDevServer();
  steps = fakeSteps({
    nextStills: async ({ batchId, after, limit }) => {
      const left = plansOf(batchId).filter(({ number }) => number > after);
      return { stills: left.slice(0, limit), last: left.length <= limit };
    },
    makeStill: async (input) => {
      await held.get(input.stillId);
      return fakeSteps().provider.makeStill(input);
    },
    checkStill: async () => checkOf([face(0, 'recognised', 0, 95)]),
    closeStill: async ({ batchId }) => {
      const closed = steps.calls('closeStill').filter((still) => still.batchId === batchId).length;
      if (closed === FIRST_RUN) onLast.get(batchId)?.();
    },
  });
  const workers = await createWorkers({
    connection: temporal.env.nativeConnection,
    namespace: 'default',
    roles: ROLES,
    activities: { ...steps, webhook: { sendWebhook: async () => undefined } },
    workflowBundle: inject('workflowBundle'),
    providerSlots: 20,
    providerRate: 1000,
    visionSlots: 20,
    watch: () => ({}),
    tracing: undefined,
    version: undefined,
  });
  const running = runTogether(workers);
  stop = async () => {
    running.stop();
    await running.ended;
  };
});
afterAll(async () => {
  await stop?.();
  await temporal?.stop();
});

const of = <T extends { batchId: string }>(calls: T[], batchId: string): T[] =>
  calls.filter((call) => call.batchId === batchId);

async function cancelledAfter(delay: number): Promise<void> {
  const { client } = temporal.env;
  const runs = createStillRuns(client, { atOnce: 20, reconcilePauseMs: 15_000 });
  const batchId = `batch-${delay}`;
  const cancelled = new Promise<void>((resolve, reject) => {
    onLast.set(batchId, () => {
      sleep(delay)
        .then(() => runs.cancel(batchId))
        .then(resolve, reject);
    });
  });
  await runs.start({ tenantId: 'tenant-1', batchId, stills: STILLS });
  await cancelled;
  const handle = client.workflow.getHandle(batchWorkflowId(batchId));
  await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
  expect(of(steps.calls('closeBatch'), batchId)).toMatchObject([
    { state: 'cancelled', reason: 'Cancelled on request.' },
  ]);
  const drawn = of(steps.calls('makeStill'), batchId).map(({ number }) => number);
  expect(new Set(drawn).size).toBe(drawn.length);
}

it('a cancel between two runs of a batch is heard by one of them, and no still is drawn twice', async () => {
  await Promise.all(DELAYS.map(cancelledAfter));
});

it('a batch goes on when the workflow of one of its stills is terminated', async () => {
  const { client } = temporal.env;
  const batchId = 'batch-of-three';
  let letGo: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  held.set(`${batchId}-2`, gate);
  sizes.set(batchId, 3);
  await createStillRuns(client, { atOnce: 3, reconcilePauseMs: 15_000 }).start({
    tenantId: 'tenant-1',
    batchId,
    stills: 3,
  });
  const begun = () => of(steps.calls('makeStill'), batchId).some(({ number }) => number === 2);
  await expect.poll(begun, { timeout: 60_000 }).toBe(true);
  await client.workflow.getHandle(stillWorkflowId(batchId, 2)).terminate('by hand');
  expect(await client.workflow.getHandle(batchWorkflowId(batchId)).result()).toEqual({ passed: 2, failed: 1 });
  letGo();
  expect(of(steps.calls('closeBatch'), batchId)).toMatchObject([{ state: 'done' }]);
});
