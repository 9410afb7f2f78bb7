// What a read of a run's state asks of the database, and what it never answers from memory.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RunError } from '../../../core/ports/run-error.ts';
import { newWorld, OTHER_TENANT, TENANT } from './world.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

function readable() {
  const asked: string[] = [];
  const world = newWorld();
  const { identities, books } = world.tables;
  const { find } = identities;
  const { spend } = books;
  identities.find = async (...question) => {
    asked.push('identity');
    return find(...question);
  };
  books.spend = async (...question) => {
    asked.push('spend');
    return spend(...question);
  };
  const { id } = world.addIdentity(world.addCharacter());
  const read = async () => {
    const answer = await world.ask('GET', `/v1/identities/${id}`);
    return { status: answer.status, body: (await answer.json()) as Record<string, never> };
  };
  const change = () => {
    const state = world.rows.states.get(id);
    if (state) Object.assign(state, { revision: state.revision + 1 });
  };
  return { world, asked, id, read, change };
}

test('whose an identity is, is asked once, and its cost once for a revision', async () => {
  const { asked, read, change } = readable();
  for (let n = 0; n < 10; n++) expect((await read()).status).toBe(200);
  expect(asked).toEqual(['identity', 'spend']);
  change();
  await read();
  expect(asked).toEqual(['identity', 'spend', 'spend']);
});

test('the cost is never behind the state, and two seconds old at most while the state is young', async () => {
  const { world, read, change } = readable();
  await read();
  world.money.spend = { reserved: 0, charged: 3_000_000 };
  change();
  expect((await read()).body).toMatchObject({ cost: { charged: 3, reserved: 0 } });
  world.money.spend = { reserved: 0, charged: 4_000_000 };
  vi.advanceTimersByTime(2_001);
  expect((await read()).body).toMatchObject({ cost: { charged: 4 } });
});

test('the cost of a run that rests is ten seconds old at most, however long it is watched', async () => {
  const { world, asked, read, change } = readable();
  for (let second = 0; second < 300; second += 1) {
    await read();
    vi.advanceTimersByTime(1_000);
  }
  const times = asked.filter((method) => method === 'spend').length;
  expect(times).toBeGreaterThanOrEqual(30);
  expect(times).toBeLessThan(40);
  world.money.spend = { reserved: 0, charged: 5_000_000 };
  vi.advanceTimersByTime(9_001);
  expect((await read()).body).toMatchObject({ cost: { charged: 5 } });
  world.money.spend = { reserved: 0, charged: 6_000_000 };
  change();
  expect((await read()).body).toMatchObject({ cost: { charged: 6 } });
  world.money.spend = { reserved: 0, charged: 7_000_000 };
  vi.advanceTimersByTime(2_001);
  expect((await read()).body).toMatchObject({ cost: { charged: 7 } });
});

test('what is kept of one tenant answers no other', async () => {
  const { world, id, read } = readable();
  expect((await read()).status).toBe(200);
  const theirs = world.addIdentity(world.addCharacter(OTHER_TENANT));
  expect((await world.ask('GET', `/v1/identities/${theirs.id}`)).status).toBe(404);
  for (const [hash, principal] of world.principals) {
    world.principals.set(hash, { ...principal, tenantId: principal.tenantId === TENANT ? OTHER_TENANT : TENANT });
  }
  expect((await world.ask('GET', `/v1/identities/${id}`)).status).toBe(404);
});

test('an identity that is deleted is gone within a minute, and at once when its run no longer answers', async () => {
  const { world, id, read } = readable();
  await read();
  world.rows.identities.delete(id);
  vi.advanceTimersByTime(60_001);
  expect((await read()).status).toBe(404);

  const other = readable();
  await other.read();
  other.world.rows.identities.delete(other.id);
  other.world.broken.runs = new RunError('gone', 'There is no run.');
  expect((await other.read()).status).toBe(404);
});

test('the coarse stage is that of the row now, when nobody can tell the state', async () => {
  const { world, id, read } = readable();
  await read();
  const row = world.rows.identities.get(id);
  if (row) world.rows.identities.set(id, { ...row, stage: 'training' });
  world.broken.runs = new RunError('no_worker', 'No worker answers.');
  expect(await read()).toMatchObject({ status: 503, body: { stage: 'training' } });
});
