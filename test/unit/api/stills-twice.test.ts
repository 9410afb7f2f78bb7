// Second times: what a person asks for twice, at once, too late, or after something else has changed.

import { describe, expect, test } from 'vitest';
import { RunError } from '../../../core/ports/run-error.ts';
import { batchWorkflowId } from '../../../domain/keys.ts';
import { addStills } from '../../support/new-stills.ts';
import { addPair, drawn, LOW } from './drawn-stills.ts';
import { problemIn } from './problem-in.ts';
import { newWorld, TENANT } from './world.ts';

const MINUTE = 60_000;
const WEEK = 7 * 24 * 60 * MINUTE;
const key = (name: string) => ({ 'idempotency-key': name });

/** A flagged still of a batch that is done, and what a person may do with it. */
async function flagged() {
  const world = newWorld();
  const batch = await drawn(world, 1, [93, 61], [LOW]);
  const { first, path, batchId } = batch;
  const frame = `${path}/frames/${first.id}`;
  const again = (kind: 'repair' | 'redraw', name: string) =>
    world.ask('POST', `${frame}/${kind}`, undefined, key(name));
  const accept = (reason: string) => world.ask('POST', `${frame}/accept`, { reason });
  const now = async () => {
    const still = await world.stills.find(TENANT, first.id);
    if (!still) throw new Error('The still is gone.');
    return still;
  };
  /** The newest pass ends, with the picture of before or another one. */
  const end = (best = 1) =>
    world.stills.close(TENANT, first.id, { state: 'flagged', best, repairs: 1, reason: undefined });
  const begun = () => world.told.filter(([name]) => name === 'drawAgain').map(([, , number]) => number);
  const budget = async () => (await world.stills.batch(TENANT, batchId))?.budget;
  return { ...batch, ...world, frame, again, accept, now, end, begun, budget };
}

