// A locked account, or a wrong key: one alarm, no request and no reservation while it lasts, and an end by itself.

import { describe, expect, it } from 'vitest';
import { createActivities } from '../../../activities/create-activities.ts';
import { submitTraining } from '../../../core/identities/submit-training.ts';
import { watchedProvider } from '../../../core/payments/account-breaker.ts';
import type { SubmitOutcome } from '../../../core/ports/job-queue.ts';
import { Failure } from '../../../domain/failure.ts';
import { archiveObject, trainingCallKey } from '../../../domain/keys.ts';
import { FAKE_WAIT_MS } from '../../support/fake-account.ts';
import { createFakePorts, type FakePorts, IDENTITY, TENANT } from '../../support/fake-ports.ts';
import { GENERATOR, PAIR, TRAINER } from '../../support/models.ts';
import { identityCall } from '../../support/new-call.ts';
import { failureOf, run } from './run-step.ts';

const ARCHIVE = 'a'.repeat(64);
const inputOf = (training: number) => ({
  tenantId: TENANT,
  identityId: IDENTITY,
  training,
  archiveSha256: ARCHIVE,
  steps: 1000,
  triggerWord: 'lkbdf',
  ...PAIR,
});
const INPUT = inputOf(1);
const KEY = trainingCallKey(IDENTITY, 1);
const LOCKED: SubmitOutcome & { kind: 'refused' } = {
  kind: 'refused',
  reason: 'fal refused the request: HTTP 403: User is locked',
  retry: 'later',
  closes: 'admin',
};

async function worldWithArchive(options: Parameters<typeof createFakePorts>[0] = {}): Promise<FakePorts> {
  const world = createFakePorts(options);
  await world.files.put(archiveObject(TENANT, IDENTITY, ARCHIVE), Buffer.from('zip bytes'), 'application/zip');
  return world;
}

async function lockedWorld(options: Parameters<typeof createFakePorts>[0] = {}): Promise<FakePorts> {
  const world = await worldWithArchive(options);
  world.provider.reactions = [LOCKED];
  await failureOf(submitTraining(world), INPUT);
  return world;
}

const waits = { type: 'ProviderAccount', nonRetryable: false, nextRetryDelay: FAKE_WAIT_MS };

describe('an account that is refused', () => {
  it('locks the gate, tells operators once, and leaves nothing reserved', async () => {
    const world = await worldWithArchive();
    world.provider.reactions = [LOCKED];
    expect(await failureOf(submitTraining(world), INPUT)).toMatchObject({ ...waits, message: LOCKED.reason });
    expect(world.account.now).toMatchObject({ state: 'locked', reason: LOCKED.reason });
    expect(world.alarms).toEqual([{ state: 'locked', reason: LOCKED.reason, kind: 'admin' }]);
    expect(world.ledger.row(KEY).state).toBe('refused');
    expect(world.ledger.budget).toMatchObject({ reserved: 0, charged: 0 });
  });

  it('that its staff locks after it ran out of money is told at once, whoever hears it', async () => {
    const world = await lockedWorld();
    world.account.now = { state: 'locked', since: '2026-11-28T09:00:00.000Z', reason: 'no money', kind: 'balance' };
    const locked = new Failure('ProviderAccount', 'Admin lock', { lock: 'admin' });
    world.provider.statuses = [locked];
    await watchedProvider(world)
      .status('e', 'r')
      .catch(() => undefined);
    expect(world.alarms.at(-1)).toEqual({ state: 'locked', reason: 'Admin lock', kind: 'admin' });
  });

  it('is refused at the upload already: the same', async () => {
    const world = await worldWithArchive({ reachableByProvider: false });
    const upload = async () => {
      throw new Failure('ProviderAccount', 'User is locked.', { lock: 'balance' });
    };
    const provider = { ...world.provider, upload };
    expect(await failureOf(submitTraining({ ...world, provider }), INPUT)).toMatchObject(waits);
    expect(world.account.now.state).toBe('locked');
    expect(world.ledger.budget.reserved).toBe(0);
    expect(world.provider.posts).toEqual([]);
  });

  it('is refused at a look at a job: the same, and the job is asked again with the next probe', async () => {
    const world = createFakePorts();
    const call = identityCall({ tenantId: TENANT, identityId: IDENTITY }, { key: KEY, estimate: 1 });
    world.ledger.seed(call, 'submitted', { requestId: 'request-1' });
    world.provider.statuses = [new Failure('ProviderAccount', 'invalid key credentials', { lock: 'key' })];
    const { provider } = createActivities(world);
    const poll = { callKey: KEY, firstPollMs: 60_000, pollMs: 10_000, deadlineMs: 3_600_000 };
    expect(await failureOf(provider.pollTraining, poll)).toMatchObject(waits);
    expect(world.alarms).toEqual([{ state: 'locked', reason: 'invalid key credentials', kind: 'key' }]);
    await run(provider.pollTraining, poll, 2);
    expect(world.ledger.row(KEY).state).toBe('settled');
  });

  it('any other trouble at a look is no alarm', async () => {
    const world = createFakePorts();
    world.provider.statuses = [new Failure('ProviderThrottled', 'Slow down.', { retryAfterMs: 7000 })];
    const look = watchedProvider(world).status(TRAINER.endpoint, 'request-1');
    await expect(look).rejects.toMatchObject({ code: 'ProviderThrottled', retryAfterMs: 7000 });
    expect(world.account.reports).toEqual([]);
  });
});

