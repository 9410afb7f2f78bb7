// How many runs a tenant may have open, and that none stays open for ever.

import { expect, test } from 'vitest';
import { RunError } from '../../../core/ports/run-error.ts';
import { problemIn } from './problem-in.ts';
import { newWorld, OTHER_TENANT } from './world.ts';

function crowd(most: number) {
  const world = newWorld({ limits: { requestsPerMinute: 1000, openRuns: most, openBatches: 1 } });
  const character = world.addCharacter();
  world.addPhotos(character, 3);
  const start = (key: string) =>
    world.ask('POST', `/v1/characters/${character.id}/identities`, {}, { 'idempotency-key': key });
  return { ...world, character, start };
}

test('one run too many is refused, and nothing is written', async () => {
  const { start, rows, told } = crowd(2);
  for (const key of ['a', 'b']) expect((await start(key)).status).toBe(202);
  const problem = await problemIn(await start('c'));
  expect(problem).toMatchObject({ status: 409, code: 'too_many_open_runs' });
  expect(problem.detail).toContain('LIKENESS_MAX_OPEN_RUNS');
  expect(rows.identities.size).toBe(2);
  expect(told.filter(([name]) => name === 'start')).toHaveLength(2);
});

test('a repeat of one that is open is no further one', async () => {
  const { start } = crowd(1);
  expect((await start('a')).status).toBe(202);
  expect((await start('a')).status).toBe(202);
});

test('runs that ended and runs of other tenants take no place', async () => {
  const { start, addIdentity, addCharacter, character } = crowd(1);
  addIdentity(character, { stage: 'ready', closedAt: '2026-11-22T10:00:00.000Z' });
  addIdentity(addCharacter(OTHER_TENANT));
  expect((await start('a')).status).toBe(202);
});

test('a run that a crash left out can be cancelled like any other, which begins it first', async () => {
  const { start, ask, rows, broken, told } = crowd(1);
  broken.runs = new RunError('unavailable', 'Temporal cannot be reached.');
  await start('a');
  delete broken.runs;
  const [id] = rows.identities.keys();
  expect((await ask('POST', `/v1/identities/${id}/cancel`)).status).toBe(202);
  expect(told.map(([name]) => name)).toEqual(['cancel', 'start', 'cancel']);
});
