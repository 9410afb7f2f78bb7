// The durable runs by Temporal's client. Every call has a deadline, and every error becomes a RunError.

import {
  type Client,
  WorkflowClient,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowHandle,
} from '@temporalio/client';
import { RunError } from '../../core/ports/run-error.ts';
import type { IdentityRuns } from '../../core/ports/runs.ts';
import { type Decision, sentBefore, type Verdict } from '../../domain/decision.ts';
import type { IdentityState } from '../../domain/identity-state.ts';
import { identityWorkflowId, leftoverWorkflowId, rescoreWorkflowId, retestWorkflowId } from '../../domain/keys.ts';
import { SETTLING_MS } from '../../domain/orphan.ts';
import { CALIBRATION } from '../../domain/score.ts';
import type { Stage } from '../../domain/stage.ts';
import {
  approveIdentity,
  DELIVER_WEBHOOK,
  type DecisionMessage,
  decideIdentity,
  deliveryStart,
  followStart,
  getState,
  leftoverStart,
  PREPARE_IDENTITY,
  type PrepareIdentityInput,
  RESCORE_IDENTITY,
  RETEST_IDENTITY,
  type RetestIdentityInput,
  rejectIdentity,
  replacePhotos,
  SEARCH_ATTRIBUTES,
  SETTLE_LEFTOVER,
  SETTLE_PROXY_CALL,
  SWEEP_ON_SIGHT_ID,
  SWEEP_ORPHANS,
  SWEEP_WITHIN,
  settleCall,
  settleFollowedCall,
  TASK_QUEUES,
  trainingSettled,
} from '../../workflows/messages.ts';
import { lookUpWorkflow } from './look-up-workflow.ts';
import { runErrorOf } from './run-error-of.ts';

const SECOND = 1000;
/** A query needs a worker. After a longer wait a page would seem to hang. */
const QUERY_MS = 3 * SECOND;
/** An Update needs a worker too, and often an activity before its answer. */
const UPDATE_MS = 10 * SECOND;
/** Calls that need only the server: start, signal, cancel. fal gives a webhook 15 s. */
const SERVER_MS = 8 * SECOND;
const PING_MS = 2 * SECOND;

export function createIdentityRuns(client: Client): IdentityRuns {
  // Does not query a run that has ended: after a termination, its last state is not an end.
  const ofOpen = new WorkflowClient({ ...client.workflow.options, queryRejectCondition: 'NOT_OPEN' });
  const handle = (identityId: string) => client.workflow.getHandle(identityWorkflowId(identityId));

  async function within<T>(ms: number, late: 'no_worker' | 'unavailable', call: () => Promise<T>): Promise<T> {
    try {
      return await client.withDeadline(Date.now() + ms, call);
    } catch (error) {
      throw runErrorOf(error, late);
    }
  }

  async function ping(): Promise<void> {
    await within(PING_MS, 'unavailable', () => client.workflowService.getSystemInfo({}));
  }

  /** Calls that need only the server. */
  const byServer = <T>(call: () => Promise<T>): Promise<T> => within(SERVER_MS, 'unavailable', call);

  const tell = (identityId: string, message: (run: WorkflowHandle) => Promise<unknown>): Promise<void> =>
    byServer(async () => void (await message(handle(identityId))));

  /** Calls that need a worker. After a deadline, a call of the server shows which of the two did not answer. */
  async function byWorker<T>(ms: number, call: () => Promise<T>): Promise<T> {
    try {
      return await within(ms, 'no_worker', call);
    } catch (error) {
      if (error instanceof RunError && error.trouble === 'no_worker') await ping();
      throw error;
    }
  }

  /**
   * Sends a decision. A run that has ended accepts none, but one that counted before gets its answer again: the sender
   * may have missed the first one.
   */
  async function decided<T>(
    identityId: string,
    decision: Verdict & Pick<Decision, 'round' | 'decisionId'>,
    send: () => Promise<T>,
  ): Promise<T | IdentityState> {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof RunError && error.trouble === 'gone')) throw error;
      const state = await byWorker(QUERY_MS, () => handle(identityId).query(getState));
      const before = sentBefore(
        state.decisions.map((record) => record.decision),
        decision,
      );
      if (before === 'same') return state;
      if (before) throw new RunError('refused', before.message, { refusal: before.code });
      throw error;
    }
  }

  return {
    start: (run) => byServer(() => startRun(client, run)),
    state: (identityId) => byWorker(QUERY_MS, () => ofOpen.getHandle(identityWorkflowId(identityId)).query(getState)),
    lastState: (identityId) => byWorker(QUERY_MS, () => handle(identityId).query(getState)),
    lookUp: (workflowId) => lookUpWorkflow(client, workflowId),
    sweepSoon: () => byServer(() => sweepSoon(client)),
    approve: async (identityId, message) =>
      void (await decided(identityId, { ...message, verdict: 'approve' }, () =>
        tell(identityId, (run) => run.signal(approveIdentity, message)),
      )),
    reject: async (identityId, message) =>
      void (await decided(identityId, { ...message, verdict: 'reject' }, () =>
        tell(identityId, (run) => run.signal(rejectIdentity, message)),
      )),
    startRetest: (retest) => byServer(() => startRetest(client, retest)),
    startRescore: (identity) => byServer(() => startRescore(client, identity)),
    trainingSettled: (workflowId, requestId) =>
      byServer(() => client.workflow.getHandle(workflowId).signal(trainingSettled, { requestId })),
    settleLeftover: (callKey) => byServer(() => settleOnce(client, callKey)),
    followProxyCall: (callKey) => byServer(() => followOnce(client, callKey)),
    settleLeftoverCall: (settlement) =>
      byWorker(UPDATE_MS, async () => {
        const { callKey } = settlement;
        await settleOnce(client, callKey);
        const leftover = client.workflow.getHandle(leftoverWorkflowId(callKey));
        await leftover.executeUpdate(settleFollowedCall, { args: [settlement] });
      }),
    cancel: (identityId) => tell(identityId, cancelOpen),
    cancelRetest: (identityId, number) =>
      byServer(() => cancelOpen(client.workflow.getHandle(retestWorkflowId(identityId, number)))),
    redeliver: (deliveryId) => byServer(() => deliverAnew(client, deliveryId)),
    decide: (identityId, decision) =>
      decided(identityId, decision, () =>
        byWorker(UPDATE_MS, () =>
          handle(identityId).executeUpdate(decideIdentity, { args: [decision], updateId: updateIdOf(decision) }),
        ),
      ),
    replacePhotos: (identityId, photoIds) =>
      byWorker(UPDATE_MS, () => handle(identityId).executeUpdate(replacePhotos, { args: [{ photoIds }] })),
    settleCall: (workflowId, settlement) =>
      byWorker(UPDATE_MS, () =>
        client.workflow.getHandle(workflowId).executeUpdate(settleCall, { args: [settlement] }),
      ),
    ping,
  };
}

