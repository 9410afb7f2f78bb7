// The durable runs in memory: what they are told is noted, and they answer the state that a test gave them.

import { RunError } from '../../../core/ports/run-error.ts';
import type { IdentityRuns } from '../../../core/ports/runs.ts';
import type { IdentityState } from '../../../domain/identity-state.ts';
import { identityWorkflowId, retestWorkflowId } from '../../../domain/keys.ts';
import type { WorkflowStatus } from '../../../domain/orphan.ts';

/** A call of IdentityRuns: its name and arguments. */
export type Told = [name: string, ...args: unknown[]];

interface FakeRunsOptions {
  /** The identities whose runs were started, ended or not. */
  begun: Set<string>;
  /** What every call throws while it is set. */
  broken: { runs?: RunError };
  told: Told[];
  /** Workflows that are not open, by their id, with what Temporal knows of them. */
  gone: Map<string, WorkflowStatus>;
  states: Map<string, IdentityState>;
  /** The state of a run that has just begun. */
  begin: (identityId: string, characterId: string) => IdentityState;
}

export function createFakeRuns({ begun, broken, told, gone, states, begin }: FakeRunsOptions): IdentityRuns {
  function stateNow(identityId: string, isGone: boolean): IdentityState {
    const state = isGone ? undefined : states.get(identityId);
    if (!state) throw new RunError('gone', 'There is no open run with this id. Read the identity to see its state.');
    return state;
  }
  /** Notes what was told, and answers the state of the run. */
  const tell = (name: string) => async (identityId: string, message?: unknown) => {
    if (broken.runs) throw broken.runs;
    told.push(message === undefined ? [name, identityId] : [name, identityId, message]);
    return stateNow(identityId, name !== 'lastState' && gone.has(identityWorkflowId(identityId)));
  };
  /** The same to the workflow that waits for a paid request of an identity. */
  const tellWaiting = async (name: string, workflowId: string, message: unknown) => {
    if (broken.runs) throw broken.runs;
    told.push([name, workflowId, message]);
    return stateNow(workflowId.split('/')[1] ?? '', gone.has(workflowId));
  };
  const silently = (name: string) => async (identityId: string, message?: unknown) =>
    void (await tell(name)(identityId, message));
  return {
    start: async (run) => {
      if (broken.runs) throw broken.runs;
      told.push(['start', run]);
      if (begun.has(run.identityId)) return;
      begun.add(run.identityId);
      states.set(run.identityId, begin(run.identityId, run.characterId));
    },
    state: async (identityId) => {
      if (broken.runs) throw broken.runs;
      if (gone.has(identityWorkflowId(identityId))) throw new RunError('gone', 'The run has ended.');
      return tell('state')(identityId);
    },
    lastState: async (identityId) => tell('lastState')(identityId),
    lookUp: async (workflowId) => ({
      status: broken.runs ? 'unclear' : (gone.get(workflowId) ?? 'running'),
      closedForMs: undefined,
    }),
    sweepSoon: async () => {
      if (broken.runs) throw broken.runs;
      told.push(['sweepSoon']);
    },
    settleLeftoverCall: async (settlement) => {
      if (broken.runs) throw broken.runs;
      told.push(['settleLeftoverCall', settlement]);
    },
    cancelRetest: async (identityId, number) => {
      if (broken.runs) throw broken.runs;
      told.push(['cancelRetest', identityId, number]);
      if (gone.has(retestWorkflowId(identityId, number))) throw new RunError('gone', 'The test has ended.');
    },
    approve: silently('approve'),
    reject: silently('reject'),
    decide: tell('decide'),
    replacePhotos: tell('replacePhotos'),
    settleCall: (workflowId, settlement) => tellWaiting('settleCall', workflowId, settlement),
    startRetest: async (retest) => {
      if (broken.runs) throw broken.runs;
      told.push(['startRetest', retest]);
    },
    startRescore: async ({ id, tenantId }) => {
      if (broken.runs) throw broken.runs;
      told.push(['startRescore', { id, tenantId }]);
    },
    trainingSettled: async (workflowId, requestId) =>
      void (await tellWaiting('trainingSettled', workflowId, requestId)),
    settleLeftover: async (callKey) => {
      if (broken.runs) throw broken.runs;
      told.push(['settleLeftover', callKey]);
    },
    followProxyCall: async (callKey) => {
      if (broken.runs) throw broken.runs;
      told.push(['followProxyCall', callKey]);
    },
    cancel: silently('cancel'),
    redeliver: async (deliveryId) => {
      if (broken.runs) throw broken.runs;
      told.push(['redeliver', deliveryId]);
    },
    ping: async () => {
      if (broken.runs) throw broken.runs;
    },
  };
}
