// One pass over a still: every picture of it is paid for once, in its order, and a retry goes on in any of them.

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { nameUuid } from '../../../core/name-uuid.ts';
import type { NewBatch } from '../../../core/ports/stills.ts';
import { makeStill } from '../../../core/stills/make-still.ts';
import { Failure } from '../../../domain/failure.ts';
import { loraObject, referenceObject, stillCallKey, stillMaskObject, stillObject } from '../../../domain/keys.ts';
import type { CastMember, FrameCheck, Manifest, Pass, RouteId } from '../../../domain/stills/still.ts';
import type { VersionState } from '../../../domain/version.ts';
import { createFakePorts, type FakePorts, pathOf, TENANT } from '../../support/fake-ports.ts';
import { runAsWorkflow } from './as-workflow.ts';
import { type Death, runUntilDeath } from './dying-worker.ts';
import { failureOf, run } from './run-step.ts';

const BATCH = '20000000-0000-4000-8000-000000000001';
const STILL = '30000000-0000-4000-8000-000000000001';
const WORKFLOW = `stills/${BATCH}/1`;
const SIZE = { width: 1328, height: 752 };
/** What a picture of SIZE costs, and one of FLUX.2 with a base or a reference beside it. */
const PRICE = 35_000;

const loraOf = (n: number) => Buffer.from(`lora of identity-${n}`);
const member = (n: number, more: Partial<CastMember> = {}): CastMember => ({
  characterId: `character-${n}`,
  identityId: `identity-${n}`,
  version: n,
  name: `Name ${n}`,
  subject: { kind: 'human', noun: 'woman' },
  triggerWord: `lk${n}`,
  loraSha256: createHash('sha256').update(loraOf(n)).digest('hex'),
  strength: 70 + n,
  family: 'flux1',
  ...more,
});

interface Options {
  route?: RouteId;
  people?: number;
  references?: string[];
  reachableByProvider?: boolean;
  cap?: number;
}

interface World extends FakePorts {
  /** By the identity: what may be changed between two passes. */
  approved: Map<string, { state: VersionState; version: number; sha256: string }>;
}

async function newWorld({
  route = 'lora+inpaint',
  people = 2,
  references = [],
  ...options
}: Options = {}): Promise<World> {
  const world = createFakePorts(options);
  const cast = Array.from({ length: people }, (_, n) => member(n + 1));
  const manifest: Manifest = {
    route,
    cast,
    prompts: { scene: 'the scene', faces: cast.map(({ triggerWord }) => `the face of ${triggerWord}`) },
    size: SIZE,
    references,
  };
  const price = { lowest: PRICE, highest: 10 * PRICE };
  const batch: NewBatch = {
    id: BATCH,
    tenantId: TENANT,
    requestHash: 'hash',
    context: {},
    ignored: [],
    maxRepairs: 2,
    budget: price.highest,
    price,
    stills: [{ id: STILL, number: 1, frame: 0, frameId: undefined, variant: 1, manifest, seed: 42, price }],
  };
  await world.stills.open(batch, { openBatches: 9, monthCap: 1_000_000_000 });
  const known = cast.map(({ identityId, version, loraSha256: sha256 }) => {
    return [identityId, { state: 'current' as VersionState, version, sha256 }] as const;
  });
  const approved = new Map(known);
  world.identities.approvedLora = async (tenantId, identityId) => {
    const of = tenantId === TENANT ? approved.get(identityId) : undefined;
    const object = loraObject(TENANT, identityId, 1);
    return of && { lora: { training: 1, object, sha256: of.sha256, bytes: 9 }, version: of.version, state: of.state };
  };
  world.identities.find = async (_, identityId) =>
    ({ id: identityId, referencePhotoIds: [`photo-of-${identityId}`] }) as Awaited<
      ReturnType<FakePorts['identities']['find']>
    >;
  for (const [index, { identityId }] of cast.entries()) {
    await world.files.put(loraObject(TENANT, identityId, 1), loraOf(index + 1), 'application/octet-stream');
    await world.files.put(
      referenceObject(TENANT, identityId, `photo-of-${identityId}`),
      Buffer.from('photo'),
      'image/jpeg',
    );
  }
  for (const n of [1, 2, 3, 4, 5])
    world.provider.files.set(`https://provider.test/${n}.png`, Buffer.from(`drawn ${n}`));
  answerByPost(world);
  return { ...world, approved };
}

