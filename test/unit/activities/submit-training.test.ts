// The one request that costs dollars: what is sent, and what each answer of the provider makes of the ledger.

import { describe, expect, it } from 'vitest';
import { submitTraining } from '../../../core/identities/submit-training.ts';
import type { Ledger } from '../../../core/ports/ledger.ts';
import { Failure } from '../../../domain/failure.ts';
import { archiveObject, trainingCallKey } from '../../../domain/keys.ts';
import { createFakePorts, type FakePorts, IDENTITY, TENANT } from '../../support/fake-ports.ts';
import { PAIR, TRAINER } from '../../support/models.ts';
import { shortPauses } from '../../support/short-pauses.ts';
import { failureOf, run } from './run-step.ts';

// The pauses between two tries to save a request id, a thousandth as long.
shortPauses(1000);

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

async function worldWithArchive(options: Parameters<typeof createFakePorts>[0] = {}): Promise<FakePorts> {
  const world = createFakePorts(options);
  await world.files.put(archiveObject(TENANT, IDENTITY, ARCHIVE), Buffer.from('zip bytes'), 'application/zip');
  return world;
}

const withLedger = (world: FakePorts, changes: Partial<Ledger>) =>
  submitTraining({ ...world, ledger: { ...world.ledger, ...changes } });

describe('a training is submitted', () => {
  it('once: one post, one row with the request id, the estimate reserved, the stage written', async () => {
    const world = await worldWithArchive();
    const { requestId } = await run(submitTraining(world), INPUT);
    expect(world.provider.taken()).toMatchObject([
      { endpoint: TRAINER.endpoint, requestId, input: { steps: 1000, trigger_word: 'lkbdf' } },
    ]);
    expect(world.ledger.row(KEY)).toMatchObject({ state: 'submitted', requestId, estimate: 2_000_000 });
    expect(world.ledger.row(KEY).input).toEqual(world.provider.posts[0]?.input);
    expect(world.ledger.budget.reserved).toBe(2_000_000);
    expect(world.store.writes).toEqual([['saveStage', TENANT, IDENTITY, 'training']]);
  });

  it('again by the same key: the same request id, and no second post', async () => {
    const world = await worldWithArchive();
    const first = await run(submitTraining(world), INPUT);
    expect(await run(submitTraining(world), INPUT, 2)).toEqual(first);
    expect(world.provider.posts).toHaveLength(1);
  });

  it('a second training of the identity is another request', async () => {
    const world = await worldWithArchive();
    await run(submitTraining(world), INPUT);
    await run(submitTraining(world), { ...INPUT, training: 2 });
    expect(world.provider.taken()).toHaveLength(2);
    expect(world.ledger.budget.reserved).toBe(4_000_000);
  });

  it('with a signed address of the archive where the provider reaches our storage', async () => {
    const world = await worldWithArchive({ reachableByProvider: true });
    await run(submitTraining(world), INPUT);
    const url = world.provider.posts[0]?.input.images_data_url;
    expect(url).toContain(
      `https://files.test/character-references/${TENANT}/identities/${IDENTITY}/archives/${ARCHIVE}.zip`,
    );
    expect(world.provider.uploads).toEqual([]);
  });

  it('through the provider’s own storage where it does not', async () => {
    const world = await worldWithArchive({ reachableByProvider: false });
    await run(submitTraining(world), INPUT);
    expect(world.provider.uploads).toMatchObject([
      { bytes: Buffer.from('zip bytes'), contentType: 'application/zip', fileName: `${ARCHIVE}.zip` },
    ]);
    expect(world.provider.posts[0]?.input.images_data_url).toBe(world.provider.uploads[0]?.url);
  });

  it('with a webhook address that only this row’s token opens, and none without a public address', async () => {
    const open = await worldWithArchive({ publicUrl: 'https://likeness.test' });
    await run(submitTraining(open), INPUT);
    const { token } = open.ledger.row(KEY);
    expect(open.provider.posts[0]?.webhookUrl).toBe(`https://likeness.test/webhooks/fal/${token}`);
    const closed = await worldWithArchive();
    await run(submitTraining(closed), INPUT);
    expect(closed.provider.posts[0]?.webhookUrl).toBeUndefined();
  });
});

describe('a training is not paid for', () => {
  it.each([
    ['it', 1_999_999],
    ['the images that test it', 2_349_999],
  ])('when the budget does not allow %s: nothing is posted', async (_, cap) => {
    const world = await worldWithArchive({ cap });
    expect(await failureOf(submitTraining(world), INPUT)).toMatchObject({ type: 'BudgetExceeded', nonRetryable: true });
    expect(world.provider.posts).toEqual([]);
    expect(world.ledger.rows.size).toBe(0);
  });

  it('unless the budget allows it and the images, and only the training is reserved', async () => {
    const world = await worldWithArchive({ cap: 2_350_000 });
    await run(submitTraining(world), INPUT);
    expect(world.ledger.budget.reserved).toBe(2_000_000);
  });

  it('when the archive is gone: nothing is posted, and nothing stays reserved', async () => {
    const world = createFakePorts({ reachableByProvider: false });
    expect(await failureOf(submitTraining(world), INPUT)).toMatchObject({ type: 'NotFound', nonRetryable: true });
    expect(world.provider.posts).toEqual([]);
    expect(world.ledger.row(KEY).state).toBe('refused');
    expect(world.ledger.budget.reserved).toBe(0);
  });

  it('when the body cannot be noted: nothing is posted', async () => {
    const world = await worldWithArchive();
    const posting = async () => {
      throw new Failure('StoreUnavailable', 'The database does not answer.');
    };
    expect(await failureOf(withLedger(world, { posting }), INPUT)).toMatchObject({ type: 'StoreUnavailable' });
    expect(world.provider.posts).toEqual([]);
    expect(world.ledger.row(KEY).state).toBe('refused');
  });
});

