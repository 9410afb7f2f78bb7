// What may be spent, what was spent, and what is refused before it is begun.

import { describe, expect, test } from 'vitest';
import { RunError } from '../../../core/ports/run-error.ts';
import { Failure } from '../../../domain/failure.ts';
import { CREATED } from './fake-tables.ts';
import { problemIn } from './problem-in.ts';
import { newWorld, OTHER_TENANT, TENANT, type World } from './world.ts';

const DOLLAR = 1_000_000;
/** One training of 1000 steps with its five images. */
const RUN = 2_350_000;

interface Budget {
  cap: number;
  left: number;
  warning: boolean;
  ownCap: boolean;
}

const bodyOf = async <T>(answer: Response | Promise<Response>) => (await (await answer).json()) as T;

describe('the budget of this month', () => {
  test('is told in dollars, with what is left', async () => {
    const { ask, money } = newWorld();
    money.month = { reserved: RUN, charged: 40 * DOLLAR };
    const answer = await ask('GET', '/v1/budget');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      month: '2026-11',
      cap: 200,
      ownCap: false,
      reserved: 2.35,
      charged: 40,
      left: 157.65,
      warning: false,
      identityCap: 20,
      currency: 'USD',
    });
  });

  test.each([
    [159_999_999, false],
    [160_000_000, true],
  ])('with %i of 200 000 000 micro-dollars gone it warns: %s', async (gone, warning) => {
    const { ask, money } = newWorld();
    money.month = { reserved: DOLLAR, charged: gone - DOLLAR };
    expect(await bodyOf<Budget>(ask('GET', '/v1/budget'))).toMatchObject({ warning });
  });

  test('has the cap that the tenant sets, and null goes back to that of the settings', async () => {
    const { ask, money } = newWorld();
    money.month = { reserved: 0, charged: 50 * DOLLAR };
    const set = (monthlyCapUsd: unknown) => bodyOf<Budget>(ask('PUT', '/v1/budget', { monthlyCapUsd }));
    expect(await set(250.5)).toMatchObject({ cap: 250.5, ownCap: true, left: 200.5, warning: false });
    expect(money.ownCap).toBe(250_500_000);
    expect(await set(40)).toMatchObject({ cap: 40, left: 0, warning: true });
    expect(await set(0)).toMatchObject({ cap: 0, ownCap: true, left: 0 });
    expect(await set(null)).toMatchObject({ cap: 200, ownCap: false, left: 150 });
  });

  test.each([
    {},
    { monthlyCapUsd: -1 },
    { monthlyCapUsd: '200' },
    { monthlyCapUsd: 1_000_001 },
    { monthlyCapUsd: 5, month: '2026-12' },
  ])('cannot be set by %j', async (body) => {
    const { ask, money } = newWorld();
    expect(await problemIn(await ask('PUT', '/v1/budget', body))).toMatchObject({
      status: 422,
      code: 'invalid_request',
    });
    expect(money.ownCap).toBeUndefined();
  });
});

function withPhotos(world: World = newWorld()) {
  const character = world.addCharacter();
  world.addPhotos(character, 3);
  const path = `/v1/characters/${character.id}/identities`;
  const start = (key: string, body: unknown = {}) => world.ask('POST', path, body, { 'idempotency-key': key });
  const dryRun = (body: unknown = {}) => world.ask('POST', `${path}?dryRun=true`, body);
  return { ...world, start, dryRun };
}

