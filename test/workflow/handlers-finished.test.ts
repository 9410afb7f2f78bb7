// An Update that was accepted is answered before its workflow ends, however it ends. The real workflows on the
// time-skipping server.

import { fileURLToPath } from 'node:url';
import { type WorkflowHandle, WorkflowUpdateFailedError } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIdentityRuns } from '../../adapters/temporal/identity-runs.ts';
import { leftoverWorkflowId, proxyWorkflowId } from '../../domain/keys.ts';
import type { ProviderSteps } from '../../domain/steps.ts';
import { type CallSettlement, settleCall, settleFollowedCall, trainingSettled } from '../../workflows/messages.ts';
import { failure, fakeSteps, type Steps } from '../support/fake-steps.ts';
import { ask, unanswered } from '../support/unanswered-workflow.ts';
import { startWorkflowBench, untilStage, type WorkflowBench } from '../support/workflow-bench.ts';

let bench: WorkflowBench;
beforeAll(async () => {
  bench = await startWorkflowBench();
});
afterAll(async () => {
  await bench?.stop();
});

const word = (callKey: string) => ({ callKey, by: 'key:operator', outcome: 'not_charged' }) as const;

/** An operator's word that is not written down while the database `isAway`. */
function wordInTheAir() {
  const world = { isAway: true };
  const settleUnclearCall: ProviderSteps['settleUnclearCall'] = async () => {
    if (world.isAway) throw failure('StoreUnavailable', 'the database is away', false);
  };
  return { world, settleUnclearCall };
}

const PATIENCE = { timeout: 60_000 };
const begun = (calls: () => unknown[]) => expect.poll(() => calls().length, PATIENCE).toBeGreaterThan(0);
const statusOf = async (handle: Pick<WorkflowHandle, 'describe'>) => (await handle.describe()).status.name;

const tell = (handle: WorkflowHandle, args: CallSettlement) => {
  const told = handle.executeUpdate(settleFollowedCall, { args: [args] });
  told.catch(() => undefined); // looked at later
  return told;
};

describe('an operator’s word that was taken is answered', () => {
  it.each<[string, Partial<Steps>]>([
    ['fails', {}],
    [
      'fails, and its end cannot be written down',
      {
        closeIdentity: async () => {
          throw failure('NotFound', 'the row is gone');
        },
      },
    ],
  ])('before a run %s', async (_, replaced) => {
    const { world, settleUnclearCall } = wordInTheAir();
    let posts = 0;
    let found = false;
    const steps = fakeSteps({
      ...replaced,
      settleUnclearCall,
      submitTraining: async () => {
        posts += 1;
        throw failure(posts === 1 ? 'SubmissionUnknown' : 'ProviderFailed');
      },
      reconcileCall: async () => ({ found }),
    });
    await bench.play(
      steps,
      async (run) => {
        const [callKey = ''] = (await untilStage(run, 'needs_operator')).unclearCalls;
        const told = run.executeUpdate(settleCall, { args: [word(callKey)] });
        await begun(() => steps.calls('settleUnclearCall'));
        found = true;
        await run.signal(trainingSettled, { requestId: 'request-1' });
        await begun(() => steps.calls('closeIdentity'));
        world.isAway = false;
        expect(await told).toMatchObject({ unclearCalls: [] });
        await expect.poll(() => statusOf(run), PATIENCE).toBe('FAILED');
      },
      { reconcileLooks: 1, reconcilePauseMs: 3_600_000 },
    );
  });

  it('before a request of the proxy is given up', async () => {
    const { world, settleUnclearCall } = wordInTheAir();
    let isBroken = false;
    const steps = fakeSteps({
      settleUnclearCall,
      followCall: async () => {
        throw isBroken ? failure('Internal') : failure('NotReadyYet', 'The provider does not list it.', false);
      },
    });
    await bench.play(steps, async (run) => {
      await run.terminate();
      const callKey = 'proxy/tenant-1/call-1';
      await createIdentityRuns(bench.env.client).followProxyCall(callKey);
      const followed = bench.env.client.workflow.getHandle(proxyWorkflowId(callKey));
      const told = tell(followed, word(callKey));
      await begun(() => steps.calls('settleUnclearCall'));
      isBroken = true;
      const looks = steps.calls('followCall').length;
      await expect.poll(() => steps.calls('followCall').length, PATIENCE).toBeGreaterThan(looks);
      world.isAway = false;
      expect(await told).toBeUndefined();
      await expect.poll(() => statusOf(followed), PATIENCE).toBe('FAILED');
      const { events } = await followed.fetchHistory();
      const timers = (events ?? []).flatMap((event) => event.timerStartedEventAttributes?.startToFireTimeout ?? []);
      expect(timers.map(({ seconds }) => Number(seconds))).toContain(5 * 60);
    });
  });

  it('before the workflow of a leftover is cancelled: the word was not written down', async () => {
    const { settleUnclearCall } = wordInTheAir();
    const steps = fakeSteps({ settleUnclearCall, cancelCall: async () => true });
    await bench.play(steps, async (run) => {
      await run.terminate();
      const callKey = 'identity-1/train/1';
      await createIdentityRuns(bench.env.client).settleLeftover(callKey);
      const leftover = bench.env.client.workflow.getHandle(leftoverWorkflowId(callKey));
      await begun(() => steps.calls('cancelCall'));
      const told = tell(leftover, word(callKey));
      await begun(() => steps.calls('settleUnclearCall'));
      await leftover.cancel();
      const error: unknown = await told.catch((reason: unknown) => reason);
      expect(error instanceof WorkflowUpdateFailedError && error.cause).toMatchObject({
        message: 'Activity cancelled',
      });
      await expect.poll(() => statusOf(leftover), PATIENCE).toBe('CANCELLED');
    });
  });
});

it('a workflow whose Update is never answered ends when its patience does', async () => {
  const connection = bench.env.nativeConnection;
  const taskQueue = 'unanswered';
  const workflowsPath = fileURLToPath(new URL('../support/unanswered-workflow.ts', import.meta.url));
  const worker = await Worker.create({ connection, taskQueue, workflowsPath });
  await worker.runUntil(async () => {
    const run = await bench.env.client.workflow.start(unanswered, { taskQueue, workflowId: 'unanswered' });
    await run.startUpdate(ask, { waitForStage: 'ACCEPTED' });
    await expect.poll(() => statusOf(run), PATIENCE).toBe('COMPLETED');
  });
});
