// The expected time is beside the answers about runs: it is looked up once in a while, and stands in nobody's way.

import { expect, test, vi } from 'vitest';
import { createExpectTraining } from '../../../api/expected-training.ts';
import type { RunEstimate } from '../../../api/schemas/estimate.ts';
import type { Identity } from '../../../api/schemas/identity.ts';
import { Failure } from '../../../domain/failure.ts';
import { TRAINER } from '../../support/models.ts';
import { newWorld } from './world.ts';

const DOLLAR = 1_000_000;

function clocked(pace: (profile: string) => Promise<number | undefined>) {
  const time = { now: 0 };
  return { time, expectTraining: createExpectTraining(pace, { keptMs: 60_000, now: () => time.now }) };
}

test('a hundred readers at once cost one query, and the next one comes after a minute', async () => {
  const pace = vi.fn(async () => 0.3);
  const { time, expectTraining } = clocked(pace);
  const all = await Promise.all(Array.from({ length: 100 }, () => expectTraining(TRAINER, 1000)));
  expect(new Set(all.map(({ trainingSeconds }) => trainingSeconds))).toEqual(new Set([300]));
  time.now = 59_999;
  await expectTraining(TRAINER, 1000);
  expect(pace).toHaveBeenCalledTimes(1);
  time.now = 60_000;
  await expectTraining(TRAINER, 1000);
  expect(pace).toHaveBeenCalledTimes(2);
});

test('two trainers have a pace each', async () => {
  const pace = vi.fn(async (profile: string) => (profile === TRAINER.id ? 0.3 : 0.6));
  const { expectTraining } = clocked(pace);
  const another = { ...TRAINER, id: 'owner/another-trainer@1' };
  const both = async () => [await expectTraining(TRAINER, 1000), await expectTraining(another, 1000)];
  for (const [one, other] of [await both(), await both()]) {
    expect([one?.trainingSeconds, other?.trainingSeconds]).toEqual([300, 600]);
  }
  expect(pace).toHaveBeenCalledTimes(2);
});

test('while the database does not answer, the last known time counts, and the profile before there was one', async () => {
  const answers = [0.3];
  const { time, expectTraining } = clocked(async () => {
    const next = answers.pop();
    if (next === undefined) throw new Failure('StoreUnavailable', 'The database cannot be reached.');
    return next;
  });
  const known = await expectTraining(TRAINER, 1000);
  time.now = 60_000;
  expect(await expectTraining(TRAINER, 1000)).toEqual(known);
  const never = clocked(async () => Promise.reject(new Failure('StoreUnavailable', 'The database cannot be reached.')));
  expect((await never.expectTraining(TRAINER, 1000)).basedOn).toBe('profile');
});

test('an identity tells it while it trains, and only then', async () => {
  const { ask, addCharacter, addIdentity, rows } = newWorld({ expectTraining: createExpectTraining(async () => 0.2) });
  const { id } = addIdentity(addCharacter(), { stage: 'training', trainingSteps: 2000 });
  const state = rows.states.get(id);
  if (!state) throw new Error('the run has no state');
  const read = async () => (await (await ask('GET', `/v1/identities/${id}`)).json()) as Identity;
  rows.states.set(id, { ...state, stage: 'training' });
  expect((await read()).expected).toEqual({ trainingSeconds: 400, basedOn: 'past_runs' });
  rows.states.set(id, { ...state, stage: 'testing' });
  expect(await read()).not.toHaveProperty('expected');
});

test('the estimate needs no photos and no character: cost, what a rescue may add, what is left, how long it takes', async () => {
  const { ask, money } = newWorld();
  money.month = { reserved: DOLLAR, charged: 2 * DOLLAR };
  const answer = await ask('GET', '/v1/estimate');
  expect(answer.status).toBe(200);
  expect((await answer.json()) as RunEstimate).toEqual({
    training: 2,
    testImages: 0.35,
    total: 2.35,
    rescueMax: 0.7,
    currency: 'USD',
    budget: { cap: 200, reserved: 1, charged: 2, left: 197, warning: false },
    photos: { minimum: 3, maximum: 5 },
    megapixel: { pixels: 1_000_000, basedOn: 'setting' },
    expected: { trainingSeconds: 360, basedOn: 'profile' },
  });
  const longer = (await (await ask('GET', '/v1/estimate?trainingSteps=2000')).json()) as RunEstimate;
  expect([longer.total, longer.expected.trainingSeconds]).toEqual([4.35, 720]);
  expect((await ask('GET', '/v1/estimate?trainingSteps=1')).status).toBe(422);
});

test('an estimate that the budget does not allow still tells the price, and what to do', async () => {
  const { ask, money } = newWorld();
  money.month = { reserved: 0, charged: 199 * DOLLAR };
  const estimate = (await (await ask('GET', '/v1/estimate')).json()) as RunEstimate;
  expect(estimate.total).toBe(2.35);
  expect(estimate.problem?.code).toBe('budget_exceeded');
  expect(estimate.problem?.message).toContain('PUT /v1/budget');
});
