// A request of the proxy is looked at until the ledger knows what it cost, whether or not its app ever asks again.

import { describe, expect, test } from 'vitest';
import { followCall } from '../../../core/payments/follow-call.ts';
import type { NewCall } from '../../../core/ports/ledger.ts';
import { Failure } from '../../../domain/failure.ts';
import { proxyWorkflowId } from '../../../domain/keys.ts';
import { appSubject, type ProviderCall, type ProviderCallState } from '../../../domain/provider-call.ts';
import { createFakePorts, type FakePorts, TENANT } from '../../support/fake-ports.ts';
import { GENERATOR } from '../../support/models.ts';
import { activityEnvironment, failureOf, run, runIn } from './run-step.ts';

const MINUTE = 60_000;
const CALL: NewCall = {
  key: `proxy/${TENANT}/1`,
  tenantId: TENANT,
  subject: appSubject(TENANT),
  profile: GENERATOR.id,
  endpoint: GENERATOR.endpoint,
  workflowId: proxyWorkflowId(`proxy/${TENANT}/1`),
  estimate: 35_000,
};
const INPUT = { callKey: CALL.key };

const ago = (ms: number) => ({ postedAt: new Date(Date.now() - ms).toISOString() });

function worldWith(state: ProviderCallState, more: Partial<ProviderCall> = {}): FakePorts {
  const world = createFakePorts();
  world.ledger.seed(CALL, state, more);
  return world;
}

const follow = (world: FakePorts, attempt = 1) => run(followCall(world), INPUT, attempt);

describe('a request of the proxy', () => {
  test.each(['refused', 'settled', 'failed'] as const)('that is %s needs no look', async (state) => {
    const world = worldWith(state);
    await follow(world);
    expect(world.provider.looks).toEqual([]);
  });

  test('that was never opened is waited for two minutes', async () => {
    const world = createFakePorts();
    const started = (msAgo: number) => activityEnvironment(1, Date.now() - msAgo);
    await expect(runIn(started(MINUTE), followCall(world), INPUT)).rejects.toMatchObject({ type: 'NotReadyYet' });
    await runIn(started(3 * MINUTE), followCall(world), INPUT);
  });

  test('that is being sent is left alone', async () => {
    const world = worldWith('intent', ago(5000));
    expect(await failureOf(followCall(world), INPUT)).toMatchObject({ type: 'NotReadyYet' });
    expect(world.ledger.row(CALL.key).state).toBe('intent');
  });

  test('whose sender died before the post gives its reservation back', async () => {
    const world = worldWith('intent', ago(2 * MINUTE));
    await failureOf(followCall(world), INPUT);
    await follow(world);
    expect([world.ledger.row(CALL.key).state, world.ledger.budget.reserved]).toEqual(['refused', 0]);
  });

  test('that runs is looked at again, and settled by what was billed once it is done', async () => {
    const world = worldWith('submitted', { requestId: 'request-1' });
    world.provider.statuses = [{ state: 'running' }];
    world.provider.answer = { data: { images: [] }, billableUnits: 2 };
    expect(await failureOf(followCall(world), INPUT)).toMatchObject({ type: 'NotReadyYet', nonRetryable: false });
    await follow(world, 2);
    expect(world.ledger.row(CALL.key)).toMatchObject({ state: 'settled', charged: 70_000 });
  });

  test('that failed is no error of ours', async () => {
    const world = worldWith('submitted', { requestId: 'request-1' });
    world.provider.answer = new Failure('ProviderFailed', 'no', { billableUnits: 1 });
    await follow(world);
    expect(world.ledger.row(CALL.key)).toMatchObject({ state: 'failed', charged: 35_000 });
  });

  test('past its deadline is stopped', async () => {
    const world = worldWith('submitted', { requestId: 'request-1', ...ago(31 * MINUTE) });
    world.provider.statuses = [{ state: 'running' }];
    await follow(world);
    expect(world.provider.cancelled).toEqual(['request-1']);
    expect(world.ledger.row(CALL.key).state).toBe('settled');
  });

  test('whose answer was lost is found in the listing, however late', async () => {
    const input = { prompt: 'x', seed: 1 };
    const world = worldWith('unknown', { input, ...ago(10 * MINUTE) });
    world.provider.lists = false;
    const failure = await failureOf(followCall(world), INPUT);
    expect(failure.type).toBe('NotReadyYet');
    expect(failure.nextRetryDelay).toBeGreaterThan(9 * MINUTE);
    world.provider.lists = true;
    world.provider.posts.push({ endpoint: CALL.endpoint, input, webhookUrl: undefined, requestId: 'request-9' });
    await failureOf(followCall(world), INPUT, 2);
    await follow(world, 3);
    expect(world.ledger.row(CALL.key)).toMatchObject({ state: 'settled', requestId: 'request-9' });
  });

  test('is not taken for another one with the same body', async () => {
    const world = worldWith('unknown', { input: { prompt: 'x' }, ...ago(MINUTE) });
    world.provider.posts.push({
      endpoint: CALL.endpoint,
      input: { prompt: 'x' },
      webhookUrl: undefined,
      requestId: 'of-another',
    });
    world.ledger.submitted = () => Promise.reject(new Failure('Internal', 'another call holds it'));
    expect(await failureOf(followCall(world), INPUT)).toMatchObject({ type: 'NotReadyYet', nonRetryable: false });
  });
});