describe('a repair', () => {
  test('that is asked for twice at once with one key is one', async () => {
    const { again, now, begun, first, budget } = await flagged();
    const before = await budget();
    const answers = await Promise.all([again('repair', 'k'), again('repair', 'k')]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    const { cap, again: passes } = await now();
    expect(passes).toBe(1);
    expect(await budget()).toBe((before ?? 0) + cap - first.cap);
    // Both starts are of one workflow.
    expect(new Set(begun())).toEqual(new Set([1]));
  });

  test('that is asked for at once with different keys is one, and the other is told why', async () => {
    const { again, now, begun } = await flagged();
    const answers = await Promise.all([again('repair', 'a'), again('repair', 'b')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
    const refused = answers.find(({ status }) => status === 409);
    expect(await problemIn(refused as Response)).toMatchObject({ code: 'still_running' });
    expect([(await now()).again, begun()]).toEqual([1, [1]]);
  });

  test('is not begun again by its key once it has ended, nor after another one', async () => {
    const { again, now, end, begun } = await flagged();
    await again('repair', 'first');
    await end();
    expect((await again('repair', 'first')).status).toBe(202);
    await again('repair', 'second');
    await end();
    const { cap } = await now();
    const repeat = await again('repair', 'first');
    expect([repeat.status, await repeat.json()]).toMatchObject([202, { still: { state: 'flagged' } }]);
    expect(await now()).toMatchObject({ again: 2, cap });
    expect(begun()).toEqual([1, 2]);
  });

  test('is answered to a repeat also when the month has no room for another one', async () => {
    const { again, money } = await flagged();
    await again('repair', 'k');
    money.ownCap = 1;
    expect((await again('repair', 'k')).status).toBe(202);
    expect(await problemIn(await again('redraw', 'k'))).toMatchObject({ code: 'budget_exceeded' });
  });

  test('whose start was lost is begun by a repeat, for ten minutes', async () => {
    const { again, now, begun, broken, stills, batchId } = await flagged();
    broken.runs = new RunError('unavailable', 'Temporal cannot be reached.');
    expect((await again('repair', 'k')).status).toBe(503);
    expect((await now()).state).toBe('repairing');
    delete broken.runs;
    expect((await again('repair', 'k')).status).toBe(202);
    expect([(await now()).again, begun()]).toEqual([1, [1]]);
    // A later start may meet the closing of the row.
    stills.age(batchId, 11 * MINUTE);
    expect((await again('repair', 'k')).status).toBe(202);
    expect(begun()).toEqual([1]);
  });

  test('of a still is begun while its batch still runs', async () => {
    const world = newWorld();
    const [first, second] = await addStills(world.stills, TENANT, 2, { cast: addPair(world) });
    const { id = '', batchId = '' } = first ?? {};
    await world.stills.saveState(TENANT, second?.id ?? '', 'drawing');
    await world.stills.close(TENANT, id, { state: 'flagged', best: 1, repairs: 0, reason: undefined });
    const repair = await world.ask('POST', `/v1/stills/${batchId}/frames/${id}/repair`, undefined, key('k'));
    expect(repair.status).toBe(202);
    expect(await (await world.ask('GET', `/v1/stills/${batchId}`)).json()).toMatchObject({
      state: 'running',
      counts: { repairing: 1, drawing: 1 },
    });
  });

  test.each(['retired', 'revoked'] as const)('with a version that is %s by now is refused', async (state) => {
    const { ask, rows, again, now, frame, told } = await flagged();
    for (const version of rows.versions.values()) version.state = state;
    const problem = await problemIn(await again('repair', 'k'));
    expect(problem).toMatchObject({ status: 409, code: `version_${state}` });
    expect(problem.detail).toMatch(/Version 1 of "Mara" is .*Name another version/);
    expect(await problemIn(await ask('POST', `${frame}/redraw?dryRun=true`))).toMatchObject({ code: problem.code });
    expect(await now()).toMatchObject({ state: 'flagged', best: 1, again: 0 });
    expect(told).toEqual([]);
  });

  test('of a character that is gone is refused, and what was drawn can still be looked at', async () => {
    const { ask, rows, again, first, frame, path, told } = await flagged();
    rows.versions.clear();
    rows.identities.clear();
    rows.characters.clear();
    const problem = await problemIn(await again('redraw', 'k'));
    expect(problem).toMatchObject({ status: 404, code: 'version_not_found', detail: expect.stringMatching(/"Mara"/) });
    expect(told).toEqual([]);
    expect(await (await ask('GET', frame)).json()).toMatchObject({ state: 'flagged', cast: [{ name: 'Mara' }, {}] });
    expect((await ask('GET', `/v1/pictures/${first.pictures[0]?.id}/content`)).status).toBe(200);
    expect((await ask('GET', `${path}/report`)).status).toBe(200);
  });
});

describe('accepting', () => {
  test('twice, or with another reason, is accepted by the first one', async () => {
    const { accept } = await flagged();
    for (const reason of ['Seen from behind.', 'Seen from behind.', 'Good enough.']) {
      const answer = await accept(reason);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ state: 'passed', accepted: { reason: 'Seen from behind.' } });
    }
  });

  test('counts after a redraw that made nothing better, and not for another picture', async () => {
    const { again, accept, end, now } = await flagged();
    await accept('Seen from behind.');
    expect((await again('redraw', 'a')).status).toBe(202);
    expect(await problemIn(await accept('Seen from behind.'))).toMatchObject({ status: 409, code: 'still_running' });
    await end(1);
    expect(await now()).toMatchObject({ state: 'passed', accepted: { reason: 'Seen from behind.' } });
    await again('redraw', 'b');
    await end(2);
    expect(await now()).toMatchObject({ state: 'flagged', accepted: undefined });
  });
});

describe('a batch', () => {
  /** A batch that was started with the key `k`. */
  async function started() {
    const world = newWorld();
    const [mara] = addPair(world);
    const frames = [{ prompt: 'a quay', characters: [{ identityId: mara?.identityId }] }];
    const start = (more: object = {}) => world.ask('POST', '/v1/stills', { frames, ...more }, key('k'));
    const idOf = async (answer: Response) => ((await answer.json()) as { batchId: string }).batchId;
    const begun = () => world.told.filter(([name]) => name === 'startBatch').length;
    return { ...world, start, idOf, begun };
  }

  test('that is asked for again a week later is answered as it ended, and nothing is begun', async () => {
    const { start, idOf, begun, stills, rows } = await started();
    const batchId = await idOf(await start());
    await stills.closeBatch(TENANT, batchId, { state: 'cancelled', reason: 'Cancelled on request.' });
    stills.age(batchId, WEEK);
    // Its version may not be used any more, which does not matter to a batch that is there.
    for (const version of rows.versions.values()) version.state = 'retired';
    const again = await start();
    expect([again.status, await again.json()]).toMatchObject([202, { batchId, state: 'cancelled' }]);
    expect(begun()).toBe(1);
    const other = await problemIn(await start({ maxRepairs: 0 }));
    expect(other).toMatchObject({
      status: 409,
      code: 'idempotency_conflict',
      detail: expect.stringMatching(/new key/),
    });
  });

  test('whose start was lost with its process is begun by a repeat, for ten minutes', async () => {
    const { start, idOf, begun, broken, stills } = await started();
    broken.runs = new RunError('unavailable', 'Temporal cannot be reached.');
    expect((await start()).status).toBe(503);
    const { items } = await stills.batches(TENANT, {}, { limit: 5 });
    expect(items).toMatchObject([{ state: 'running', counts: { queued: 1 } }]);
    expect(begun()).toBe(0);
    delete broken.runs;
    const batchId = await idOf(await start());
    expect([batchId, begun()]).toEqual([items[0]?.id, 1]);
    stills.age(batchId, 11 * MINUTE);
    expect((await start()).status).toBe(202);
    expect(begun()).toBe(1);
  });

  test('is cancelled as often as that is asked for, and not after its end', async () => {
    const { ask, start, idOf, stills, gone, told } = await started();
    const batchId = await idOf(await start());
    const cancel = () => ask('POST', `/v1/stills/${batchId}/cancel`);
    expect([(await cancel()).status, (await cancel()).status]).toEqual([202, 202]);
    // Its workflow ends between the reading of the row and the cancel.
    gone.set(batchWorkflowId(batchId), 'cancelled');
    const read = stills.batch;
    stills.batch = async (tenantId, id) => {
      const before = await read(tenantId, id);
      stills.batch = read;
      await stills.closeBatch(TENANT, batchId, { state: 'cancelled', reason: 'Cancelled on request.' });
      return before;
    };
    const ended = { status: 409, code: 'run_ended', detail: 'The batch has ended: cancelled. Cancelled on request.' };
    expect(await problemIn(await cancel())).toMatchObject(ended);
    expect(await problemIn(await cancel())).toMatchObject(ended);
    expect(told.filter(([name]) => name === 'cancelBatch')).toHaveLength(3);
  });

  test('may be given less than it has cost, and the same budget twice is one change', async () => {
    const { ask, start, idOf, stills } = await started();
    const batchId = await idOf(await start());
    const [still] = await stills.list(TENANT, batchId, 0, 1);
    stills.charge(still?.id ?? '', 35_000);
    const set = async (budgetUsd: number) =>
      (await ask('PUT', `/v1/stills/${batchId}/budget`, { budgetUsd })).json() as Promise<{ revision: number }>;
    expect(await set(0.01)).toMatchObject({ budgetUsd: 0.01, cost: { chargedUsd: 0.035 }, state: 'running' });
    const raised = await set(2);
    expect(await set(2)).toEqual(raised);
  });
});
