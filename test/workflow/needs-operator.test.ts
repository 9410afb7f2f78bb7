// The three ways out of needs_operator, through the HTTP API, a real run and the real steps of payment: only the provider,
// the database and the steps that cost nothing are stood in for.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createActivities } from '../../activities/create-activities.ts';
import { createIdentityRuns } from '../../adapters/temporal/identity-runs.ts';
import { Failure } from '../../domain/failure.ts';
import { trainingCallKey } from '../../domain/keys.ts';
import { approveIdentity } from '../../workflows/messages.ts';
import { createFakePorts } from '../support/fake-ports.ts';
import { fakeSteps } from '../support/fake-steps.ts';
import { type RunHandle, startWorkflowBench, untilStage, type WorkflowBench } from '../support/workflow-bench.ts';
import { problemIn } from '../unit/api/problem-in.ts';
import { newWorld } from '../unit/api/world.ts';

let bench: WorkflowBench;
beforeAll(async () => {
  bench = await startWorkflowBench();
});
afterAll(async () => {
  await bench?.stop();
});

/** A run whose training was posted and whose answer was lost; the provider lists nothing. */
async function playLost(
  script: (told: {
    handle: RunHandle;
    ports: ReturnType<typeof createFakePorts>;
    settle: (outcome: Record<string, string>) => Promise<Response>;
    unclear: () => Promise<Record<string, unknown>[]>;
  }) => Promise<void>,
): Promise<void> {
  const ports = createFakePorts();
  ports.provider.lists = false;
  ports.provider.reactions = ['lose_answer'];
  const { submitTraining, pollTraining, reconcileCall, settleUnclearCall } = createActivities(ports).provider;
  const api = newWorld({ runs: createIdentityRuns(bench.env.client) });
  await bench.play(
    fakeSteps({ submitTraining, pollTraining, reconcileCall, settleUnclearCall }),
    async (handle) => {
      const identityId = handle.workflowId.replace('identity/', '');
      const identity = api.addIdentity(api.addCharacter(), { id: identityId });
      await untilStage(handle, 'needs_operator');
      const callKey = trainingCallKey(identityId, 1);
      /** The API sees the row as the run has written it by now. */
      const readLedger = () => api.addCall(identity, { ...ports.ledger.row(callKey), tenantId: identity.tenantId });
      readLedger();
      const path = `/v1/identities/${identityId}`;
      await script({
        handle,
        ports,
        settle: async (outcome) => {
          readLedger();
          return api.ask('POST', `${path}/calls/settle`, { callKey, ...outcome });
        },
        unclear: async () => ((await (await api.ask('GET', path)).json()) as { unclear: [] }).unclear,
      });
      expect(ports.ledger.row(callKey).state).toMatch(/settled|failed/);
    },
    { reconcileLooks: 1 },
  );
}

const DOLLARS = 2_000_000;

describe('an operator', () => {
  it('sees what is known, and adopts the request that the provider has: it is paid once', async () => {
    await playLost(async ({ handle, ports, settle, unclear }) => {
      expect(await unclear()).toMatchObject([{ purpose: 'training', estimateUsd: 2, attempts: 1 }]);
      const [taken] = ports.provider.taken();
      const answer = await settle({ outcome: 'adopt', requestId: taken?.requestId ?? '' });
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ unclearCalls: [], unclear: [] });
      await untilStage(handle, 'awaiting_approval');
      await handle.signal(approveIdentity, { round: 1 });
      expect((await handle.result()).stage).toBe('ready');
      expect(ports.provider.posts).toHaveLength(1);
      expect(ports.ledger.budget).toMatchObject({ reserved: 0, charged: DOLLARS });
    });
  });

  it('who misspells the request id is told so, and the run still waits', async () => {
    await playLost(async ({ handle, ports, settle }) => {
      const { status } = ports.provider;
      ports.provider.status = async (endpoint, requestId, signal) => {
        if (requestId === 'misspelt') throw new Failure('NotFound', 'fal does not know this request (any more)');
        return status(endpoint, requestId, signal);
      };
      const refused = await problemIn(await settle({ outcome: 'adopt', requestId: 'misspelt' }));
      expect(refused).toMatchObject({ status: 422, code: 'malformed_settlement' });
      expect((await untilStage(handle, 'needs_operator')).unclearCalls).toHaveLength(1);
      await settle({ outcome: 'adopt', requestId: ports.provider.taken()[0]?.requestId ?? '' });
      await untilStage(handle, 'awaiting_approval');
      await handle.signal(approveIdentity, { round: 1 });
      await handle.result();
    });
  });

  it('declares it not charged: it is posted again', async () => {
    await playLost(async ({ handle, ports, settle }) => {
      expect((await settle({ outcome: 'not_charged' })).status).toBe(200);
      await untilStage(handle, 'awaiting_approval');
      await handle.signal(approveIdentity, { round: 1 });
      expect((await handle.result()).stage).toBe('ready');
      expect(ports.provider.posts).toHaveLength(2);
      expect(ports.ledger.budget).toMatchObject({ reserved: 0, charged: DOLLARS });
    });
  });

  it('gives up: the run ends as failed, says why, and its estimate counts as charged', async () => {
    await playLost(async ({ handle, ports, settle }) => {
      expect((await settle({ outcome: 'give_up' })).status).toBe(200);
      await expect(handle.result()).rejects.toThrow();
      await expect(untilStage(handle, 'ready')).rejects.toThrow(/in failed: .*ProviderFailed.*operator gave/);
      expect(ports.provider.posts).toHaveLength(1);
      expect(ports.ledger.budget).toMatchObject({ reserved: 0, charged: DOLLARS });
      const again = await problemIn(await settle({ outcome: 'give_up' }));
      expect(again).toMatchObject({ status: 409, code: 'run_ended' });
    });
  });
});
