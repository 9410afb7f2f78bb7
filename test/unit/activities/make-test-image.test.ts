// One test image: paid for once, and every retry goes on where the last attempt stopped.

import { createHash } from 'node:crypto';
import { CancelledFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { nameUuid } from '../../../core/name-uuid.ts';
import { makeTestImage } from '../../../core/pictures/make-test-image.ts';
import { Failure } from '../../../domain/failure.ts';
import { loraObject, pictureCallKey, pictureObject } from '../../../domain/keys.ts';
import type { Subject } from '../../../domain/subject.ts';
import { TEST_TYPES, testShot } from '../../../domain/test-suite.ts';
import { createFakePorts, type FakePorts, IDENTITY, pathOf, TENANT } from '../../support/fake-ports.ts';
import { GENERATOR, PAIR } from '../../support/models.ts';
import { roundSet } from '../../support/sets.ts';
import { shortPauses } from '../../support/short-pauses.ts';
import { runAsWorkflow } from './as-workflow.ts';
import { type Death, runUntilDeath } from './dying-worker.ts';
import { activityEnvironment, failureOf, run, runIn } from './run-step.ts';

/** The pause between two looks, a hundredth as long. */
const waits = shortPauses(100);

const SET = roundSet(1);
const KEY = pictureCallKey(IDENTITY, SET, 'profile');
const INPUT = {
  tenantId: TENANT,
  identityId: IDENTITY,
  set: SET,
  type: 'profile',
  triggerWord: 'lkbdf',
  ...PAIR,
} as const;
const URL = 'https://provider.test/image.jpg';
const JPEG = Buffer.from('jpeg bytes');
const PRICE = 70_000;
const LORA = pathOf(loraObject(TENANT, IDENTITY, 1));

function worldWithLora(options: Parameters<typeof createFakePorts>[0] = {}): FakePorts {
  const world = createFakePorts(options);
  world.store.loras.set(IDENTITY, {
    training: 1,
    object: loraObject(TENANT, IDENTITY, 1),
    sha256: 'c'.repeat(64),
    bytes: 100,
  });
  if (options.reachableByProvider === false) world.files.objects.set(LORA, Buffer.from('lora bytes'));
  world.provider.answer = { data: { images: [{ url: URL }] }, billableUnits: undefined };
  world.provider.files.set(URL, JPEG);
  return world;
}

describe('a test image', () => {
  it.each([true, false])('is drawn with the content checker as the tenant has set it: %s', async (on) => {
    const world = worldWithLora();
    world.tenantSettings.safetyChecker = async () => on;
    expect(await run(makeTestImage(world), INPUT)).not.toHaveProperty('flagged');
    expect(world.provider.posts[0]?.input.enable_safety_checker).toBe(on);
  });

  it.each([
    [[true], { flagged: true }],
    [[false], {}],
  ])('with has_nsfw_concepts %j says whether the provider flagged it', async (flags, said) => {
    const world = worldWithLora();
    world.provider.answer = { data: { images: [{ url: URL }], has_nsfw_concepts: flags }, billableUnits: 2 };
    const { type, imageId, seed, sha256, ...rest } = await run(makeTestImage(world), INPUT);
    expect(rest).toEqual(said);
    expect(world.ledger.row(KEY).charged).toBe(PRICE);
  });

  it('is paid for, waited for and kept', async () => {
    const world = worldWithLora();
    const sha256 = createHash('sha256').update(JPEG).digest('hex');
    const shot = testShot('profile', 'lkbdf', SET);
    const made = await run(makeTestImage(world), INPUT);

    expect(made).toEqual({ type: 'profile', imageId: nameUuid(KEY), seed: shot.seed, sha256 });
    const object = pictureObject(TENANT, IDENTITY, SET, 'profile');
    expect(world.files.objects.get(pathOf(object))).toEqual(JPEG);
    expect(world.files.types.get(pathOf(object))).toBe('image/jpeg');
    expect(world.store.images).toEqual([
      {
        imageId: made.imageId,
        tenantId: TENANT,
        identityId: IDENTITY,
        set: SET,
        type: 'profile',
        seed: shot.seed,
        object,
        sha256,
      },
    ]);
    expect(world.ledger.row(KEY)).toMatchObject({ state: 'settled', profile: GENERATOR.id, charged: PRICE });
  });

  it.each([true, false])(
    'is drawn with our LoRA at the strength asked for (storage reachable: %s)',
    async (reachable) => {
      const world = worldWithLora({ reachableByProvider: reachable });
      await run(makeTestImage(world), INPUT);
      const input = world.provider.posts[0]?.input;
      const path = reachable
        ? expect.stringContaining(`https://files.test/character-loras/${TENANT}/${IDENTITY}/1.safetensors`)
        : world.provider.uploads[0]?.url;
      expect(input).toMatchObject({ loras: [{ path, scale: 0.8 }], seed: testShot('profile', 'lkbdf', SET).seed });
      expect(input?.prompt).toContain('lkbdf');
    },
  );

  it('names the character by trigger word and class noun, or as before where the identity has none', async () => {
    const promptOf = async (subject?: Subject) => {
      const world = worldWithLora();
      await run(makeTestImage(world), { ...INPUT, subject });
      return world.provider.posts[0]?.input.prompt;
    };
    expect(await promptOf({ kind: 'human', noun: 'girl' })).toBe(testShot('profile', 'lkbdf girl', SET).prompt);
    expect(await promptOf()).toBe(testShot('profile', 'lkbdf', SET).prompt);
  });

  it('and its siblings share one upload of the LoRA', async () => {
    const world = worldWithLora({ reachableByProvider: false });
    const step = makeTestImage(world);
    await Promise.all(TEST_TYPES.map((type) => run(step, { ...INPUT, type })));
    expect(world.provider.posts.map(({ input }) => input.loras)).toEqual(
      TEST_TYPES.map(() => [{ path: world.provider.uploads[0]?.url, scale: 0.8 }]),
    );
    expect(world.provider.uploads).toHaveLength(1);
  });

  it('whose LoRA cannot be delivered is not paid for', async () => {
    const world = worldWithLora({ reachableByProvider: false });
    world.files.objects.clear();
    expect(await failureOf(makeTestImage(world), INPUT)).toMatchObject({ type: 'NotFound' });
    expect(world.provider.posts).toEqual([]);
    expect(world.ledger.row(KEY)).toMatchObject({ state: 'refused' });
    expect(world.ledger.budget).toMatchObject({ reserved: 0, charged: 0 });
  });

  it('heartbeats once a look while the provider draws', async () => {
    const world = worldWithLora();
    world.provider.statuses = [{ state: 'queued', position: 2 }, { state: 'running' }];
    const env = activityEnvironment();
    const beats: unknown[] = [];
    env.on('heartbeat', (details) => beats.push(details));
    await runIn(env, makeTestImage(world), INPUT);
    expect(beats).toEqual([{ state: 'queued', position: 2 }, { state: 'running' }]);
    expect(waits).toEqual([1000, 1000]);
  });

  it('reserves by the megapixel that bills have told, and tells what its own bill says', async () => {
    const world = worldWithLora();
    world.imageUnits.known = { pixels: 1_048_576, basedOn: 'bill' };
    world.provider.answer = { data: { images: [{ url: URL }] }, billableUnits: 2 };
    await run(makeTestImage(world), INPUT);
    expect(world.ledger.row(KEY).estimate).toBe(35_000);
    expect(world.imageUnits.bills).toEqual([`${KEY}: 2`]);
  });

  it('is settled although what its bill tells of the megapixel cannot be written down', async () => {
    const world = worldWithLora();
    world.imageUnits.billed = () => Promise.reject(new Failure('StoreUnavailable', 'away'));
    world.provider.answer = { data: { images: [{ url: URL }] }, billableUnits: 2 };
    await run(makeTestImage(world), INPUT);
    expect(world.ledger.row(KEY)).toMatchObject({ state: 'settled', charged: 2 * GENERATOR.price.microUsd });
  });

  it('is charged by the megapixels that the provider bills', async () => {
    const world = worldWithLora();
    world.provider.answer = { data: { images: [{ url: URL }] }, billableUnits: 1.05 };
    await run(makeTestImage(world), INPUT);
    expect(world.ledger.row(KEY).charged).toBe(Math.round(1.05 * GENERATOR.price.microUsd));
    expect(world.ledger.budget.reserved).toBe(0);
  });
});

const DEATHS: Death[] = [
  'ledger.open',
  'identities.lora',
  'ledger.posting',
  'provider.submit',
  'ledger.submitted',
  'provider.status',
  'provider.result',
  'ledger.settled',
  'provider.download',
  'files.put',
  'testImages.save',
].flatMap((at): Death[] => [
  { at: at as Death['at'], when: 'before' },
  { at: at as Death['at'], when: 'after' },
]);

describe('a retry goes on where the last attempt stopped', () => {
  it.each(DEATHS)('death $when $at: one payment, one row, one image', async (death) => {
    const world = worldWithLora();
    await runUntilDeath(makeTestImage, world, INPUT, death);
    const { result } = await runAsWorkflow(makeTestImage(world), world, INPUT, KEY);
    expect(world.provider.posts).toHaveLength(1);
    expect(world.ledger.row(KEY)).toMatchObject({ state: 'settled', charged: PRICE });
    expect(world.ledger.budget).toMatchObject({ reserved: 0, charged: PRICE });
    expect(world.store.images.map((image) => image.imageId)).toEqual([result.imageId]);
    expect(world.files.paths()).toHaveLength(1);
  });

  it('by the request id of its row: the provider is asked for that one', async () => {
    const world = worldWithLora();
    await runUntilDeath(makeTestImage, world, INPUT, { at: 'provider.status', when: 'before' });
    const asked: string[] = [];
    const provider = { ...world.provider };
    provider.status = async (_endpoint, requestId) => {
      asked.push(requestId);
      return { state: 'done' };
    };
    await run(makeTestImage({ ...world, provider }), INPUT, 2);
    expect(asked).toEqual([world.ledger.row(KEY).requestId]);
    expect(world.provider.posts).toHaveLength(1);
  });

  it('a settled row answers from itself, because the provider forgets results', async () => {
    const world = worldWithLora();
    const first = await run(makeTestImage(world), INPUT);
    world.provider.answer = new Failure('NotFound', 'The provider forgot the result.');
    world.provider.looks = [];
    expect(await run(makeTestImage(world), INPUT, 2)).toEqual(first);
    expect(world.provider.looks).toEqual(['download']);
    expect(world.ledger.budget.charged).toBe(PRICE);
  });
});

describe('a test image that takes long', () => {
  const MINUTE = 60_000;

  /** Posted so long ago, and still in the queue. */
  async function worldThatWaits(agoMs: number, looks: number) {
    const world = worldWithLora();
    await runUntilDeath(makeTestImage, world, INPUT, { at: 'provider.status', when: 'before' });
    const row = world.ledger.row(KEY);
    world.ledger.rows.set(KEY, { ...row, postedAt: new Date(Date.now() - agoMs).toISOString() });
    world.provider.statuses = Array.from({ length: looks }, () => ({ state: 'queued', position: 7 }) as const);
    return world;
  }

  it('gives its place in the worker to others, and is looked at by retries', async () => {
    const world = await worldThatWaits(25_000, 1);
    const failure = await failureOf(makeTestImage(world), INPUT, 2);
    expect(failure).toMatchObject({ type: 'NotReadyYet', nonRetryable: false, nextRetryDelay: 5000 });
    expect(failure.message).toContain('7 ahead of it');
    await run(makeTestImage(world), INPUT, 3);
    expect(world.provider.posts).toHaveLength(1);
    expect(world.store.images).toHaveLength(1);
  });

  it('is asked to stop at its deadline, and settled with what it cost', async () => {
    const world = await worldThatWaits(31 * MINUTE, 1);
    world.provider.answer = new Failure('ProviderFailed', 'client_cancelled', { billableUnits: 0 });
    expect(await failureOf(makeTestImage(world), INPUT, 9)).toMatchObject({ type: 'ProviderFailed' });
    expect(world.provider.cancelled).toEqual([world.ledger.row(KEY).requestId]);
    expect(world.ledger.row(KEY)).toMatchObject({ state: 'failed', charged: 0 });
  });

  it('and cannot be stopped: waited for, then given up, with its reservation kept', async () => {
    const stuck = await worldThatWaits(31 * MINUTE, 2);
    expect(await failureOf(makeTestImage(stuck), INPUT, 9)).toMatchObject({ type: 'NotReadyYet' });
    const lost = await worldThatWaits(61 * MINUTE, 2);
    expect(await failureOf(makeTestImage(lost), INPUT, 9)).toMatchObject({
      type: 'ProviderDeadline',
      nonRetryable: true,
    });
    expect(lost.ledger.row(KEY).state).toBe('submitted');
    expect(lost.ledger.budget.reserved).toBe(PRICE);
  });
});

describe('a test image that is slow to reach the CDN', () => {
  it('is asked for again, and paid for once', async () => {
    const world = worldWithLora();
    world.provider.files.clear();
    const env = activityEnvironment();
    env.on('heartbeat', () => world.provider.files.set(URL, JPEG));
    await runIn(env, makeTestImage(world), INPUT);
    expect(world.store.images).toHaveLength(1);
    expect(world.provider.posts).toHaveLength(1);
  });
});

describe('a test image that is no longer wanted', () => {
  it('stops while it waits: cancelled, not failed, and nothing is asked again', async () => {
    const world = worldWithLora();
    world.provider.statuses = Array.from({ length: 50 }, () => ({ state: 'running' }) as const);
    const env = activityEnvironment();
    env.on('heartbeat', () => env.cancel());
    await expect(runIn(env, makeTestImage(world), INPUT)).rejects.toBeInstanceOf(CancelledFailure);
    expect(world.provider.looks).toEqual(['status']);
    expect(world.ledger.row(KEY).state).toBe('submitted');
    expect(world.files.paths()).toEqual([]);
  });

  it.each(['status', 'result', 'download'] as const)(
    'stops inside the provider’s %s, which gets the signal',
    async (method) => {
      const world = worldWithLora();
      const env = activityEnvironment();
      const hangs = (...args: unknown[]) =>
        new Promise<never>((_, reject) => {
          const signal = args.find((arg) => arg instanceof AbortSignal);
          signal?.addEventListener('abort', () => reject(signal.reason));
          env.cancel();
        });
      const step = makeTestImage({ ...world, provider: { ...world.provider, [method]: hangs } });
      await expect(runIn(env, step, INPUT)).rejects.toBeInstanceOf(CancelledFailure);
    },
  );
});

describe('a test image that cannot be made', () => {
  it('failed at the provider: nothing charged, and the reason told', async () => {
    const world = worldWithLora();
    world.provider.answer = new Failure('ProviderFailed', 'The model broke.');
    for (const attempt of [1, 2]) {
      expect(await failureOf(makeTestImage(world), INPUT, attempt)).toMatchObject({
        type: 'ProviderFailed',
        nonRetryable: true,
      });
    }
    expect(world.ledger.row(KEY)).toMatchObject({ state: 'failed', charged: 0 });
    expect(world.provider.posts).toHaveLength(1);
  });

  it.each([
    ['no list', {}],
    ['an empty list', { images: [] }],
    ['an image without an address', { images: [{}] }],
    ['an address that is no text', { images: [{ url: 7 }] }],
    ['null', { images: [null] }],
    ['a bare address', { images: [URL] }],
  ])('the provider answered with %s: it was charged, and no image is made up', async (_name, data) => {
    const world = worldWithLora();
    world.provider.answer = { data, billableUnits: undefined };
    expect(await failureOf(makeTestImage(world), INPUT)).toMatchObject({ type: 'ProviderFailed', nonRetryable: true });
    expect(world.ledger.row(KEY)).toMatchObject({ state: 'settled', charged: PRICE });
    expect(world.store.images).toEqual([]);
  });

  it('without a LoRA: nothing is posted, nothing stays reserved', async () => {
    const world = createFakePorts();
    expect(await failureOf(makeTestImage(world), INPUT)).toMatchObject({ type: 'NotFound', nonRetryable: true });
    expect(world.provider.posts).toEqual([]);
    expect(world.ledger.budget.reserved).toBe(0);
  });

  it('for an answer that was lost: unknown, and never posted again', async () => {
    const world = worldWithLora();
    world.provider.reactions = ['lose_answer'];
    for (const attempt of [1, 2]) {
      expect((await failureOf(makeTestImage(world), INPUT, attempt)).type).toBe('SubmissionUnknown');
    }
    expect(world.provider.posts).toHaveLength(1);
    await runAsWorkflow(makeTestImage(world), world, INPUT, KEY);
    expect(world.provider.posts).toHaveLength(1);
    expect(world.store.images).toHaveLength(1);
  });
});

describe('the id of an image', () => {
  it('is a UUID made from its ledger key: the same in every retry, another for every other image', () => {
    expect(nameUuid(KEY)).toBe(nameUuid(KEY));
    expect(nameUuid(KEY)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const names = Array.from({ length: 1000 }, (_, i) => nameUuid(`${KEY}/${i}`));
    expect(new Set(names).size).toBe(1000);
  });
});