/** The nth post is answered with the nth file. */
function answerByPost(world: FakePorts, flagged: readonly number[] = []): void {
  world.provider.result = async (_endpoint, requestId) => {
    world.provider.looks.push('result');
    const n = Number(requestId.replace('request-', ''));
    const data = { images: [{ url: `https://provider.test/${n}.png` }], has_nsfw_concepts: [flagged.includes(n)] };
    return { data, billableUnits: undefined };
  };
}

const DRAW = { kind: 'draw', seed: 7 } as const satisfies Pass;
const face = (of: number, x: number) => ({ member: of, box: { x, y: 100, width: 100, height: 120 } });
const input = (pass: Pass, picture = 1) => ({
  tenantId: TENANT,
  batchId: BATCH,
  stillId: STILL,
  number: 1,
  picture,
  pass,
  workflowId: WORKFLOW,
});
const picturesOf = async (world: World) => (await world.stills.find(TENANT, STILL))?.pictures ?? [];
const addressOf = (object: Parameters<typeof pathOf>[0]) =>
  expect.stringContaining(`https://files.test/${pathOf(object)}?`);
const fileOf = (world: World, picture: number) =>
  world.files.objects.get(pathOf(stillObject(TENANT, BATCH, STILL, picture)))?.toString();

describe('a scene', () => {
  it('is paid for, waited for and kept as PNG', async () => {
    const world = await newWorld();
    const made = await run(makeStill(world), input(DRAW));
    const key = stillCallKey(STILL, 1);
    expect(made).toEqual({ number: 1, pictureId: nameUuid(key) });
    expect(world.ledger.row(key)).toMatchObject({
      state: 'settled',
      subject: { kind: 'still', id: STILL },
      profile: 'fal/flux-lora@1',
      workflowId: WORKFLOW,
      charged: PRICE,
    });
    expect(fileOf(world, 1)).toBe('kept drawn 1');
    expect(world.files.types.get(pathOf(stillObject(TENANT, BATCH, STILL, 1)))).toBe('image/png');
    expect(await picturesOf(world)).toEqual([
      expect.objectContaining({
        id: made.pictureId,
        number: 1,
        kind: 'draw',
        base: undefined,
        seed: 7,
        flagged: false,
      }),
    ]);
  });

  it.each<[RouteId, number, number[]]>([
    ['lora', 1, [1]],
    ['lora', 2, [1, 2]],
    ['lora+inpaint', 3, [1]],
  ])('of %s with %i people is drawn with the LoRAs of %j, at their strengths', async (route, people, drawn) => {
    const world = await newWorld({ route, people });
    await run(makeStill(world), input(DRAW));
    expect(world.provider.posts).toEqual([
      expect.objectContaining({
        endpoint: 'fal-ai/flux-lora',
        input: expect.objectContaining({
          prompt: 'the scene',
          seed: 7,
          image_size: SIZE,
          output_format: 'png',
          enable_safety_checker: true,
          loras: drawn.map((n) => ({
            path: addressOf(loraObject(TENANT, `identity-${n}`, 1)),
            scale: (70 + n) / 100,
          })),
        }),
      }),
    ]);
  });

  it('of an editor has a reference of each character, then those of the request', async () => {
    const world = await newWorld({ route: 'refs', references: ['https://app.test/coat.jpg'] });
    await run(makeStill(world), input(DRAW));
    const [post] = world.provider.posts;
    expect(post?.endpoint).toBe('fal-ai/flux-2/edit');
    expect(post?.input).not.toHaveProperty('loras');
    expect(post?.input.image_urls).toEqual([
      addressOf(referenceObject(TENANT, 'identity-1', 'photo-of-identity-1')),
      addressOf(referenceObject(TENANT, 'identity-2', 'photo-of-identity-2')),
      'https://app.test/coat.jpg',
    ]);
  });

  it('that the checker flagged is kept and says so', async () => {
    const world = await newWorld();
    answerByPost(world, [1]);
    expect(await run(makeStill(world), input(DRAW))).toMatchObject({ number: 1, flagged: true });
    expect(await picturesOf(world)).toEqual([expect.objectContaining({ flagged: true })]);
  });

  it('is drawn with the content checker as the tenant has set it', async () => {
    const world = await newWorld();
    world.tenantSettings.safetyChecker = async () => false;
    await run(makeStill(world), input(DRAW));
    expect(world.provider.posts[0]?.input.enable_safety_checker).toBe(false);
  });
});

