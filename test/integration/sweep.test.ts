// Workflows that are terminated from outside, in every stage in which a run or a test can be held: real processes, a real
// Temporal server, real photos. The rows, the money, the places and the files follow, whoever looks is told the end at
// once, and nobody has to look for that.

import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLikenessClient, type LikenessClient, LikenessError } from '../../client/index.ts';
import { BUCKETS, identityWorkflowId, retestWorkflowId } from '../../domain/keys.ts';
import type { Stage } from '../../domain/stage.ts';
import { demoPhotos } from '../../stack/demo-photos.ts';
import { demoKey } from '../../stack/first-key.ts';
import type { Stack } from '../../stack/stack.ts';
import { ensureSweepSchedule } from '../../worker/sweep-schedule.ts';
import { SWEEP_SCHEDULE_ID } from '../../workflows/messages.ts';
import { GENERATOR, TRAINER } from '../support/models.ts';
import { photoOfAnotherMan } from '../support/photos.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

const MINUTE = 60_000;
const OPEN_RUNS = 6;
const stuck = (endpoint: string) => ({ fault: 'stuck_in_queue', endpoint });
const lost = (endpoint: string) => ({ fault: 'lost_submit_response', endpoint, times: 1 });

let world: TestStack;
let stack: Stack;
let likeness: LikenessClient;
let temporal: Client;
let photos: File[];

beforeAll(async () => {
  const settings = {
    LIKENESS_SWEEP_EVERY_MS: '2000',
    LIKENESS_RECONCILE_PAUSE_MS: '50',
    LIKENESS_TRAINING_FIRST_POLL_MS: '500',
    LIKENESS_TRAINING_POLL_MS: '500',
    LIKENESS_MAX_OPEN_RUNS: String(OPEN_RUNS),
    LIKENESS_WEBHOOKS_ALLOW_PRIVATE: 'true',
  };
  world = await startTestStack({ trainingMs: 500, settings });
  stack = world.stack;
  const apiKey = await demoKey(stack.database);
  likeness = createLikenessClient({ baseUrl: stack.urls.api, apiKey });
  temporal = new Client({ connection: await Connection.connect({ address: stack.temporalAddress }) });
  photos = demoPhotos(undefined)
    .slice(0, 3)
    .map((file) => new File([readFileSync(file)], basename(file)));
}, 10 * MINUTE);
afterAll(async () => {
  await temporal?.connection.close();
  await world?.stop();
});

async function prepare(name: string, files = photos): Promise<string> {
  const { id } = await likeness.characters.create({ name });
  await likeness.photos.upload(id, files);
  return (await likeness.identities.start(id)).identityId;
}

const reach = (id: string, stage: Stage) =>
  likeness.identities.waitUntil(id, stage, { timeoutMs: 6 * MINUTE, onNeedsPerson: () => {} });

async function ready(name: string): Promise<string> {
  const id = await prepare(name);
  const { round } = await reach(id, 'awaiting_approval');
  await likeness.identities.decide(id, { round, verdict: 'approve' });
  await reach(id, 'ready');
  return id;
}

async function setFaults(faults: object[]): Promise<void> {
  const answer = await fetch(`${stack.urls.sandbox}/admin/faults`, { method: 'PUT', body: JSON.stringify(faults) });
  expect(answer.status).toBe(200);
}

async function until<T>(what: string, look: () => Promise<T | undefined>, ms = 2 * MINUTE): Promise<T> {
  for (const deadline = Date.now() + ms; Date.now() < deadline; await sleep(200)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`waited ${ms / 1000} s for ${what}`);
}

const terminate = (workflowId: string) => temporal.workflow.getHandle(workflowId).terminate('by hand');

async function refusal(request: Promise<unknown>): Promise<LikenessError> {
  const error = await request.then(
    () => undefined,
    (e: unknown) => e,
  );
  if (error instanceof LikenessError) return error;
  throw error ?? new Error('it was not refused');
}

async function openRows(of: 'runs' | 'tests'): Promise<string[]> {
  const { database } = stack;
  const { data, error } =
    of === 'runs'
      ? await database.from('identities').select('id').is('closed_at', null)
      : await database.from('picture_sets').select('id').eq('kind', 'retest').is('closed_at', null);
  expect(error).toBeNull();
  return (data ?? []).map(({ id }) => id);
}