describe('while the account is locked', () => {
  it('a wait costs no request, no reservation and no row, however often it is repeated', async () => {
    const world = await lockedWorld({ reachableByProvider: false });
    const before = { posts: world.provider.posts.length, uploads: world.provider.uploads.length };
    for (const attempt of [2, 3, 4])
      expect(await failureOf(submitTraining(world), INPUT, attempt)).toMatchObject(waits);
    expect(await failureOf(submitTraining(world), inputOf(2))).toMatchObject(waits);
    expect({ posts: world.provider.posts.length, uploads: world.provider.uploads.length }).toEqual(before);
    expect(world.ledger.rows.size).toBe(1);
    expect(world.ledger.budget.reserved).toBe(0);
    expect(world.alarms).toHaveLength(1);
  });

  it('a request that was accepted before goes on', async () => {
    const world = await worldWithArchive();
    const { requestId } = await run(submitTraining(world), INPUT);
    await world.account.refused('User is locked.', undefined, 'balance');
    expect(await run(submitTraining(world), INPUT, 2)).toEqual({ requestId });
  });
});

describe('when the next probe is due', () => {
  it('one may try: it passes, and the account is open for all', async () => {
    const world = await lockedWorld();
    world.account.probeIsDue = true;
    await run(submitTraining(world), INPUT, 2);
    expect(world.account.now.state).toBe('ok');
    expect(world.alarms.map((alarm) => alarm.state)).toEqual(['locked', 'ok']);
    await run(submitTraining(world), inputOf(2));
    expect(world.provider.taken()).toHaveLength(2);
    expect(world.account.reports).toEqual(['refused without a probe', 'worked probe-1']);
  });

  it('it is refused again: told to the alarm as a probe, and to nobody else', async () => {
    const world = await lockedWorld();
    world.account.probeIsDue = true;
    world.provider.reactions = [LOCKED];
    expect(await failureOf(submitTraining(world), INPUT, 2)).toMatchObject(waits);
    expect(world.account.reports).toEqual(['refused without a probe', 'refused probe-1']);
    expect(world.alarms).toHaveLength(1);
  });

  it.each([
    ['an answer that was lost', (world: FakePorts) => void world.provider.reactions.push('lose_answer')],
    ['a body that cannot be made', (world: FakePorts) => void world.files.objects.clear()],
    ['a budget that is spent', (world: FakePorts) => void Object.assign(world.ledger.budget, { cap: 0 })],
  ])('%s tells nothing about the account: the next one may try at once', async (_name, breaks) => {
    const world = await lockedWorld({ reachableByProvider: false });
    world.account.probeIsDue = true;
    breaks(world);
    await failureOf(submitTraining(world), INPUT, 2);
    expect(world.account.reports.at(-1)).toBe('gaveUp probe-1');
    expect(world.account.now.state).toBe('locked');
  });
});

describe('an endpoint that the account may not use', () => {
  const DENIED: SubmitOutcome & { kind: 'refused' } = {
    kind: 'refused',
    reason: 'fal refused the request: HTTP 403: Access denied',
    retry: 'never',
    closes: 'endpoint',
  };

  it('ends a training before it costs anything, tells what to do, and leaves the account open', async () => {
    const world = await worldWithArchive();
    world.provider.reactions = [DENIED];
    const failure = await failureOf(submitTraining(world), INPUT);
    expect(failure).toMatchObject({ type: 'SubmissionRejected', nonRetryable: true });
    for (const word of ['Access denied', TRAINER.endpoint, 'dashboard', 'Nothing was charged'])
      expect(failure.message).toContain(word);
    expect(world.account.now.state).toBe('ok');
    expect(world.alarms).toEqual([{ endpoint: TRAINER.endpoint, state: 'closed', reason: DENIED.reason }]);
    expect(world.ledger.row(KEY).state).toBe('refused');
    expect(world.ledger.budget).toMatchObject({ reserved: 0, charged: 0 });
  });

  it('costs the next run no request and no alarm, until a probe is due: that one opens it', async () => {
    const world = await worldWithArchive();
    world.provider.reactions = [DENIED];
    await failureOf(submitTraining(world), INPUT);
    const next = inputOf(2);
    expect(await failureOf(submitTraining(world), next)).toMatchObject({ type: 'SubmissionRejected' });
    expect([world.provider.posts.length, world.alarms.length, world.ledger.rows.size]).toEqual([1, 1, 1]);
    world.account.endpointProbeIsDue = true;
    expect(await run(submitTraining(world), next)).toMatchObject({ requestId: expect.any(String) });
    expect(world.alarms.at(-1)).toEqual({ endpoint: TRAINER.endpoint, state: 'ok' });
  });

  it('of the images ends a training too, because it would be paid in vain', async () => {
    const world = await worldWithArchive();
    world.account.closed.set(GENERATOR.endpoint, DENIED.reason);
    const failure = await failureOf(submitTraining(world), INPUT);
    expect(failure).toMatchObject({ type: 'SubmissionRejected', nonRetryable: true });
    expect(failure.message).toContain(GENERATOR.endpoint);
    expect(world.provider.posts).toEqual([]);
  });

  it('stops no other endpoint', async () => {
    const world = await worldWithArchive();
    world.account.closed.set('fal-ai/another', DENIED.reason);
    expect(await run(submitTraining(world), INPUT)).toMatchObject({ requestId: expect.any(String) });
  });
});