const REPAINT: Pass = { kind: 'repaint', base: 1, faces: [face(1, 400), face(2, 800)] };
const checkOf = (...xs: number[]): FrameCheck => ({
  calibration: 'test',
  size: SIZE,
  faces: xs.map((x) => ({ box: face(0, x).box, state: 'open' })),
  findings: [],
});

async function withScene(options: Options = { people: 3 }): Promise<World> {
  const world = await newWorld(options);
  await run(makeStill(world), input(DRAW));
  await world.stills.saveCheck(TENANT, STILL, 1, checkOf(100, 405, 800));
  return world;
}

describe('faces', () => {
  it('are painted anew one after the other, each on the picture before and paid for by itself', async () => {
    const world = await withScene();
    const made = await run(makeStill(world), input(REPAINT, 2));
    expect(made).toEqual({ number: 3, pictureId: nameUuid(stillCallKey(STILL, 3)) });
    const painted = world.provider.posts.slice(1);
    expect(painted.map(({ endpoint }) => endpoint)).toEqual(Array(2).fill('fal-ai/flux-lora/inpainting'));
    expect(painted.map(({ input: body }) => body)).toEqual(
      [1, 2].map((of) =>
        expect.objectContaining({
          prompt: `the face of lk${of + 1}`,
          image_url: addressOf(stillObject(TENANT, BATCH, STILL, of)),
          mask_url: addressOf(stillMaskObject(TENANT, BATCH, STILL, of + 1)),
          loras: [{ path: addressOf(loraObject(TENANT, `identity-${of + 1}`, 1)), scale: (71 + of) / 100 }],
          output_format: 'png',
        }),
      ),
    );
    expect(world.ledger.budget).toMatchObject({ charged: 3 * PRICE, reserved: 0 });
    expect((await picturesOf(world)).map(({ number, kind, base }) => [number, kind, base])).toEqual([
      [1, 'draw', undefined],
      [2, 'repaint', 1],
      [3, 'repaint', 2],
    ]);
  });

  it('are put into their picture by our mask, which leaves out the faces beside them', async () => {
    const world = await withScene();
    await run(makeStill(world), input(REPAINT, 2));
    const second = '(kept drawn 1) + (drawn 2) by (mask 1024x1024 at 400 beside 100 and 800)';
    expect(fileOf(world, 2)).toBe(second);
    expect(fileOf(world, 3)).toBe(`(${second}) + (drawn 3) by (mask 1024x1024 at 800 beside 100 and 405)`);
    const mask = world.files.objects.get(pathOf(stillMaskObject(TENANT, BATCH, STILL, 2)));
    expect(mask?.toString()).toBe('mask 1024x1024 at 400 beside 100 and 800');
  });

  it('have seeds of their own, the same in every retry', async () => {
    const world = await withScene();
    await run(makeStill(world), input(REPAINT, 2));
    const seeds = (await picturesOf(world)).map(({ seed }) => seed);
    expect(new Set(seeds).size).toBe(3);
    expect(world.provider.posts.map(({ input: body }) => body.seed)).toEqual(seeds);
  });

  it('are uploaded where the provider cannot reach our storage', async () => {
    const world = await withScene({ people: 3, reachableByProvider: false });
    await run(makeStill(world), input({ kind: 'repaint', base: 1, faces: [face(1, 400)] }, 2));
    const uploads = new Map(world.provider.uploads.map(({ url, bytes }) => [url, bytes.toString()]));
    const body = world.provider.posts[1]?.input ?? {};
    expect(uploads.get(String(body.image_url))).toBe('kept drawn 1');
    expect(uploads.get(String(body.mask_url))).toMatch(/^mask /);
    expect(body.loras).toEqual([{ path: expect.any(String), scale: 0.72 }]);
  });

  it('are painted by an editor from the picture and a reference, and put into it in the same way', async () => {
    const world = await withScene({ people: 2, route: 'lora+refs' });
    await run(makeStill(world), input({ kind: 'repaint', base: 1, faces: [face(1, 800)] }, 2));
    const [, post] = world.provider.posts;
    expect(post?.endpoint).toBe('fal-ai/flux-2/lora/edit');
    expect(post?.input).toMatchObject({
      prompt: 'the face of lk2. It is the face on the right of the picture',
      image_urls: [
        addressOf(stillObject(TENANT, BATCH, STILL, 1)),
        addressOf(referenceObject(TENANT, 'identity-2', 'photo-of-identity-2')),
      ],
      loras: [{ scale: 0.72 }],
    });
    expect(post?.input).not.toHaveProperty('mask_url');
    expect(fileOf(world, 2)).toContain('by (mask');
  });

  it('are not painted on top of a picture that the checker flagged', async () => {
    const world = await withScene();
    answerByPost(world, [2]);
    expect(await run(makeStill(world), input(REPAINT, 2))).toMatchObject({ number: 2, flagged: true });
    expect(await run(makeStill(world), input(REPAINT, 2), 2)).toMatchObject({ number: 2, flagged: true });
    expect(world.provider.posts).toHaveLength(2);
  });

  it('of a picture that is not there are not paid for', async () => {
    const world = await newWorld();
    expect(await failureOf(makeStill(world), input(REPAINT, 2))).toMatchObject({ type: 'NotFound' });
    expect(world.provider.posts).toEqual([]);
    expect(world.ledger.budget).toMatchObject({ reserved: 0, charged: 0 });
  });
});