async function openCalls(): Promise<{ key: string; state: string }[]> {
  const { data, error } = await stack.database
    .from('provider_calls')
    .select('key, state')
    .filter('state', 'in', '("intent","unknown","submitted")');
  expect(error).toBeNull();
  return data ?? [];
}

async function reserved(): Promise<number> {
  const { data } = await stack.database.from('budgets').select('reserved_micros');
  return (data ?? []).reduce((sum, row) => sum + Number(row.reserved_micros), 0);
}

it('whoever terminates a run or a test loses no place, no money and no word, in any stage', {
  timeout: 12 * MINUTE,
}, async () => {
  const { endpointId } = await likeness.webhooks.create({
    url: 'http://127.0.0.1:9/hook',
    events: ['identity.failed'],
  });
  const tested = await ready('Tested');
  const unclearTested = await ready('Tested, unclear');
  const stranger = join(world.folder, 'stranger.jpg');
  writeFileSync(stranger, await photoOfAnotherMan());
  const mixed = [...photos, new File([readFileSync(stranger)], 'stranger.jpg')];

  const runs: Record<string, string> = {};
  runs.awaiting_approval = await prepare('Awaiting');
  runs.needs_photos = await prepare('Mixed', mixed);
  await reach(runs.awaiting_approval, 'awaiting_approval');
  await reach(runs.needs_photos, 'needs_photos');

  // Images wait at the provider; the answer to the first one is lost, and no listing has it.
  await setFaults([lost(GENERATOR.endpoint), stuck(GENERATOR.endpoint)]);
  await likeness.identities.test(unclearTested, { types: ['portrait'] });
  const waiting = await until('the test to wait for an operator', async () => {
    const { items } = await likeness.tests.list({ state: 'needs_operator' });
    return items[0];
  });
  expect(waiting).toMatchObject({ identityId: unclearTested, number: 1, unclear: [{ purpose: 'test_image' }] });
  await likeness.identities.test(tested, { types: ['portrait'] });
  runs.testing = await prepare('Testing');
  await reach(runs.testing, 'testing');
  await setFaults([lost(TRAINER.endpoint), stuck(TRAINER.endpoint), stuck(GENERATOR.endpoint)]);
  runs.needs_operator = await prepare('Unclear');
  await reach(runs.needs_operator, 'needs_operator');
  runs.training = await prepare('Training');
  await until('the training to be paid', async () =>
    (await openCalls()).find(({ key, state }) => key === `${runs.training}/train/1` && state === 'submitted'),
  );
  runs.validating = await prepare('Validating');
  const ids = Object.values(runs);
  expect(ids).toHaveLength(OPEN_RUNS);

  const watched: Stage[] = [];
  const watching = (async () => {
    for await (const { stage } of likeness.identities.watch(runs.awaiting_approval ?? '')) watched.push(stage);
  })();
  await until('the watch to begin', async () => (watched.length > 0 ? true : undefined));
  const terminatedAt = Date.now();
  await Promise.all([
    ...ids.map((id) => terminate(identityWorkflowId(id))),
    ...[tested, unclearTested].map((id) => terminate(retestWorkflowId(id, 1))),
  ]);

  // At once, before any sweep.
  for (const [stage, id] of Object.entries(runs)) {
    const identity = await likeness.identities.get(id);
    expect([stage, identity.stage, identity.closeReason]).toEqual([
      stage,
      'failed',
      expect.stringMatching(/terminated/),
    ]);
  }
  const decision = await refusal(
    likeness.identities.decide(runs.awaiting_approval ?? '', { round: 1, verdict: 'approve' }),
  );
  expect(decision).toMatchObject({ status: 409, code: 'run_ended', detail: expect.stringMatching(/terminated/) });
  await expect(likeness.identities.cancel(runs.training)).resolves.toMatchObject({ identityId: runs.training });
  const { items: tests } = await likeness.identities.tests(tested);
  expect(tests[0]).toMatchObject({ state: 'failed', closeReason: expect.stringMatching(/terminated/) });
  await watching;
  expect(watched.at(-1)).toBe('failed');

  // Within a minute, by the Schedule.
  await until(
    'every row to be closed',
    async () => ([...(await openRows('runs')), ...(await openRows('tests'))].length === 0 ? true : undefined),
    MINUTE - (Date.now() - terminatedAt),
  );
  const unclear = [`${runs.needs_operator}/train/1`, waiting.unclear[0]?.callKey ?? ''];
  await until('what is known to be settled', async () =>
    (await openCalls()).every(({ state }) => state === 'unknown') ? true : undefined,
  );
  expect((await openCalls()).map(({ key }) => key).sort()).toEqual(unclear.sort());

  // What nobody can know stays for an operator, whose word is taken although the run is gone.
  const giveUp = { callKey: `${runs.needs_operator}/train/1`, outcome: 'give_up' } as const;
  await likeness.identities.settle(runs.needs_operator, giveUp);
  const notCharged = { callKey: waiting.unclear[0]?.callKey ?? '', outcome: 'not_charged' } as const;
  await likeness.identities.settle(unclearTested, notCharged);
  expect(await refusal(likeness.identities.settle(unclearTested, notCharged))).toMatchObject({ status: 409 });
  expect(await openCalls()).toEqual([]);
  expect(await reserved()).toBe(0);

  const told = await until('the webhooks', async () => {
    const { items } = await likeness.webhooks.deliveries(endpointId, { limit: 100 });
    return items.length >= ids.length ? items : undefined;
  });
  expect(told.map(({ event }) => event)).toEqual(ids.map(() => 'identity.failed'));
  const { data: archives } = await stack.database.storage.from(BUCKETS.references).list('', { limit: 1000 });
  for (const tenant of archives ?? []) {
    const { data: folders } = await stack.database.storage.from(BUCKETS.references).list(`${tenant.name}/identities`);
    expect((folders ?? []).filter(({ name }) => ids.includes(name))).toEqual([]);
  }

  // The places are free.
  await setFaults([]);
  await likeness.identities.test(tested, { types: ['portrait'] });
  const done = await until('the second test', async () => {
    const { items } = await likeness.identities.tests(tested);
    return items[0]?.state === 'done' ? items[0] : undefined;
  });
  expect(done.number).toBe(2);
  const next = await Promise.all(Array.from({ length: OPEN_RUNS }, (_, n) => prepare(`Next ${n}`)));
  await Promise.all(next.map((id) => likeness.identities.cancel(id)));
  await Promise.all(next.map((id) => reach(id, 'cancelled')));
});

