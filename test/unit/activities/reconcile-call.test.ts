// Finding out what became of a request whose answer was lost, without ever posting one.

import { describe, expect, it } from 'vitest';
import { reconcileCall, settleUnclearCall } from '../../../core/payments/reconcile-call.ts';
import { Failure } from '../../../domain/failure.ts';
import type { ProviderCallState } from '../../../domain/provider-call.ts';
import { createFakePorts, type FakePorts, IDENTITY, TENANT } from '../../support/fake-ports.ts';
import { identityCall } from '../../support/new-call.ts';
import { failureOf, run } from './run-step.ts';

const CALL = identityCall({ tenantId: TENANT, identityId: IDENTITY });
const BODY = { images_data_url: 'https://files.test/a.zip', steps: 1000 };
const INPUT = { callKey: CALL.key };

/** A row in that state, whose body was noted and may have been posted. */
function worldWith(
  state: ProviderCallState,
  more: { input?: Record<string, unknown>; requestId?: string } = {},
): FakePorts {
  const world = createFakePorts();
  world.ledger.seed(CALL, state, { input: BODY, ...more });
  return world;
}

async function worldThatTookIt(state: ProviderCallState): Promise<{ world: FakePorts; requestId: string | undefined }> {
  const world = worldWith(state);
  world.provider.reactions = ['lose_answer'];
  await world.provider.submit(CALL.endpoint, BODY, undefined);
  return { world, requestId: world.provider.taken()[0]?.requestId };
}

describe('reconciliation', () => {
  it.each(['intent', 'unknown'] as const)('finds a request by its body, from %s', async (state) => {
    const { world, requestId } = await worldThatTookIt(state);
    expect(await run(reconcileCall(world), INPUT)).toEqual({ found: true });
    expect(world.ledger.row(CALL.key)).toMatchObject({ state: 'submitted', requestId });
    expect(world.provider.posts).toHaveLength(1);
  });

  it('finds in a later look what the listing did not show yet', async () => {
    const { world } = await worldThatTookIt('unknown');
    world.provider.lists = false;
    expect(await run(reconcileCall(world), INPUT)).toEqual({ found: false });
    world.provider.lists = true;
    expect(await run(reconcileCall(world), INPUT)).toEqual({ found: true });
  });

  it('an outage of the provider is no answer: the look is tried again, however often', async () => {
    const { world, requestId } = await worldThatTookIt('unknown');
    const outage = async () => {
      throw new Failure('ProviderUnavailable', 'fal cannot be reached');
    };
    const away = { ...world, provider: { ...world.provider, findRequest: outage } };
    for (const attempt of [1, 10, 100]) {
      const failure = await failureOf(reconcileCall(away), INPUT, attempt);
      expect(failure).toMatchObject({ type: 'ProviderUnavailable', nonRetryable: false });
    }
    expect(await run(reconcileCall(world), INPUT, 101)).toEqual({ found: true });
    expect(world.ledger.row(CALL.key)).toMatchObject({ state: 'submitted', requestId });
  });

  it('a request id that a webhook has brought is known without asking the provider', async () => {
    const world = worldWith('unknown');
    await world.ledger.submitted(world.ledger.row(CALL.key), 'request-7');
    expect(await run(reconcileCall(world), INPUT)).toEqual({ found: true });
    expect(world.provider.looks).toEqual([]);
  });

  it('a webhook that comes while the row is looked at is not undone', async () => {
    const world = worldWith('intent');
    const ledger = {
      ...world.ledger,
      async unknown(...args: Parameters<typeof world.ledger.unknown>) {
        await world.ledger.submitted(args[0], 'request-7');
        await world.ledger.unknown(...args);
      },
    };
    expect(await run(reconcileCall({ ...world, ledger }), INPUT)).toEqual({ found: true });
    expect(world.ledger.row(CALL.key)).toMatchObject({ state: 'submitted', requestId: 'request-7' });
  });

  it('answers found: false when it is not listed, and leaves the row unknown', async () => {
    const world = worldWith('intent');
    expect(await run(reconcileCall(world), INPUT)).toEqual({ found: false });
    expect(world.provider.looks).toEqual(['findRequest']);
    expect(world.provider.posts).toEqual([]);
    expect(world.ledger.row(CALL.key).state).toBe('unknown');
    expect(world.ledger.budget.reserved).toBe(CALL.estimate);
  });

  it('marks a row that was never posted as refused, and asks nobody', async () => {
    const world = createFakePorts();
    world.ledger.seed(CALL, 'intent');
    expect(await run(reconcileCall(world), INPUT)).toEqual({ found: true });
    expect(world.ledger.row(CALL.key).state).toBe('refused');
    expect(world.ledger.budget.reserved).toBe(0);
    expect(world.provider.looks).toEqual([]);
  });

  it('closes the row before it reads whether a body stands in it', async () => {
    const world = createFakePorts();
    const late = world.ledger.seed(CALL, 'intent');
    // The late attempt tries to post at the worst moment: right after the row was first read.
    let posted: Promise<void> | undefined;
    const ledger = {
      ...world.ledger,
      async unknown(...args: Parameters<typeof world.ledger.unknown>) {
        await world.ledger.unknown(...args);
        posted = world.ledger.posting(late, BODY);
        await posted.catch(() => undefined);
      },
    };
    expect(await run(reconcileCall({ ...world, ledger }), INPUT)).toEqual({ found: true });
    await expect(posted).rejects.toThrow();
    expect(world.ledger.row(CALL.key)).toMatchObject({ state: 'refused', input: undefined });
  });

  it('a body that was noted just before is looked for, not forgotten', async () => {
    const world = createFakePorts();
    const late = world.ledger.seed(CALL, 'intent');
    const ledger = {
      ...world.ledger,
      async unknown(...args: Parameters<typeof world.ledger.unknown>) {
        await world.ledger.posting(late, BODY);
        await world.ledger.unknown(...args);
      },
    };
    expect(await run(reconcileCall({ ...world, ledger }), INPUT)).toEqual({ found: false });
    expect(world.ledger.row(CALL.key)).toMatchObject({ state: 'unknown', input: BODY });
  });

  it.each(['submitted', 'settled', 'failed', 'refused'] as const)(
    'a row that is %s is known already',
    async (state) => {
      const world = worldWith(state, { requestId: 'request-7' });
      expect(await run(reconcileCall(world), INPUT)).toEqual({ found: true });
      expect(world.ledger.row(CALL.key)).toMatchObject({ state, requestId: 'request-7' });
      expect(world.provider.looks).toEqual([]);
    },
  );

  it('names a row that does not exist', async () => {
    const failure = await failureOf(reconcileCall(createFakePorts()), INPUT);
    expect(failure).toMatchObject({ type: 'NotFound', nonRetryable: true });
    expect(failure.message).toContain(CALL.key);
  });
});