/**
 * Temporal answers an Update with a known id with the outcome of the first one, whatever its content is. So the id
 * contains the whole decision: one for another round, or with another verdict, reaches the run, which decides.
 */
function updateIdOf(decision: DecisionMessage): string {
  const said = decision.verdict === 'approve' ? 'approve' : decision.next;
  return `${decision.round}/${decision.decisionId}/${said}`;
}

/** The server accepts a cancellation of an ended run without an error, so the run is checked first. */
async function cancelOpen(run: WorkflowHandle): Promise<void> {
  const { status } = await run.describe();
  if (status.name !== 'RUNNING') throw new RunError('gone', 'The run has ended.');
  await run.cancel();
}

interface Beginning {
  workflowId: string;
  stage: Stage;
  staticSummary: string;
}

/** A workflow of one identity, started only once: a repeat finds the open one, and a closed one stays closed. */
async function startOnce(
  client: Client,
  type: string,
  input: PrepareIdentityInput,
  { stage, ...start }: Beginning,
): Promise<void> {
  const { tenantId, characterId } = input;
  try {
    await client.workflow.start(type, {
      ...start,
      taskQueue: TASK_QUEUES.workflow,
      args: [input],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'USE_EXISTING',
      typedSearchAttributes: [
        { key: SEARCH_ATTRIBUTES.stage, value: stage },
        { key: SEARCH_ATTRIBUTES.tenant, value: tenantId },
        { key: SEARCH_ATTRIBUTES.character, value: characterId },
      ],
      priority: { fairnessKey: tenantId },
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

function startRun(client: Client, run: PrepareIdentityInput): Promise<void> {
  const { identityId, characterId, photoIds, settings } = run;
  return startOnce(client, PREPARE_IDENTITY, run, {
    workflowId: identityWorkflowId(identityId),
    stage: 'validating',
    staticSummary: `Identity of character ${characterId}: ${photoIds.length} photos, ${settings.trainingSteps} steps`,
  });
}

function startRetest(client: Client, retest: RetestIdentityInput): Promise<void> {
  const { identityId, characterId, number, types } = retest;
  return startOnce(client, RETEST_IDENTITY, retest, {
    workflowId: retestWorkflowId(identityId, number),
    stage: 'testing',
    staticSummary: `Test ${number} of an identity of character ${characterId}: ${types.join(', ')}`,
  });
}

/** May start again after an ended one: it may have failed, or scores of an older version may have been added since. */
async function startRescore(client: Client, identity: Parameters<IdentityRuns['startRescore']>[0]): Promise<void> {
  const { id: identityId, tenantId, characterId } = identity;
  await client.workflow.start(RESCORE_IDENTITY, {
    workflowId: rescoreWorkflowId(identityId, CALIBRATION.version),
    taskQueue: TASK_QUEUES.workflow,
    args: [{ tenantId, identityId }],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `Score an identity of character ${characterId} again, by ${CALIBRATION.version}`,
    typedSearchAttributes: [
      { key: SEARCH_ATTRIBUTES.tenant, value: tenantId },
      { key: SEARCH_ATTRIBUTES.character, value: characterId },
    ],
    priority: { fairnessKey: tenantId },
  });
}

async function settleOnce(client: Client, callKey: string): Promise<void> {
  await client.workflow.start(SETTLE_LEFTOVER, leftoverStart(callKey));
}

/** Delayed: a row is left alone until the steps of its run have learned that it is gone. */
async function sweepSoon(client: Client): Promise<void> {
  await client.workflow.start(SWEEP_ORPHANS, {
    workflowId: SWEEP_ON_SIGHT_ID,
    taskQueue: TASK_QUEUES.workflow,
    workflowIdConflictPolicy: 'USE_EXISTING',
    startDelay: SETTLING_MS,
    workflowExecutionTimeout: SWEEP_WITHIN,
  });
}

/** The delay before the first poll: mostly the app has fetched its image by then, which settles the request. */
const FOLLOW_AFTER = '20s';

async function followOnce(client: Client, callKey: string): Promise<void> {
  await client.workflow.start(SETTLE_PROXY_CALL, { ...followStart(callKey), startDelay: FOLLOW_AFTER });
}

async function deliverAnew(client: Client, deliveryId: string): Promise<void> {
  // Replaces a delivery that waits for its next attempt; the delivery keeps its id, which receivers know.
  const start = { ...deliveryStart(deliveryId), workflowIdConflictPolicy: 'TERMINATE_EXISTING' as const };
  await client.workflow.start(DELIVER_WEBHOOK, start);
}
