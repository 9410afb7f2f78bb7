// Runs and tests whose workflow was ended from outside: whoever asks is told the end at once, and a sweep is asked for.

import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { RunError } from '../../../core/ports/run-error.ts';
import { identityWorkflowId, retestWorkflowId } from '../../../domain/keys.ts';
import type { WorkflowStatus } from '../../../domain/orphan.ts';
import { GENERATOR } from '../../support/models.ts';
import { createFakeRetests } from './fake-retests.ts';
import { problemIn } from './problem-in.ts';
import { newWorld } from './world.ts';

function orphaned(status: WorkflowStatus, rest: { createdAt?: string } = {}) {
  const world = newWorld();
  const identity = world.addIdentity(world.addCharacter(), rest);
  world.gone.set(identityWorkflowId(identity.id), status);
  const path = `/v1/identities/${identity.id}`;
  const names = () => world.told.map(([name]) => name);
  return { ...world, identity, path, names };
}

describe('a run that was terminated', () => {
  test('is answered as failed at once, with what it had come to and the reason', async () => {
    const { ask, path, names } = orphaned('terminated');
    const answer = await ask('GET', path);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      stage: 'failed',
      closeReason: expect.stringMatching(/terminated in Temporal/),
      revision: 8,
      images: [{ type: 'portrait' }],
    });
    expect(names()).toContain('sweepSoon');
  });

  test('of which nobody can tell more is answered from the rows, and not with 503 for ever', async () => {
    const { ask, path, rows } = orphaned('terminated');
    rows.states.clear();
    expect(await (await ask('GET', path)).json()).toMatchObject({ stage: 'failed', source: 'record' });
  });

  test('refuses a decision with the true reason', async () => {
    const { ask, path, names } = orphaned('terminated');
    const body = { decisionId: 'd', round: 1, verdict: 'approve' };
    const problem = await problemIn(await ask('POST', `${path}/decision`, body));
    expect(problem).toMatchObject({ status: 409, code: 'run_ended', stage: 'failed' });
    expect(problem.detail).toMatch(/terminated/);
    expect(names()).toContain('sweepSoon');
  });

  test('can be cancelled: its row is closed by a sweep', async () => {
    const { ask, path, names } = orphaned('terminated');
    expect((await ask('POST', `${path}/cancel`)).status).toBe(202);
    expect(names()).toEqual(['cancel', 'sweepSoon']);
  });

  test('is still answered when no sweep can be asked for', async () => {
    const world = newWorld();
    const identity = world.addIdentity(world.addCharacter());
    world.gone.set(identityWorkflowId(identity.id), 'terminated');
    const { rows, ask } = world;
    rows.states.clear();
    expect((await ask('GET', `/v1/identities/${identity.id}`)).status).toBe(200);
  });
});

test('while Temporal does not answer nothing is taken for ended', async () => {
  const { ask, path, broken, names } = orphaned('terminated');
  broken.runs = new RunError('unavailable', 'Temporal cannot be reached.');
  expect(await problemIn(await ask('GET', path))).toMatchObject({ status: 503, code: 'engine_unavailable' });
  expect(names()).not.toContain('sweepSoon');
});

test('a run that never began has failed after a while, and not before', async () => {
  const young = orphaned('not_found', { createdAt: new Date().toISOString() });
  expect(await (await young.ask('GET', young.path)).json()).toMatchObject({ stage: 'awaiting_approval' });
  expect(young.names()).not.toContain('sweepSoon');
  const old = orphaned('not_found');
  expect(await (await old.ask('GET', old.path)).json()).toMatchObject({ stage: 'failed' });
});

test('a repeat of a start begins no run whose row is about to be closed', async () => {
  const { ask, addCharacter, addPhotos, rows, told } = newWorld();
  const character = addCharacter();
  addPhotos(character, 3);
  const start = () => ask('POST', `/v1/characters/${character.id}/identities`, {}, { 'idempotency-key': 'k' });
  const started = () => told.filter(([name]) => name === 'start').length;
  await start();
  await start();
  expect(started()).toBe(2);
  for (const row of rows.identities.values()) row.createdAt = new Date(Date.now() - 11 * 60_000).toISOString();
  expect((await start()).status).toBe(202);
  expect(started()).toBe(2);
});