describe('a start', () => {
  test('that takes the last of the month is let through', async () => {
    const { start, money, told } = withPhotos();
    money.month = { reserved: DOLLAR, charged: 199 * DOLLAR - RUN };
    expect((await start('a')).status).toBe(202);
    expect(told).toHaveLength(1);
  });

  test.each(['start', 'dryRun'] as const)('that does not fit the month is refused, by %s too', async (way) => {
    const { start, dryRun, money, rows, told } = withPhotos();
    money.month = { reserved: DOLLAR, charged: 199 * DOLLAR - RUN + 1 };
    const problem = await problemIn(await (way === 'start' ? start('a') : dryRun()));
    expect(problem).toMatchObject({ status: 409, code: 'budget_exceeded' });
    for (const part of ['$2.35', 'monthly budget of $200.00', 'PUT /v1/budget']) expect(problem.detail).toContain(part);
    expect(rows.identities.size).toBe(0);
    expect(told).toEqual([]);
  });

  test.each(['start', 'dryRun'] as const)('that one identity may not cost is refused, by %s too', async (way) => {
    const { start, dryRun, money, rows, told } = withPhotos();
    money.caps.identity = RUN - 1;
    const problem = await problemIn(await (way === 'start' ? start('a') : dryRun()));
    expect(problem).toMatchObject({ status: 409, code: 'budget_exceeded' });
    expect(problem.detail).toContain('LIKENESS_IDENTITY_CAP_USD');
    expect(rows.identities.size).toBe(0);
    expect(told).toEqual([]);
    money.caps.identity = RUN;
    expect((await start('a')).status).toBe(202);
  });

  test('that was let through once is never refused when it is repeated', async () => {
    const { start, money, told } = withPhotos();
    expect((await start('once')).status).toBe(202);
    money.month = { reserved: 0, charged: 200 * DOLLAR };
    expect((await start('once')).status).toBe(202);
    expect(told.filter(([name]) => name === 'start')).toHaveLength(2);
    expect((await problemIn(await start('twice'))).code).toBe('budget_exceeded');
  });

  test('passes as soon as the cap is raised', async () => {
    const { start, money, ask } = withPhotos();
    money.month = { reserved: 0, charged: 200 * DOLLAR };
    expect((await start('a')).status).toBe(409);
    await ask('PUT', '/v1/budget', { monthlyCapUsd: 202.35 });
    expect((await start('a')).status).toBe(202);
  });

  test('is not begun while nobody knows the budget', async () => {
    const { start, rows, broken } = withPhotos();
    broken.registry = new Failure('StoreUnavailable', 'The database cannot be reached.');
    expect((await problemIn(await start('a'))).code).toBe('store_unavailable');
    expect(rows.identities.size).toBe(0);
  });

  test.each([
    [160 * DOLLAR - RUN - 1, false],
    [160 * DOLLAR - RUN, true],
  ])('with %i micro-dollars charged: a dry run warns: %s', async (charged, warning) => {
    const { dryRun, money } = withPhotos();
    money.month = { reserved: 0, charged };
    const { budget } = await bodyOf<{ budget: Budget }>(dryRun());
    expect(budget).toEqual({
      cap: 200,
      reserved: 0,
      charged: charged / DOLLAR,
      left: (200 * DOLLAR - charged) / DOLLAR,
      warning,
    });
  });
});

describe('a rejection', () => {
  function withRun() {
    const world = newWorld();
    const { id } = world.addIdentity(world.addCharacter());
    const reject = (next: string, round = 1) =>
      world.ask('POST', `/v1/identities/${id}/reject`, { round, next, decisionId: 'd' });
    const decide = (next: string, round = 1) =>
      world.ask('POST', `/v1/identities/${id}/decision`, { round, next, decisionId: 'd', verdict: 'reject' });
    return { ...world, id, ways: { reject, decide } };
  }
  const sent = ({ told }: Pick<World, 'told'>) => told.filter(([name]) => name !== 'state').map(([name]) => name);

  test.each([
    ['reject', 'regenerate', 350_000],
    ['reject', 'retrain', RUN],
    ['decide', 'regenerate', 350_000],
    ['decide', 'retrain', RUN],
  ] as const)(
    '%s: %s takes the last of the month, and is refused when a micro-dollar lacks',
    async (way, next, cost) => {
      const run = withRun();
      run.money.month = { reserved: 0, charged: 200 * DOLLAR - cost + 1 };
      const problem = await problemIn(await run.ways[way](next));
      expect(problem).toMatchObject({ status: 409, code: 'budget_exceeded' });
      expect(sent(run)).toEqual([]);
      run.money.month.charged -= 1;
      expect((await run.ways[way](next)).ok).toBe(true);
      expect(sent(run)).toEqual([way]);
    },
  );

  test.each(['reject', 'decide'] as const)('%s: what the identity has cost counts against its own cap', async (way) => {
    const run = withRun();
    run.money.spend = { reserved: DOLLAR, charged: 19 * DOLLAR - RUN + 1 };
    const { code, detail } = await problemIn(await run.ways[way]('retrain'));
    expect(code).toBe('budget_exceeded');
    expect(detail).toContain('one identity');
    expect((await run.ways[way]('regenerate')).ok).toBe(true);
  });

  test.each(['reject', 'decide'] as const)('%s: the end costs nothing, so it is never refused', async (way) => {
    const run = withRun();
    run.money.month = { reserved: 0, charged: 300 * DOLLAR };
    expect((await run.ways[way]('abandon')).ok).toBe(true);
    expect(sent(run)).toEqual([way]);
  });

  test('that the run would refuse anyway is refused in its words', async () => {
    const run = withRun();
    run.money.month = { reserved: 0, charged: 200 * DOLLAR };
    expect((await run.ways.decide('retrain', 7)).ok).toBe(true);
    const state = run.rows.states.get(run.id);
    if (state) run.rows.states.set(run.id, { ...state, stage: 'testing' });
    expect((await run.ways.decide('retrain')).ok).toBe(true);
    expect(sent(run)).toEqual(['decide', 'decide']);
  });

  test('that counted already is answered again, although it has used the budget up', async () => {
    const run = withRun();
    run.money.month = { reserved: 200 * DOLLAR, charged: 0 };
    const made = {
      decisionId: 'd',
      round: 1,
      verdict: 'reject',
      next: 'retrain',
      by: 'key:k1',
      via: 'update',
    } as const;
    const state = run.rows.states.get(run.id);
    if (state) run.rows.states.set(run.id, { ...state, decisions: [{ decision: made, at: CREATED }] });
    expect((await run.ways.decide('retrain')).status).toBe(200);
    expect(sent(run)).toEqual(['decide']);
  });

  test('that nobody can judge is asked for again', async () => {
    const run = withRun();
    run.money.month = { reserved: 0, charged: 200 * DOLLAR };
    run.broken.runs = new RunError('no_worker', 'No worker answered in time.');
    expect((await problemIn(await run.ways.reject('retrain'))).code).toBe('no_worker');
  });
});

