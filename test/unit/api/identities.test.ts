import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Identity } from '../../../api/schemas/identity.ts';
import { newIdentityId } from '../../../core/identities/request-ids.ts';
import { RunError } from '../../../core/ports/run-error.ts';
import { DEFAULT_SETTINGS } from '../../../domain/settings.ts';
import { rescueSet } from '../../support/sets.ts';
import { CREATED } from './fake-tables.ts';
import { problemIn } from './problem-in.ts';
import { newWorld, OTHER_TENANT, TENANT, type World } from './world.ts';

interface Started {
  identityId: string;
  stage: string;
  images: { imageId: string; links: { content: string } }[];
}

function withPhotos(count: number, world: World = newWorld()) {
  const character = world.addCharacter();
  const photoIds = world.addPhotos(character, count);
  const path = `/v1/characters/${character.id}/identities`;
  const start = (body?: unknown, key: string | undefined = randomUUID(), query = '') =>
    world.ask('POST', path + query, body, key === '' ? {} : { 'idempotency-key': key });
  return { ...world, character, photoIds, start };
}

describe('starting an identity', () => {
  test('starts a run with all photos and the settings, and says where to look', async () => {
    const { start, told, photoIds, character } = withPhotos(3);
    const answer = await start({ referenceStrength: 70, trainingSteps: 500 });
    expect(answer.status).toBe(202);
    const { identityId, stage } = (await answer.json()) as Started;
    expect(stage).toBe('validating');
    expect(answer.headers.get('location')).toBe(`/v1/identities/${identityId}`);
    const settings = { ...DEFAULT_SETTINGS, referenceStrength: 70, trainingSteps: 500 };
    expect(told).toEqual([
      [
        'start',
        { identityId, tenantId: TENANT, characterId: character.id, photoIds, subject: character.subject, settings },
      ],
    ]);
  });

  test('without a key is refused, because a repeat would pay again', async () => {
    const { start, rows } = withPhotos(3);
    const problem = await problemIn(await start({}, ''));
    expect(problem).toMatchObject({ status: 400, code: 'idempotency_key_required' });
    expect(rows.identities.size).toBe(0);
  });

  test('a request without any body will do', async () => {
    expect((await withPhotos(3).start()).status).toBe(202);
  });

  test('takes the photos that are named, in that order', async () => {
    const { start, told, photoIds } = withPhotos(6);
    const chosen = [photoIds[4], photoIds[0], photoIds[2]];
    await start({ photoIds: chosen });
    expect(told[0]?.[1]).toMatchObject({ photoIds: chosen });
  });

  test('a dry run answers the cost in dollars and starts nothing', async () => {
    const { start, told, rows } = withPhotos(3);
    const answer = await start({ trainingSteps: 2000 }, '', '?dryRun=true');
    expect(answer.status).toBe(200);
    const cost = (await answer.json()) as { training: number; testImages: number; total: number };
    expect(cost).toMatchObject({ training: 4, currency: 'USD', rescueMax: 0.7 });
    expect(cost.total).toBeCloseTo(cost.training + cost.testImages);
    expect(told).toEqual([]);
    expect(rows.identities.size).toBe(0);
  });

  test.each([
    ['two photos', 2, {}, 'too_few_photos'],
    ['six photos', 6, {}, 'too_many_photos'],
    ['a photo of nobody', 3, { photoIds: [TENANT, OTHER_TENANT, CREATED] }, 'invalid_request'],
    ['a strength of 101', 3, { referenceStrength: 101 }, 'invalid_request'],
    ['50 steps', 3, { trainingSteps: 50 }, 'invalid_request'],
    ['a misspelt field', 3, { referenceStrenght: 80 }, 'invalid_request'],
  ])('%s is refused, for a dry run too', async (_, count, body, code) => {
    const { start, told, rows } = withPhotos(count);
    for (const query of ['', '?dryRun=true']) {
      expect(await problemIn(await start(body, 'key', query))).toMatchObject({ status: 422, code });
    }
    expect(told).toEqual([]);
    expect(rows.identities.size).toBe(0);
  });

  test('too few photos are told in the words that people know', async () => {
    const problem = await problemIn(await withPhotos(2).start());
    expect(problem.title).toBe('At least 3 reference images required');
    expect(problem.detail).toContain('At least 3 reference images required');
  });

  test("another character's photo is refused and named", async () => {
    const { start, addCharacter, addPhotos, photoIds } = withPhotos(3);
    const [foreign] = addPhotos(addCharacter(), 1);
    const problem = await problemIn(await start({ photoIds: [...photoIds, foreign] }));
    expect(problem.code).toBe('unknown_photos');
    expect(problem.detail).toContain(foreign);
  });

  test('a photo named twice is refused', async () => {
    const { start, photoIds } = withPhotos(3);
    const problem = await problemIn(await start({ photoIds: [...photoIds, photoIds[0]] }));
    expect(problem.errors).toEqual([{ path: 'photoIds', message: 'names a photo twice' }]);
  });
});

