// Promise: a crash after the submit never pays twice. A worker dies before and after every call of the paid steps, and
// whatever comes then, the provider takes one request.

import { describe, expect, it } from 'vitest';
import { submitTraining } from '../../../core/identities/submit-training.ts';
import { archiveObject, trainingCallKey } from '../../../domain/keys.ts';
import { createFakePorts, type FakePorts, IDENTITY, TENANT } from '../../support/fake-ports.ts';
import { PAIR } from '../../support/models.ts';
import { runAsWorkflow } from './as-workflow.ts';
import type { Death } from './dying-worker.ts';
import { runUntilDeath } from './dying-worker.ts';
import { failureOf, run } from './run-step.ts';

const KEY = trainingCallKey(IDENTITY, 1);
const ARCHIVE = 'a'.repeat(64);
const INPUT = {
  tenantId: TENANT,
  identityId: IDENTITY,
  training: 1,
  archiveSha256: ARCHIVE,
  steps: 1000,
  triggerWord: 'lkbdf',
  ...PAIR,
};

async function worldWithArchive(): Promise<FakePorts> {
  const world = createFakePorts();
  await world.files.put(archiveObject(TENANT, IDENTITY, ARCHIVE), Buffer.from('zip'), 'application/zip');
  return world;
}

const CALLS = [
  'ledger.open',
  'files.signedUrl',
  'ledger.posting',
  'provider.submit',
  'ledger.submitted',
  'identities.saveStage',
] as const;
const DEATHS = CALLS.flatMap((at): Death[] => [
  { at, when: 'before' },
  { at, when: 'after' },
]);

/** Noted as posted, and not posted: from outside it looks as a lost answer does, so a person is asked. */
const onlyAPersonCanTell = ({ at, when }: Death) =>
  (at === 'ledger.posting' && when === 'after') || (at === 'provider.submit' && when === 'before');

describe('a second attempt after a crash never posts again', () => {
  it.each(DEATHS)('$when $at', async (death) => {
    const world = await worldWithArchive();
    await runUntilDeath(submitTraining, world, INPUT, death);
    const { posts } = world.provider;
    const postedBefore = posts.length;
    const wasOpened = world.ledger.rows.has(KEY);

    await run(submitTraining(world), INPUT, 2).catch(() => undefined);
    expect(posts).toHaveLength(wasOpened ? postedBefore : 1);
  });

  it.each(DEATHS)('and the run pays once in the end: $when $at', async (death) => {
    const world = await worldWithArchive();
    await runUntilDeath(submitTraining, world, INPUT, death);
    const { result, askedOperator } = await runAsWorkflow(submitTraining(world), world, INPUT, KEY);

    expect(world.provider.posts).toHaveLength(1);
    expect(world.ledger.row(KEY)).toMatchObject({ state: 'submitted', requestId: result.requestId });
    expect(world.provider.taken().map((post) => post.requestId)).toEqual([result.requestId]);
    expect(world.ledger.budget).toMatchObject({ reserved: 2_000_000, charged: 0 });
    expect(askedOperator).toBe(onlyAPersonCanTell(death));
  });
});

describe('two attempts at the same time', () => {
  it('one of them posts', async () => {
    const world = await worldWithArchive();
    const step = submitTraining(world);
    await Promise.allSettled([1, 2, 3, 4].map((attempt) => run(step, INPUT, attempt)));
    expect(world.provider.posts).toHaveLength(1);
  });
});

/** A late attempt: it hangs while it makes the body, Temporal gives it up, and it wakes when the test says so. */
async function lateAttempt(world: FakePorts) {
  let wake: (address: Promise<string>) => void = () => undefined;
  const woken = new Promise<string>((resolve) => {
    wake = resolve;
  });
  let hangs: () => void = () => undefined;
  const hanging = new Promise<void>((resolve) => {
    hangs = resolve;
  });
  const signedUrl = () => {
    hangs();
    return woken;
  };
  const zombie = failureOf(submitTraining({ ...world, files: { ...world.files, signedUrl } }), INPUT);
  await hanging;
  return { zombie, wake };
}

describe('a zombie attempt whose row was reconciled does not post', () => {
  it('while the row is refused', async () => {
    const world = await worldWithArchive();
    const { zombie, wake } = await lateAttempt(world);
    const first = world.ledger.row(KEY);
    await world.ledger.unknown(first, 'reconciled');
    await world.ledger.refused(first, 'nothing was posted');
    wake(Promise.resolve('https://files.test/late'));

    expect(await zombie).toMatchObject({ type: 'Internal', nonRetryable: true });
    expect(world.provider.posts).toHaveLength(0);
    expect(world.ledger.row(KEY).state).toBe('refused');
    expect(world.ledger.budget.reserved).toBe(0);
  });

  it('after a newer attempt was accepted, whose row it leaves alone', async () => {
    const world = await worldWithArchive();
    const { zombie, wake } = await lateAttempt(world);
    const { result } = await runAsWorkflow(submitTraining(world), world, INPUT, KEY);
    wake(Promise.resolve('https://files.test/late'));

    expect(await zombie).toMatchObject({ type: 'Internal' });
    expect(world.provider.posts).toHaveLength(1);
    expect(world.ledger.row(KEY)).toMatchObject({ state: 'submitted', requestId: result.requestId });
  });

  it.each([
    ['its body comes late', () => Promise.resolve('https://files.test/late')],
    ['its body fails late', () => Promise.reject(new Error('the upload broke'))],
  ])('while a newer attempt is about to post: %s', async (_name, late) => {
    const world = await worldWithArchive();
    const { zombie, wake } = await lateAttempt(world);
    const first = world.ledger.row(KEY);
    await world.ledger.unknown(first, 'reconciled');
    await world.ledger.refused(first, 'nothing was posted');
    const newer = { ...world.provider };
    newer.submit = async (...args) => {
      wake(late());
      await zombie;
      return world.provider.submit(...args);
    };
    const { requestId } = await run(submitTraining({ ...world, provider: newer }), INPUT, 3);

    expect(world.provider.posts).toHaveLength(1);
    expect(world.ledger.row(KEY)).toMatchObject({ state: 'submitted', requestId, attempts: 2 });
    expect(world.ledger.budget.reserved).toBe(2_000_000);
  });
});