describe('the ledger', () => {
  interface Entries {
    items: { key: string; state: string }[];
    nextCursor?: string;
  }

  test('shows a request in dollars and in micro-dollars, without token, body or result', async () => {
    const { ask, addCharacter, addIdentity, addEntry } = newWorld();
    const identity = addIdentity(addCharacter());
    addEntry(identity, { state: 'settled', charged: 1_999_999 });
    addEntry(identity, { key: 'k2', state: 'unknown', requestId: undefined, reason: 'connection reset', attempts: 2 });
    const text = await (await ask('GET', '/v1/ledger')).text();
    for (const secret of ['unguessable', 'https://', TENANT]) expect(text).not.toContain(secret);
    const common = {
      identityId: identity.id,
      purpose: 'training',
      endpoint: 'fal-ai/flux-lora-fast-training',
      month: '2026-11',
      estimateUsd: 2,
      estimateMicros: 2_000_000,
      createdAt: CREATED,
    };
    expect(JSON.parse(text)).toEqual({
      items: [
        {
          ...common,
          key: `${identity.id}/train/1`,
          state: 'settled',
          attempts: 1,
          requestId: 'req-1',
          chargedUsd: 1.999999,
          chargedMicros: 1_999_999,
        },
        { ...common, key: 'k2', state: 'unknown', attempts: 2, reason: 'connection reset' },
      ],
    });
  });

  test('is mine, by identity and state, page by page', async () => {
    const { ask, addCharacter, addIdentity, addEntry } = newWorld();
    const [one, two] = [addIdentity(addCharacter()), addIdentity(addCharacter())];
    addEntry(one, { key: 'a' });
    addEntry(one, { key: 'b', state: 'failed', charged: 0 });
    addEntry(two, { key: 'c', state: 'failed', charged: 5 });
    addEntry(addIdentity(addCharacter(OTHER_TENANT)), { key: 'theirs' });
    const list = (query: string) => bodyOf<Entries>(ask('GET', `/v1/ledger${query}`));
    const keys = async (query: string) => (await list(query)).items.map((item) => item.key);
    expect(await keys('')).toEqual(['a', 'b', 'c']);
    expect(await keys(`?identityId=${one.id}`)).toEqual(['a', 'b']);
    expect(await keys('?state=failed')).toEqual(['b', 'c']);
    expect(await keys(`?state=failed&identityId=${two.id}`)).toEqual(['c']);
    const { nextCursor } = await list('?limit=2');
    expect(await list(`?limit=2&cursor=${nextCursor}`)).toMatchObject({ items: [{ key: 'c' }] });
  });

  test.each(['?state=paid', '?identityId=me', '?limit=0', '?limit=101'])('%s is refused', async (query) => {
    const problem = await problemIn(await newWorld().ask('GET', `/v1/ledger${query}`));
    expect(problem).toMatchObject({ status: 422, code: 'invalid_request' });
  });
});

test("another tenant's money is neither shown nor changed", async () => {
  const { app, ask, addCharacter, addIdentity, addEntry, money } = newWorld();
  addEntry(addIdentity(addCharacter()));
  money.month = { reserved: 0, charged: 7 * DOLLAR };
  const theirs = (method: string, path: string, body?: unknown) =>
    app.request(path, {
      method,
      headers: { authorization: 'Bearer lk_theirs', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  expect(await bodyOf(theirs('GET', '/v1/ledger'))).toEqual({ items: [] });
  expect(await bodyOf(theirs('GET', '/v1/budget'))).toMatchObject({ charged: 0, cap: 200 });
  await theirs('PUT', '/v1/budget', { monthlyCapUsd: 1 });
  expect(await bodyOf(ask('GET', '/v1/budget'))).toMatchObject({ charged: 7, cap: 200 });
});