describe('what an operator found out', () => {
  const OUTCOMES = [
    {
      outcome: 'adopt',
      requestId: 'request-7',
      row: { state: 'submitted', requestId: 'request-7' },
      reserved: 2_000_000,
    },
    { outcome: 'not_charged', row: { state: 'refused', requestId: undefined }, reserved: 0 },
    { outcome: 'give_up', row: { state: 'failed', charged: 2_000_000 }, reserved: 0 },
  ] as const;

  it.each(OUTCOMES)('$outcome is written down, and twice is once', async ({ row, reserved, ...told }) => {
    const world = worldWith('unknown');
    const step = settleUnclearCall(world);
    const input = { ...INPUT, by: 'olga', ...told };
    await run(step, input);
    await run(step, input, 2);
    expect(world.ledger.row(CALL.key)).toMatchObject(row);
    expect(world.ledger.budget.reserved).toBe(reserved);
    expect(world.ledger.budget.charged).toBe(told.outcome === 'give_up' ? 2_000_000 : 0);
    expect(world.provider.posts).toEqual([]);
  });

  it('adopt of a request that the provider does not know is refused, and changes nothing', async () => {
    const world = worldWith('unknown');
    const status = async () => {
      throw new Failure('NotFound', 'fal does not know this request (any more)');
    };
    const step = settleUnclearCall({ ...world, provider: { ...world.provider, status } });
    const failure = await failureOf(step, { ...INPUT, by: 'olga', outcome: 'adopt', requestId: 'misspelt' });
    expect(failure).toMatchObject({ type: 'NotFound', nonRetryable: true });
    expect(world.ledger.row(CALL.key)).toMatchObject({ state: 'unknown', requestId: undefined });
  });

  it.each(OUTCOMES)(
    '$outcome comes too late for a row that is known by then, and fails no run',
    async ({ row: _, ...told }) => {
      const world = worldWith('submitted', { requestId: 'request-1' });
      await run(settleUnclearCall(world), { ...INPUT, by: 'olga', ...told });
      expect(world.ledger.row(CALL.key)).toMatchObject({ state: 'submitted', requestId: 'request-1' });
    },
  );
});