describe('a request that is unclear, of a run that has ended', () => {
  test('is settled by the same route', async () => {
    const { ask, addCall, identity, path, told } = orphaned('terminated');
    const callKey = `${identity.id}/train/1`;
    addCall(identity, { key: callKey, state: 'unknown', requestId: undefined });
    const body = { callKey, outcome: 'give_up' };
    expect((await ask('POST', `${path}/calls/settle`, body)).status).toBe(200);
    expect(told.find(([name]) => name === 'settleLeftoverCall')?.[1]).toMatchObject(body);
  });

  test('or that is clear by now is refused', async () => {
    const { ask, addCall, identity, path, names } = orphaned('terminated');
    const callKey = `${identity.id}/train/1`;
    addCall(identity, { key: callKey, state: 'settled' });
    const answer = await ask('POST', `${path}/calls/settle`, { callKey, outcome: 'give_up' });
    expect(await problemIn(answer)).toMatchObject({ status: 409, code: 'run_ended' });
    expect(names()).not.toContain('settleLeftoverCall');
  });
});

describe('a test on request', () => {
  async function tested() {
    const retests = createFakeRetests();
    const world = newWorld({ retests });
    const character = world.addCharacter();
    const identity = world.addIdentity(character, { stage: 'ready', photoIds: world.addPhotos(character, 3) });
    const path = `/v1/identities/${identity.id}/tests`;
    const post = () => world.ask('POST', path, {}, { 'idempotency-key': randomUUID() });
    await post();
    const names = () => world.told.map(([name]) => name);
    return { ...world, retests, identity, path, post, names, workflowId: retestWorkflowId(identity.id, 1) };
  }

  test('that waits for an operator is listed, with its payment, and stands in the way of the next', async () => {
    const { ask, retests, identity, post, addCall } = await tested();
    const key = `${identity.id}/retest/1/80/portrait`;
    addCall(identity, { key, profile: GENERATOR.id, state: 'unknown', requestId: undefined });
    Object.assign(retests.rows[0] ?? {}, { state: 'needs_operator', unclearCalls: [key] });
    const { items } = (await (await ask('GET', '/v1/tests?state=needs_operator')).json()) as { items: unknown[] };
    expect(items).toMatchObject([{ number: 1, state: 'needs_operator', unclear: [{ callKey: key }] }]);
    expect(await (await ask('GET', '/v1/tests?state=done')).json()).toEqual({ items: [] });
    expect(await problemIn(await post())).toMatchObject({ status: 409, code: 'test_running' });
  });

  test('can be cancelled, once; one that is not there is not', async () => {
    const { ask, path, retests, names, gone, workflowId } = await tested();
    expect((await ask('POST', `${path}/1/cancel`)).status).toBe(202);
    expect(names()).toContain('cancelRetest');
    Object.assign(retests.rows[0] ?? {}, { state: 'cancelled' });
    // Its workflow closed the row and goes on for a moment; later it is gone.
    expect(await problemIn(await ask('POST', `${path}/1/cancel`))).toMatchObject({ status: 409, code: 'run_ended' });
    gone.set(workflowId, 'cancelled');
    expect(await problemIn(await ask('POST', `${path}/1/cancel`))).toMatchObject({ status: 409, code: 'run_ended' });
    expect((await ask('POST', `${path}/2/cancel`)).status).toBe(404);
    expect((await ask('POST', `${path}/x/cancel`)).status).toBe(404);
  });

  test('that was terminated is told as failed, can be cancelled, and says when the next may begin', async () => {
    const { ask, path, post, gone, names, workflowId } = await tested();
    gone.set(workflowId, 'terminated');
    const { items } = (await (await ask('GET', path)).json()) as { items: unknown[] };
    expect(items).toMatchObject([{ state: 'failed', closeReason: expect.stringMatching(/terminated/) }]);
    expect((await ask('POST', `${path}/1/cancel`)).status).toBe(202);
    const problem = await problemIn(await post());
    expect(problem).toMatchObject({ code: 'test_running', detail: expect.stringMatching(/Try again in a minute/) });
    expect(names()).toContain('sweepSoon');
  });

  test('that ends while it is being read is answered with its own end', async () => {
    const { ask, deps, path, retests, names } = await tested();
    deps.runs.lookUp = async () => {
      // The answer below is a copy of the row of before.
      retests.rows[0] = { ...(retests.rows[0] as (typeof retests.rows)[number]), state: 'done' };
      return { status: 'completed', closedForMs: 0 };
    };
    expect(await (await ask('GET', path)).json()).toMatchObject({ items: [{ state: 'done' }] });
    expect(names()).not.toContain('sweepSoon');
  });

  test('that a crash left out is begun before it is cancelled', async () => {
    const { ask, path, told, gone, workflowId } = await tested();
    gone.set(workflowId, 'not_found');
    told.length = 0;
    await ask('POST', `${path}/1/cancel`);
    expect(told.map(([name]) => name)).toEqual(['cancelRetest', 'startRetest', 'cancelRetest']);
  });
});