const REFUSALS = [
  { retry: 'never', closes: undefined, type: 'SubmissionRejected', nonRetryable: true },
  { retry: 'later', closes: undefined, type: 'ProviderUnavailable', nonRetryable: false },
  { retry: 'later', closes: 'other', type: 'ProviderAccount', nonRetryable: false },
] as const;

describe('a sure refusal', () => {
  it.each(REFUSALS)('$type: refused in the ledger, nothing reserved', async ({ retry, closes, type, nonRetryable }) => {
    const world = await worldWithArchive();
    world.provider.reactions = [{ kind: 'refused', reason: 'no', retry, ...(closes && { closes }) }];
    expect(await failureOf(submitTraining(world), INPUT)).toMatchObject({ type, nonRetryable, message: 'no' });
    expect(world.ledger.row(KEY)).toMatchObject({ state: 'refused', requestId: undefined });
    expect(world.ledger.budget).toMatchObject({ reserved: 0, charged: 0 });
  });

  it('that asks to wait is waited for as long as the provider says', async () => {
    const world = await worldWithArchive();
    const busy = { kind: 'refused', reason: 'slow down', retry: 'later', retryAfterMs: 7000 } as const;
    world.provider.reactions = [busy];
    expect(await failureOf(submitTraining(world), INPUT)).toMatchObject({ nextRetryDelay: 7000 });
  });

  it('is opened again and posted again exactly once', async () => {
    const world = await worldWithArchive();
    world.provider.reactions = [{ kind: 'refused', reason: 'busy', retry: 'later' }];
    await failureOf(submitTraining(world), INPUT, 1);
    const { requestId } = await run(submitTraining(world), INPUT, 2);
    await run(submitTraining(world), INPUT, 3);
    expect(world.provider.posts.map((post) => post.requestId)).toEqual([undefined, requestId]);
    expect(world.ledger.row(KEY)).toMatchObject({ state: 'submitted', attempts: 2 });
    expect(world.ledger.budget.reserved).toBe(2_000_000);
  });
});

describe('an answer that was lost', () => {
  it.each(['lose_answer', 'lose_request'] as const)('%s: unknown, and never posted again', async (reaction) => {
    const world = await worldWithArchive();
    world.provider.reactions = [reaction];
    for (const attempt of [1, 2, 3]) {
      const failure = await failureOf(submitTraining(world), INPUT, attempt);
      expect(failure).toMatchObject({ type: 'SubmissionUnknown', nonRetryable: true });
    }
    expect(world.provider.posts).toHaveLength(1);
    expect(world.ledger.row(KEY).state).toBe('unknown');
    expect(world.ledger.budget.reserved).toBe(2_000_000);
  });

  it('a request that an operator gave up stays failed', async () => {
    const world = await worldWithArchive();
    world.provider.reactions = ['lose_request'];
    await failureOf(submitTraining(world), INPUT);
    const row = world.ledger.row(KEY);
    await world.ledger.failed(row, row.estimate, 'given up');
    expect(await failureOf(submitTraining(world), INPUT, 2)).toMatchObject({
      type: 'ProviderFailed',
      nonRetryable: true,
    });
    expect(world.provider.posts).toHaveLength(1);
  });
});

describe('an accepted request whose id cannot be saved', () => {
  const outage = (failures: number, error: Error) => (world: FakePorts) => {
    let tries = 0;
    const submitted: Ledger['submitted'] = (call, requestId) => {
      tries += 1;
      return tries <= failures ? Promise.reject(error) : world.ledger.submitted(call, requestId);
    };
    return { step: withLedger(world, { submitted }), tries: () => tries };
  };
  const unavailable = new Failure('StoreUnavailable', 'The database does not answer.');

  it.each([
    ['a short outage', 1, unavailable],
    ['a longer one', 4, unavailable],
    ['an error that nobody foresaw', 2, new TypeError('fetch failed')],
  ])('is saved after %s', async (_name, failures, error) => {
    const world = await worldWithArchive();
    const { step } = outage(failures, error)(world);
    const { requestId } = await run(step, INPUT);
    expect(world.ledger.row(KEY)).toMatchObject({ state: 'submitted', requestId });
    expect(world.provider.posts).toHaveLength(1);
  });

  it('is unknown, and never posted again, when the outage stays', async () => {
    const world = await worldWithArchive();
    const { step, tries } = outage(Number.POSITIVE_INFINITY, unavailable)(world);
    expect(await failureOf(step, INPUT)).toMatchObject({ type: 'SubmissionUnknown', nonRetryable: true });
    expect(tries()).toBe(5);
    expect(await failureOf(submitTraining(world), INPUT, 2)).toMatchObject({ type: 'SubmissionUnknown' });
    expect(world.provider.posts).toHaveLength(1);
  });

  it('is a defect of ours when the ledger refuses it: told at once, not tried again', async () => {
    const world = await worldWithArchive();
    const { step, tries } = outage(9, new Failure('Internal', 'the row is failed'))(world);
    expect(await failureOf(step, INPUT)).toMatchObject({ type: 'Internal', nonRetryable: true });
    expect(tries()).toBe(1);
  });
});
