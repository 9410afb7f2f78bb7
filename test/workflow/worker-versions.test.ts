// Worker Versioning, on a real server and with the workers that the worker process creates: a second version is deployed
// while runs wait. The time-skipping server knows no versions.

import type { WorkflowHandle } from '@temporalio/client';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { identityWorkflowId, retestWorkflowId } from '../../domain/keys.ts';
import { DEFAULT_SETTINGS } from '../../domain/settings.ts';
import { ROLES } from '../../worker/config.ts';
import { createWorkers, type WorkersOptions } from '../../worker/create-workers.ts';
import { runTogether } from '../../worker/run-together.ts';
import {
  approveIdentity,
  getState,
  PREPARE_IDENTITY,
  type PrepareIdentityInput,
  RETEST_IDENTITY,
  rejectIdentity,
  settleCall,
  TASK_QUEUES,
} from '../../workflows/messages.ts';
import type { prepareIdentity } from '../../workflows/prepare-identity.ts';
import type { retestIdentity } from '../../workflows/retest-identity.ts';
import { type FakeSteps, failure, fakeSteps } from '../support/fake-steps.ts';
import '../support/quiet-runtime.ts';
import { startDevServer, type TestServer } from '../support/test-server.ts';
import { untilStage } from '../support/workflow-bench.ts';

let temporal: TestServer;
beforeEach(async () => {
  temporal = await startDevServer();
});

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await temporal?.stop();
});

/** Starts workers of this version, or of none, beside those that run; answers how they are stopped. */
async function startWorkers(steps: FakeSteps, version: WorkersOptions['version']) {
  const workers = await createWorkers({
    connection: temporal.env.nativeConnection,
    namespace: 'default',
    roles: ROLES,
    activities: { ...steps, webhook: { sendWebhook: async () => undefined } },
    workflowBundle: inject('workflowBundle'),
    providerSlots: 5,
    providerRate: 100,
    visionSlots: 2,
    watch: () => ({}),
    tracing: undefined,
    version,
  });
  const running = runTogether(workers);
  const stop = async () => {
    running.stop();
    await running.ended;
  };
  stops.push(stop);
  return async () => {
    stops.splice(stops.indexOf(stop), 1);
    await stop();
  };
}

/** As `temporal worker deployment set-current-version`, once the server has seen the version on every queue. */
async function makeCurrent(deploymentName: string, buildId: string): Promise<void> {
  const { workflowService } = temporal.env.client;
  const request = { namespace: 'default', deploymentName, buildId };
  const answer = () =>
    workflowService.setWorkerDeploymentCurrentVersion(request).then(
      () => 'done',
      (error: Error) => error.message,
    );
  await expect.poll(answer, { timeout: 60_000, interval: 200 }).toBe('done');
}

const input = (identityId: string): PrepareIdentityInput => ({
  identityId,
  tenantId: 'tenant-1',
  characterId: 'character-1',
  photoIds: ['photo-1', 'photo-2', 'photo-3'],
  settings: { ...DEFAULT_SETTINGS, reconcileLooks: 1 },
});

const prepare = (identityId: string) =>
  temporal.env.client.workflow.start<typeof prepareIdentity>(PREPARE_IDENTITY, {
    workflowId: identityWorkflowId(identityId),
    taskQueue: TASK_QUEUES.workflow,
    args: [input(identityId)],
  });

const retest = (identityId: string) =>
  temporal.env.client.workflow.start<typeof retestIdentity>(RETEST_IDENTITY, {
    workflowId: retestWorkflowId(identityId, 1),
    taskQueue: TASK_QUEUES.workflow,
    args: [{ ...input(identityId), number: 1, types: ['portrait'], heldOut: undefined }],
  });

/** The version whose workers did the last task of a workflow. */
async function buildOf(handle: Pick<WorkflowHandle, 'describe'>): Promise<string | null | undefined> {
  const { raw } = await handle.describe();
  return raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId;
}

const version = (buildId: string) => ({ deploymentName: 'likeness', buildId });

it('a run that waits for a reviewer goes on with the new version; a test on request ends on its own', async () => {
  const unclear: FakeSteps = fakeSteps({
    reconcileCall: async () => ({ found: false }),
    makeTestImage: async (shot) => {
      const { set } = shot;
      const ofTest = unclear.calls('makeTestImage').filter((call) => call.set.kind === 'retest');
      if (set.kind === 'retest' && ofTest.filter((call) => call.set.number === set.number).length === 1) {
        throw failure('SubmissionUnknown');
      }
      return fakeSteps().provider.makeTestImage(shot);
    },
  });
  const [first, second] = [unclear, fakeSteps()];

  const stopFirst = await startWorkers(first, version('1.0.0'));
  await makeCurrent('likeness', '1.0.0');
  const run = await prepare('10000000-0000-4000-8000-000000000001');
  const test = await retest('10000000-0000-4000-8000-000000000002');
  await untilStage(run, 'awaiting_approval');
  const [callKey = ''] = (await untilStage(test, 'needs_operator')).unclearCalls;
  expect([await buildOf(run), await buildOf(test)]).toEqual(['1.0.0', '1.0.0']);

  await startWorkers(second, version('2.0.0'));
  await makeCurrent('likeness', '2.0.0');
  await run.signal(rejectIdentity, { round: 1, next: 'regenerate' });
  await untilStage(run, 'awaiting_approval', 2);
  expect(await buildOf(run)).toBe('2.0.0');
  await test.executeUpdate(settleCall, { args: [{ callKey, by: 'key:operator', outcome: 'not_charged' }] });
  expect((await test.result()).images).toHaveLength(1);
  expect(await buildOf(test)).toBe('1.0.0');

  // Nothing that is open needs the first version any more.
  await stopFirst();
  await run.signal(approveIdentity, { round: 2 });
  expect((await run.result()).stage).toBe('ready');
  expect((await run.query(getState)).version).toBe(1);

  // The steps of a run are done by the workers of its version.
  expect(first.calls('closeRetest')).toHaveLength(1);
  expect(second.calls('closeRetest')).toEqual([]);
  expect(first.calls('publishIdentity')).toEqual([]);
  expect(second.calls('publishIdentity')).toHaveLength(1);
  expect(second.calls('makeTestImage').map(({ set }) => set.number)).toEqual([2, 2, 2, 2, 2]);
});

it('workers without versions serve all, and what they began goes on when workers get versions, again and again', async () => {
  const steps = fakeSteps();
  const stop = await startWorkers(steps, undefined);
  const run = await prepare('10000000-0000-4000-8000-000000000003');
  await untilStage(run, 'awaiting_approval');
  expect(await buildOf(run)).toBeUndefined();
  await stop();

  let round = 1;
  for (const buildId of ['1.0.0', '2.0.0']) {
    await startWorkers(steps, version(buildId));
    await makeCurrent('likeness', buildId);
    await run.signal(rejectIdentity, { round, next: 'regenerate' });
    round += 1;
    await untilStage(run, 'awaiting_approval', round);
    expect(await buildOf(run)).toBe(buildId);
  }
  await run.signal(approveIdentity, { round });
  expect((await run.result()).stage).toBe('ready');
});
