// Scoring an identity again that an older version scored: for nothing, once, and with a next step where files are gone.

import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { pictureObject, referenceObject, rescoreWorkflowId } from '../../../domain/keys.ts';
import type { SetRef } from '../../../domain/picture-set.ts';
import type { KeptSet, RescoredSet } from '../../../domain/rescore.ts';
import { CALIBRATION, summarise } from '../../../domain/score.ts';
import { createFakeRescores } from '../../support/fake-rescores.ts';
import { retestSet, roundSet } from '../../support/sets.ts';
import { problemIn } from './problem-in.ts';
import { newWorld, OTHER_KEY, TENANT } from './world.ts';

/** An identity with one image of each of these sets, scored by this version. */
function scoredBy(calibration: string, { named = [roundSet(1)], stage = 'ready' as 'ready' | 'rejected' } = {}) {
  const rescores = createFakeRescores();
  const world = newWorld({ rescores });
  const { objects } = world.rows;
  const character = world.addCharacter();
  const photoIds = world.addPhotos(character, 3);
  const identity = world.addIdentity(character, { stage, photoIds });
  const setOf = (set: SetRef): KeptSet => {
    const object = pictureObject(TENANT, identity.id, set, 'portrait');
    objects.set(`${object.bucket}/${object.key}`, Buffer.from('an image'));
    return {
      set,
      calibration,
      images: [{ imageId: randomUUID(), type: 'portrait', object, flagged: false }],
    };
  };
  const sets = named.map(setOf);
  const kept = { photoIds, heldOut: undefined, sets };
  rescores.keptOf.set(identity.id, kept);
  const path = `/v1/identities/${identity.id}/rescore`;
  const post = () => world.ask('POST', path);
  const get = async () => (await world.ask('GET', path)).json();
  const begun = () => world.told.filter(([name]) => name === 'startRescore').length;
  const anew = ({ set, images: kept }: KeptSet): RescoredSet => {
    const images = kept.map(
      ({ imageId, type }) => ({ imageId, type, state: 'scored', score: 91, distance: 0.96 }) as const,
    );
    return { set, images, scores: summarise(images) };
  };
  return { ...world, objects, rescores, kept, setOf, identity, character, path, post, get, begun, anew };
}

describe('scoring an identity again', () => {
  test('begins, and is paid for by nothing: it needs no key, and no budget is asked', async () => {
    const { post, begun, path, identity, told, get, money, proxy } = scoredBy('v1');
    money.ownCap = 0;
    const answer = await post();
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(path);
    expect(await answer.json()).toMatchObject({ calibration: CALIBRATION.version, state: 'running', sets: [] });
    expect(told).toContainEqual(['startRescore', { id: identity.id, tenantId: TENANT }]);
    expect(begun()).toBe(1);
    expect(await get()).toMatchObject({ state: 'running', sets: [] });
    expect(proxy.ledger.rows.size).toBe(0);
  });

  test('done, it shows the new scores beside the old ones, and the same again begins nothing', async () => {
    const world = scoredBy('v1', { named: [roundSet(2), retestSet(3)] });
    await world.rescores.save(TENANT, world.identity.id, world.kept.sets.map(world.anew));
    const done = await world.get();
    expect(done).toMatchObject({
      state: 'done',
      at: expect.any(String),
      sets: [
        { round: 2, referenceStrength: 80, images: [{ type: 'portrait', score: { score: 91 } }] },
        { test: 3, scores: { calibration: CALIBRATION.version, mean: 91 } },
      ],
    });
    expect(done.sets[1].round).toBeUndefined();
    expect(await (await world.post()).json()).toEqual(done);
    expect(world.begun()).toBe(0);
  });

  test('older scores that came after it are scored by the next one', async () => {
    const world = scoredBy('v1');
    await world.rescores.save(TENANT, world.identity.id, world.kept.sets.map(world.anew));
    world.kept.sets.push(world.setOf(retestSet(1)));
    world.gone.set(rescoreWorkflowId(world.identity.id, CALIBRATION.version), 'completed');
    expect(await world.get()).toMatchObject({ state: 'none', sets: [{ round: 1 }] });
    expect(await (await world.post()).json()).toMatchObject({ state: 'running' });
    expect(world.begun()).toBe(1);
  });

  test.each([
    ['not_found', 'none'],
    ['running', 'running'],
    ['failed', 'failed'],
    ['terminated', 'failed'],
  ] as const)('a workflow that is %s: %s', async (status, state) => {
    const world = scoredBy('v1');
    world.gone.set(rescoreWorkflowId(world.identity.id, CALIBRATION.version), status);
    expect(await world.get()).toMatchObject({ state, sets: [] });
  });

  test('while Temporal does not tell, nobody says that it was not asked for', async () => {
    const world = scoredBy('v1');
    world.gone.set(rescoreWorkflowId(world.identity.id, CALIBRATION.version), 'unclear');
    expect(await problemIn(await world.ask('GET', world.path))).toMatchObject({
      status: 503,
      code: 'engine_unavailable',
    });
  });

  test('scores of today are not made again', async () => {
    const { post, begun } = scoredBy(CALIBRATION.version);
    expect(await problemIn(await post())).toMatchObject({ status: 409, code: 'no_older_scores' });
    expect(begun()).toBe(0);
  });

  test.each([
    ['ready', 'POST /v1/identities/'],
    ['rejected', 'POST /v1/characters/'],
  ] as const)('without its images a %s one is refused, with the way to new ones', async (stage, next) => {
    const { post, begun, objects } = scoredBy('v1', { stage });
    for (const name of [...objects.keys()]) if (name.startsWith('character-tests/')) objects.delete(name);
    const problem = await problemIn(await post());
    expect(problem).toMatchObject({ status: 409, code: 'images_missing' });
    expect(problem.detail).toContain(next);
    expect(begun()).toBe(0);
  });

  test('without its photos it is refused; its own copies of them are enough', async () => {
    const { post, objects, identity, kept } = scoredBy('v1');
    for (const name of [...objects.keys()]) if (name.startsWith('character-references/')) objects.delete(name);
    const problem = await problemIn(await post());
    expect(problem).toMatchObject({ status: 409, code: 'references_missing' });
    expect(problem.detail).toContain('/identities');
    const copy = referenceObject(TENANT, identity.id, kept.photoIds[0] ?? '');
    objects.set(`${copy.bucket}/${copy.key}`, Buffer.from('a copy'));
    expect((await post()).status).toBe(202);
  });

  test("another tenant's identity is not there", async () => {
    const { ask, path, begun } = scoredBy('v1');
    for (const method of ['POST', 'GET']) {
      const answer = await ask(method, path, undefined, { authorization: `Bearer ${OTHER_KEY}` });
      expect(await problemIn(answer)).toMatchObject({ status: 404, code: 'not_found' });
    }
    expect(begun()).toBe(0);
  });
});

test('scores of an older version are told with it also when Temporal has forgotten the run', async () => {
  const { addCharacter, addIdentity, addImage, rows, ask } = newWorld();
  const scores = { calibration: 'v1', mean: 91.2, worst: 88, scorable: 1, of: 1, passed: true, missed: [] };
  const identity = addIdentity(addCharacter(), { stage: 'ready', scores });
  const image = addImage(identity, 'portrait');
  image.score = { type: 'portrait', imageId: image.id, state: 'scored', score: 91.2, distance: 0.507 };
  rows.states.delete(identity.id);
  const answer = await (await ask('GET', `/v1/identities/${identity.id}`)).json();
  expect(answer).toMatchObject({ source: 'record', scores, images: [{ imageId: image.id, score: image.score }] });
});
