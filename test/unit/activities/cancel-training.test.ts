// Compensation of a training: it is stopped where it can be, and the ledger says what it cost in the end.

import { describe, expect, it } from 'vitest';
import { cancelTraining } from '../../../activities/cancel-training.ts';
import type { NewCall } from '../../../activities/ports.ts';
import { Failure } from '../../../domain/failure.ts';
import type { ProviderCallState } from '../../../domain/provider-call.ts';
import { createFakePorts, IDENTITY, TENANT } from '../../support/fake-ports.ts';
import { failureOf, run } from './run-step.ts';

const CALL: NewCall = {
  key: `${IDENTITY}/train/1`,
  tenantId: TENANT,
  identityId: IDENTITY,
  purpose: 'training',
  endpoint: 'fal-ai/flux-lora-fast-training',
  estimate: 2_000_000,
};
const INPUT = { callKey: CALL.key };

function worldWith(state: ProviderCallState) {
  const world = createFakePorts();
  world.ledger.seed(CALL, state, state === 'submitted' ? { requestId: 'request-1' } : {});
  return world;
}

describe('a training that is no longer wanted', () => {
  it('was never asked for: nothing to do', async () => {
    const world = createFakePorts();
    await run(cancelTraining(world), INPUT);
    expect(world.provider.cancelled).toEqual([]);
  });

  it.each(['intent', 'refused', 'unknown', 'settled', 'failed'] as const)(
    'is %s: the provider is not asked, the row stays',
    async (state) => {
      const world = worldWith(state);
      await run(cancelTraining(world), INPUT);
      expect(world.provider.looks).toEqual([]);
      expect(world.ledger.row(CALL.key).state).toBe(state);
    },
  );

  it('stops in time: failed in the ledger, nothing charged, and the step succeeds', async () => {
    const world = worldWith('submitted');
    world.provider.answer = new Failure('ProviderFailed', 'The request was cancelled.');
    await run(cancelTraining(world), INPUT);
    expect(world.provider.cancelled).toEqual(['request-1']);
    expect(world.ledger.row(CALL.key)).toMatchObject({ state: 'failed', charged: 0 });
    expect(world.ledger.budget).toMatchObject({ reserved: 0, charged: 0 });
  });

  it('finishes all the same: settled with what it cost', async () => {
    const world = worldWith('submitted');
    world.provider.answer = { data: { diffusers_lora_file: {} }, billableUnits: 1000 };
    await run(cancelTraining(world), INPUT);
    expect(world.ledger.row(CALL.key)).toMatchObject({ state: 'settled', charged: 2_000_000 });
  });

  it('still runs: asked to stop, and looked at again until it ends', async () => {
    const world = worldWith('submitted');
    world.provider.statuses = [{ state: 'running' }];
    expect(await failureOf(cancelTraining(world), INPUT)).toMatchObject({
      type: 'NotReadyYet',
      nonRetryable: false,
      nextRetryDelay: 5000,
    });
    expect(world.ledger.row(CALL.key).state).toBe('submitted');
    await run(cancelTraining(world), INPUT, 2);
    expect(world.ledger.row(CALL.key).state).toBe('settled');
  });

  it('cannot be asked to stop during an outage: tried again later', async () => {
    const world = worldWith('submitted');
    const cancel = async () => {
      throw new Failure('ProviderUnavailable', 'fal cannot be reached.');
    };
    const failure = await failureOf(cancelTraining({ ...world, provider: { ...world.provider, cancel } }), INPUT);
    expect(failure).toMatchObject({ type: 'ProviderUnavailable', nonRetryable: false });
    expect(world.ledger.row(CALL.key).state).toBe('submitted');
  });
});