describe('nothing is paid', () => {
  it.each<[string, (world: World) => void, string]>([
    ['a version is retired', ({ approved }) => set(approved, { state: 'retired' }), 'VersionRefused'],
    ['a version is revoked', ({ approved }) => set(approved, { state: 'revoked' }), 'VersionRefused'],
    ['a version is gone', ({ approved }) => void approved.delete('identity-2'), 'VersionRefused'],
    ['an identity has another version', ({ approved }) => set(approved, { version: 9 }), 'VersionRefused'],
    ['the LoRA is another one', ({ approved }) => set(approved, { sha256: 'f'.repeat(64) }), 'InvalidLora'],
  ])('when %s, also of a character that this pass does not draw', async (_, change, type) => {
    const world = await newWorld();
    change(world);
    expect(await failureOf(makeStill(world), input(DRAW))).toMatchObject({ type, nonRetryable: true });
    expect(world.provider.posts).toEqual([]);
    expect(world.ledger.budget).toMatchObject({ reserved: 0, charged: 0 });
  });

  const set = (
    versions: World['approved'],
    change: Partial<{ state: VersionState; version: number; sha256: string }>,
  ) => {
    const before = versions.get('identity-2');
    if (before) versions.set('identity-2', { ...before, ...change });
  };

  it('for a repair when a version was retired since, and what was drawn stays', async () => {
    const world = await withScene();
    const before = await picturesOf(world);
    set(world.approved, { state: 'retired' });
    expect(await failureOf(makeStill(world), input(REPAINT, 2))).toMatchObject({
      type: 'VersionRefused',
      message: expect.stringMatching(/is retired. Ask for the still again with a version that may be used/),
    });
    expect(world.provider.posts).toHaveLength(1);
    expect(await picturesOf(world)).toEqual(before);
    expect(fileOf(world, 1)).toBe('kept drawn 1');
  });

  it.each([true, false])('when the file of a LoRA was exchanged in our storage (reachable: %s)', async (reachable) => {
    const world = await newWorld({ reachableByProvider: reachable });
    await world.files.put(loraObject(TENANT, 'identity-1', 1), Buffer.from('another face'), 'application/octet-stream');
    expect(await failureOf(makeStill(world), input(DRAW))).toMatchObject({ type: 'InvalidLora', nonRetryable: true });
    expect(world.provider.posts).toEqual([]);
    expect(world.provider.uploads).toEqual([]);
    expect(world.ledger.budget).toMatchObject({ reserved: 0, charged: 0 });
  });

  it('and a version that is available may still be drawn', async () => {
    const world = await newWorld();
    set(world.approved, { state: 'available' });
    expect(await run(makeStill(world), input(DRAW))).toMatchObject({ number: 1 });
  });

  it('and the message names nobody: it goes into the history', async () => {
    const world = await newWorld();
    set(world.approved, { state: 'revoked' });
    const { message } = await failureOf(makeStill(world), input(DRAW));
    expect(message).toContain('Version 2 of character 2 of this still is revoked');
    expect(message).not.toContain('Name');
  });

  it('for a face that the budget does not hold, and the pass goes on from it when it does', async () => {
    const world = await withScene({ people: 3, cap: 2.5 * PRICE });
    expect(await failureOf(makeStill(world), input(REPAINT, 2))).toMatchObject({ type: 'BudgetExceeded' });
    expect(world.ledger.budget).toMatchObject({ reserved: 0, charged: 2 * PRICE });
    world.ledger.budget.cap = 3 * PRICE;
    expect(await run(makeStill(world), input(REPAINT, 2), 2)).toMatchObject({ number: 3 });
    expect(world.provider.posts).toHaveLength(3);
  });

  it('for the still of another tenant', async () => {
    const world = await newWorld();
    const other = { ...input(DRAW), tenantId: 'tenant-2' };
    expect(await failureOf(makeStill(world), other)).toMatchObject({ type: 'NotFound' });
    expect(world.ledger.rows.size).toBe(0);
  });
});