it('a test that waits for an operator can be cancelled by the API', { timeout: 8 * MINUTE }, async () => {
  await setFaults([]);
  const identityId = await ready('Stopped');
  await setFaults([lost(GENERATOR.endpoint), stuck(GENERATOR.endpoint)]);
  await likeness.identities.test(identityId, { types: ['portrait'] });
  await until('the operator', async () => {
    const { items } = await likeness.tests.list({ state: 'needs_operator' });
    return items.find((item) => item.identityId === identityId);
  });
  expect(await refusal(likeness.identities.test(identityId))).toMatchObject({ code: 'test_running' });
  await likeness.identities.cancelTest(identityId, 1);
  await until('the end', async () => {
    const { items } = await likeness.identities.tests(identityId);
    return items[0]?.state === 'cancelled' ? true : undefined;
  });
  expect(await refusal(likeness.identities.cancelTest(identityId, 1))).toMatchObject({
    status: 409,
    code: 'run_ended',
  });
  expect(await refusal(likeness.identities.cancelTest(identityId, 2))).toMatchObject({ status: 404 });
});

it('the Schedule is there once, with the interval of the settings, and comes back when it was deleted', async () => {
  const handle = temporal.schedule.getHandle(SWEEP_SCHEDULE_ID);
  const every = async () => (await handle.describe()).spec.intervals?.map((interval) => interval.every);
  expect(await every()).toEqual([2000]);
  await ensureSweepSchedule(temporal, 5000);
  await ensureSweepSchedule(temporal, 5000);
  expect(await every()).toEqual([5000]);
  await handle.pause('an operator looks into something');
  await ensureSweepSchedule(temporal, 7000);
  expect((await handle.describe()).state.paused).toBe(true);
  await handle.delete();
  await ensureSweepSchedule(temporal, 7000);
  expect(await every()).toEqual([7000]);
  await ensureSweepSchedule(temporal, 0);
  await ensureSweepSchedule(temporal, 0);
  await expect(handle.describe()).rejects.toThrow();
});
