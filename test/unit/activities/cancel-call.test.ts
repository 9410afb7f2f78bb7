// Compensation of a training: it is stopped where it can be, and the ledger says what it cost in the end.

import { describe, expect, it } from 'vitest';
import { cancelCall } from '../../../core/payments/cancel-call.ts';
import { Failure } from '../../../domain/failure.ts';
import type { ProviderCallState } from '../../../domain/provider-call.ts';
import { createFakePorts, IDENTITY, TENANT } from '../../support/fake-ports.ts';
import { identityCall } from '../../support/new-call.ts';
import { failureOf, run } from './run-step.ts';

const CALL = identityCall({ tenantId: TENANT, identityId: IDENTITY });
const INPUT = { callKey: CALL.key };

function worldWith(state: ProviderCallState) {
  const world = createFakePorts();
  world.ledger.seed(CALL, state, state === 'submitted' ? { requestId: 'request-1' } : {});
  return world;
}

describe('a training that is no longer wanted', () => {
  it('was never asked for: nothing to do', async () => {
    const world = createFakePorts();
    await run(cancelCall(world), INPUT);
    expect(world.provider.cancelled).toEqual([]);
  });

  it.each(['refused', 'settled', 'failed'] as const)(
    'is %s: the provider is not asked, the row stays',
    async (state) => {
      const world = worldWith(state);
      expect(await run(cancelCall(world), INPUT)).toBe(false);
      expect(world.provider.looks).toEqual([]);
      expect(world.ledger.row(CALL.key).state).toBe(state);
    },
  );

  it('stops in time: failed in the ledger, nothing charged, and the step succeeds', async () => {
    const world = worldWith('submitted');
    world.provider.answer = new Failure('ProviderFailed', 'The request was cancelled.');
    await run(cancelCall(world), INPUT);
    expect(world.provider.cancelled).toEqual(['request-1']);
    expect(world.ledger.row(CALL.key)).toMatchObject({ state: 'failed', charged: 0 });
    expect(world.ledger.budget).toMatchObject({ reserved: 0, charged: 0 });
  });

  it('finishes all the same: settled with what it cost', async () => {
    const world = worldWith('submitted');
    world.provider.answer = { data: { diffusers_lora_file: {} }, billableUnits: 1000 };
    await run(cancelCall(world), INPUT);
    expect(world.ledger.row(CALL.key)).toMatchObject({ state: 'settled', charged: 2_000_000 });
  });

  it('still runs: asked to stop, and looked at again until it ends', async () => {
    const world = worldWith('submitted');
    world.provider.statuses = [{ state: 'running' }];
    expect(await failureOf(cancelCall(world), INPUT)).toMatchObject({
      type: 'NotReadyYet',
      nonRetryable: false,
      nextRetryDelay: 10_000,
    });
    expect(world.ledger.row(CALL.key).state).toBe('submitted');
    await run(cancelCall(world), INPUT, 2);
    expect(world.ledger.row(CALL.key).state).toBe('settled');
  });

  it('failed after it ran: charged with what the provider bills for it', async () => {
    const world = worldWith('submitted');
    world.provider.answer = new Failure('ProviderFailed', 'client_cancelled', { billableUnits: 300 });
    await run(cancelCall(world), INPUT);
    expect(world.ledger.row(CALL.key)).toMatchObject({ state: 'failed', charged: 600_000 });
  });

  it('cannot be asked to stop during an outage: tried again later', async () => {
    const world = worldWith('submitted');
    const cancel = async () => {
      throw new Failure('ProviderUnavailable', 'fal cannot be reached.');
    };
    const failure = await failureOf(cancelCall({ ...world, provider: { ...world.provider, cancel } }), INPUT);
    expect(failure).toMatchObject({ type: 'ProviderUnavailable', nonRetryable: false });
    expect(world.ledger.row(CALL.key).state).toBe('submitted');
  });
});

describe('a training whose submission was cut off', () => {
  const INPUT_OF_TRAINING = { images_data_url: 'https://files.test/a.zip', steps: 1000 };

  /** Posted so long ago, with a lost answer, and accepted unless `lost` says otherwise. */
  async function worldCutOff(state: 'intent' | 'unknown', lost: 'lose_answer' | 'lose_request', agoMs = 0) {
    const world = createFakePorts();
    const postedAt = new Date(Date.now() - agoMs).toISOString();
    world.ledger.seed(CALL, state, { input: INPUT_OF_TRAINING, postedAt });
    world.provider.reactions = [lost];
    await world.provider.submit(CALL.endpoint, INPUT_OF_TRAINING, undefined);
    return world;
  }

  it.each(['intent', 'unknown'] as const)('is %s, and was accepted: adopted, stopped and settled', async (state) => {
    const world = await worldCutOff(state, 'lose_answer');
    world.provider.answer = new Failure('ProviderFailed', 'client_cancelled');
    expect(await run(cancelCall(world), INPUT)).toBe(false);
    expect(world.provider.cancelled).toEqual(['request-1']);
    expect(world.ledger.row(CALL.key)).toMatchObject({ state: 'failed', requestId: 'request-1', charged: 0 });
    expect(world.ledger.budget).toMatchObject({ reserved: 0, charged: 0 });
  });

  it.each(['intent', 'unknown'] as const)('is %s, and was never posted: the reservation goes back', async (state) => {
    const world = worldWith(state);
    expect(await run(cancelCall(world), INPUT)).toBe(false);
    expect(world.provider.looks).toEqual([]);
    expect(world.ledger.row(CALL.key).state).toBe('refused');
    expect(world.ledger.budget.reserved).toBe(0);
  });

  it('is not listed yet: looked for again, because a listing lags behind', async () => {
    const world = await worldCutOff('unknown', 'lose_answer');
    world.provider.lists = false;
    expect(await failureOf(cancelCall(world), INPUT)).toMatchObject({ type: 'NotReadyYet', nonRetryable: false });
    world.provider.lists = true;
    expect(await run(cancelCall(world), INPUT, 2)).toBe(false);
    expect(world.ledger.row(CALL.key).state).toBe('settled');
  });

  it('is not listed at all: it stays unknown, keeps its reservation, and the run is told', async () => {
    const world = await worldCutOff('intent', 'lose_request', 61_000);
    expect(await run(cancelCall(world), INPUT, 5)).toBe(true);
    expect(world.ledger.row(CALL.key).state).toBe('unknown');
    expect(world.ledger.budget.reserved).toBe(2_000_000);
    expect(world.provider.cancelled).toEqual([]);
  });
});