const DEATHS: Death[] = (
  [
    'ledger.open',
    'identities.approvedLora',
    'ledger.posting',
    'provider.submit',
    'ledger.submitted',
    'provider.status',
    'provider.result',
    'ledger.settled',
    'provider.download',
    'files.put',
    'stills.savePicture',
  ] as const
).flatMap((at): Death[] => [
  { at, when: 'before' },
  { at, when: 'after' },
]);

describe('a retry goes on where the last attempt stopped', () => {
  it.each(DEATHS)('death $when $at: each picture of the pass is paid for once', async (death) => {
    const world = await withScene();
    await runUntilDeath(makeStill, world, input(REPAINT, 2), death);
    const { result } = await runAsWorkflow(makeStill(world), world, input(REPAINT, 2), stillCallKey(STILL, 2));
    expect(result).toMatchObject({ number: 3 });
    expect(world.provider.posts).toHaveLength(3);
    expect(world.ledger.budget).toMatchObject({ reserved: 0, charged: 3 * PRICE });
    expect((await picturesOf(world)).map(({ number }) => number)).toEqual([1, 2, 3]);
  });

  it('in the second face, when the first is kept', async () => {
    const world = await withScene();
    world.provider.reactions = ['accept', { kind: 'refused', reason: 'later', retry: 'later' }];
    expect(await failureOf(makeStill(world), input(REPAINT, 2))).toMatchObject({ type: 'ProviderUnavailable' });
    expect((await picturesOf(world)).map(({ number }) => number)).toEqual([1, 2]);
    expect(await run(makeStill(world), input(REPAINT, 2), 2)).toMatchObject({ number: 3 });
    expect(world.provider.taken().map(({ endpoint }) => endpoint)).toHaveLength(3);
  });

  it('and a pass that is done answers from its rows', async () => {
    const world = await withScene();
    const first = await run(makeStill(world), input(REPAINT, 2));
    world.provider.looks = [];
    world.provider.files.clear();
    expect(await run(makeStill(world), input(REPAINT, 2), 2)).toEqual(first);
    expect(world.provider.looks).toEqual([]);
  });

  it('and a picture that was paid for comes, although a version was revoked meanwhile', async () => {
    const world = await newWorld();
    await runUntilDeath(makeStill, world, input(DRAW), { at: 'provider.status', when: 'before' });
    world.approved.clear();
    expect(await run(makeStill(world), input(DRAW), 2)).toMatchObject({ number: 1 });
  });

  it('not when it is unknown whether the request was taken', async () => {
    const world = await newWorld();
    world.provider.reactions = ['lose_answer'];
    expect(await failureOf(makeStill(world), input(DRAW))).toMatchObject({ type: 'SubmissionUnknown' });
    expect(await failureOf(makeStill(world), input(DRAW), 2)).toMatchObject({ type: 'SubmissionUnknown' });
    expect(world.provider.posts).toHaveLength(1);
  });
});

describe('a picture that cannot be made', () => {
  it('failed at the provider, and the ledger has it', async () => {
    const world = await newWorld();
    world.provider.result = async () => {
      throw new Failure('ProviderFailed', 'The model broke.');
    };
    expect(await failureOf(makeStill(world), input(DRAW))).toMatchObject({ type: 'ProviderFailed' });
    expect(world.ledger.row(stillCallKey(STILL, 1))).toMatchObject({ state: 'failed', charged: 0 });
    expect(await picturesOf(world)).toEqual([]);
  });

  it('is no picture: it was charged, and nothing is kept', async () => {
    const world = await newWorld();
    world.painting.keep = async () => {
      throw new Failure('ProviderFailed', 'The provider answered with a file that is no picture.');
    };
    expect(await failureOf(makeStill(world), input(DRAW))).toMatchObject({ type: 'ProviderFailed' });
    expect(world.ledger.row(stillCallKey(STILL, 1))).toMatchObject({ state: 'settled', charged: PRICE });
    expect(await picturesOf(world)).toEqual([]);
  });
});