describe('the same Idempotency-Key', () => {
  test('finds the same identity, although the photos changed meanwhile', async () => {
    const { start, character, addPhotos, rows } = withPhotos(3);
    const first = (await (await start({}, 'once')).json()) as Started;
    addPhotos(character, 7);
    const again = await start({}, 'once');
    expect(again.status).toBe(202);
    expect(((await again.json()) as Started).identityId).toBe(first.identityId);
    expect(rows.identities.size).toBe(1);
  });

  test('answers the same: status, body and address, whatever became of the run', async () => {
    const { start, rows } = withPhotos(3);
    const answerOf = async (answer: Response) => [answer.status, await answer.json(), answer.headers.get('location')];
    const first = await answerOf(await start({}, 'once'));
    for (const [id, row] of rows.identities) {
      rows.identities.set(id, { ...row, stage: 'ready', referenceStrength: 60, version: 3, closedAt: CREATED });
    }
    expect(await answerOf(await start({}, 'once'))).toEqual(first);
    rows.states.clear();
    expect(await answerOf(await start({}, 'once'))).toEqual(first);
  });

  test('twenty times at once is one identity, and twenty equal answers', async () => {
    const { start, rows } = withPhotos(3);
    const answers = await Promise.all(Array.from({ length: 20 }, () => start({}, 'once')));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(202));
    expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
    expect(rows.identities.size).toBe(1);
  });

  test('finds the same identity, although the budget was used up meanwhile', async () => {
    const { start, money, rows } = withPhotos(3);
    await start({}, 'once');
    money.month = { reserved: 0, charged: 200_000_000 };
    expect((await start({}, 'once')).status).toBe(202);
    expect(await problemIn(await start({}, 'twice'))).toMatchObject({ code: 'budget_exceeded' });
    expect(rows.identities.size).toBe(1);
  });

  test.each([
    ['a space', 'a b'],
    ['201 characters', 'x'.repeat(201)],
    ['an umlaut', 'k\u00fcrzel'],
  ])('with %s is refused', async (_, key) => {
    const { start, rows } = withPhotos(3);
    expect(await problemIn(await start({}, key))).toMatchObject({ status: 422, code: 'invalid_request' });
    expect(rows.identities.size).toBe(0);
  });

  test('with another request is a conflict', async () => {
    const { start, rows } = withPhotos(3);
    await start({}, 'once');
    expect(await problemIn(await start({ trainingSteps: 500 }, 'once'))).toMatchObject({
      status: 409,
      code: 'idempotency_conflict',
    });
    expect(rows.identities.size).toBe(1);
  });

  test('for another character is a conflict', async () => {
    const world = newWorld();
    await withPhotos(3, world).start({}, 'once');
    expect((await problemIn(await withPhotos(3, world).start({}, 'once'))).code).toBe('idempotency_conflict');
  });

  test('starts the run that a crash left out, with the photos of the first time', async () => {
    const { start, told, broken, photoIds, character, addPhotos } = withPhotos(3);
    broken.runs = new RunError('unavailable', 'Temporal cannot be reached.');
    expect((await problemIn(await start({}, 'once'))).code).toBe('engine_unavailable');
    delete broken.runs;
    addPhotos(character, 1);
    expect((await start({}, 'once')).status).toBe(202);
    expect(told.filter(([name]) => name === 'start')).toMatchObject([['start', { photoIds }]]);
  });

  test('never starts a run again that has ended', async () => {
    const { start, told, rows } = withPhotos(3);
    const { identityId } = (await (await start({}, 'once')).json()) as Started;
    const row = rows.identities.get(identityId);
    if (row) rows.identities.set(identityId, { ...row, stage: 'rejected' });
    rows.states.clear();
    expect((await start({}, 'once')).status).toBe(202);
    expect(told.filter(([name]) => name === 'start')).toHaveLength(1);
  });

  test('of two tenants is two keys', () => {
    expect(newIdentityId(TENANT, 'once')).toBe(newIdentityId(TENANT, 'once'));
    expect(newIdentityId(TENANT, 'once')).not.toBe(newIdentityId(OTHER_TENANT, 'once'));
    expect(newIdentityId(TENANT, 'once')).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });
});

describe('the state of an identity', () => {
  test('is what the run says, with cost, links and the provider, and without the tenant', async () => {
    const { ask, addCharacter, addIdentity } = newWorld();
    const { id } = addIdentity(addCharacter());
    const answer = await ask('GET', `/v1/identities/${id}`);
    expect(answer.status).toBe(200);
    const text = await answer.text();
    expect(text).not.toContain(TENANT);
    const identity = JSON.parse(text) as Started;
    expect(identity).toMatchObject({
      source: 'run',
      provider: 'sandbox',
      stage: 'awaiting_approval',
      revision: 7,
      cost: { estimated: 2.35, reserved: 0.035, charged: 2, currency: 'USD' },
      links: {
        self: `/v1/identities/${id}`,
        temporal: `http://ui.test/namespaces/default/workflows/identity%2F${id}`,
      },
    });
    const [image] = identity.images;
    expect(image?.links.content).toBe(`/v1/images/${image?.imageId}/content`);
  });

  test('tells what the ledger knows of a payment that is unclear, and no more of it', async () => {
    const { ask, addCharacter, addIdentity, addCall, rows } = newWorld();
    const identity = addIdentity(addCharacter(), { stage: 'needs_operator' });
    const reason = 'the connection broke';
    const unclear = { state: 'unknown', requestId: undefined, input: { steps: 1000 }, reason } as const;
    const { key, token } = addCall(identity, unclear);
    addCall(identity, { key: `${identity.id}/round/1/80/portrait` });
    const state = rows.states.get(identity.id);
    if (state) rows.states.set(identity.id, { ...state, stage: 'needs_operator', unclearCalls: [key] });
    const answer = await (await ask('GET', `/v1/identities/${identity.id}`)).text();
    expect((JSON.parse(answer) as { unclear: unknown }).unclear).toEqual([
      {
        callKey: key,
        purpose: 'training',
        endpoint: 'fal-ai/flux-lora-fast-training',
        estimateUsd: 2,
        postedAt: CREATED,
        attempts: 1,
        reason,
      },
    ]);
    expect(answer).not.toContain(token);
  });

  test('shows what the round was tried with, and where to see those images', async () => {
    const { ask, addCharacter, addIdentity, rows } = newWorld();
    const { id } = addIdentity(addCharacter());
    const state = rows.states.get(id);
    const scores = {
      calibration: 'v1',
      mean: 60,
      worst: 60,
      scorable: 1,
      of: 1,
      passed: false,
      missed: ['mean' as const],
    };
    const score = { type: 'portrait', imageId: 'image-1', state: 'scored', score: 60, distance: 0.58 } as const;
    if (state)
      Object.assign(state, { trying: 90, tries: [{ strength: 80, scores, images: [score], failedImages: [] }] });
    const { trying, tries } = (await (await ask('GET', `/v1/identities/${id}`)).json()) as Identity;
    expect(trying).toBe(90);
    const links = { content: '/v1/images/image-1/content' };
    const images = [{ type: 'portrait', imageId: 'image-1', score, links }];
    expect(tries).toEqual([{ strength: 80, scores, images, failedImages: [] }]);
  });

  test('no worker: the problem carries the coarse stage', async () => {
    const { ask, addCharacter, addIdentity, broken } = newWorld();
    const { id } = addIdentity(addCharacter(), { stage: 'training' });
    broken.runs = new RunError('no_worker', 'No worker answered in time.');
    const answer = await ask('GET', `/v1/identities/${id}`);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await problemIn(answer)).toMatchObject({ status: 503, code: 'no_worker', stage: 'training' });
  });

  test('Temporal has forgotten the run: the rows answer, with the newest round at the strength it settled on', async () => {
    const { ask, addCharacter, addIdentity, addImage, rows } = newWorld();
    const closed = { stage: 'ready', version: 3, closedAt: '2026-11-23T09:00:00.000Z' } as const;
    const identity = addIdentity(addCharacter(), closed);
    addImage(identity, 'portrait', 1);
    const newest = addImage(identity, 'portrait', 2);
    Object.assign(addImage(identity, 'profile', 2), { set: rescueSet(2, 70) });
    rows.states.clear();
    const answer = (await (await ask('GET', `/v1/identities/${identity.id}`)).json()) as Started;
    expect(answer).toMatchObject({
      source: 'record',
      stage: 'ready',
      version: 3,
      round: 2,
      stageSince: closed.closedAt,
    });
    expect(answer.images.map((image) => image.imageId)).toEqual([newest.id]);
  });
});

describe('the list of identities', () => {
  test('is mine, by stage and character', async () => {
    const { ask, addCharacter, addIdentity } = newWorld();
    const [a, b] = [addCharacter(), addCharacter()];
    const training = addIdentity(a, { stage: 'training' });
    const failed = addIdentity(a, { stage: 'failed', closeReason: 'The provider gave up.', closedAt: CREATED });
    addIdentity(b, { stage: 'training' });
    addIdentity(addCharacter(OTHER_TENANT), { stage: 'training' });
    const list = async (query: string) =>
      ((await (await ask('GET', `/v1/identities${query}`)).json()) as { items: Started[] }).items;
    expect(await list('')).toHaveLength(3);
    expect((await list(`?stage=training&characterId=${a.id}`)).map((i) => i.identityId)).toEqual([training.id]);
    expect(await list('?stage=failed')).toEqual([
      {
        identityId: failed.id,
        characterId: a.id,
        stage: 'failed',
        referenceStrength: 80,
        createdAt: CREATED,
        closedAt: CREATED,
        closeReason: 'The provider gave up.',
        links: { self: `/v1/identities/${failed.id}` },
      },
    ]);
  });

  test.each(['?stage=sleeping', '?limit=0', '?limit=101', '?characterId=me'])('%s is refused', async (query) => {
    const problem = await problemIn(await newWorld().ask('GET', `/v1/identities${query}`));
    expect(problem).toMatchObject({ status: 422, code: 'invalid_request' });
  });
});
