// The functions of a storyboard app against the API itself, with the world in memory behind it: the arguments, their
// order and their defaults are those of the app.

import { expect, test } from 'vitest';
import { createLikenessClient, LikenessError, type Still } from '../../../client/index.ts';
import { type CharacterIdentity, type StoryboardOptions, storyboardOf } from '../../../client/storyboard.ts';
import type { StillRow } from '../../../core/ports/stills.ts';
import { PROMPT_LIMITS } from '../../../domain/stills/limits.ts';
import type { BatchRef } from '../../../domain/stills/steps.ts';
import type { Finding } from '../../../domain/stills/still.ts';
import { newPicture, recognised } from '../../support/new-stills.ts';
import { worldWith } from '../api/cast-world.ts';
import { KEY, OTHER_KEY, TENANT } from '../api/world.ts';

type Ending = { findings?: Finding[] } | { failed: string };

interface StudioOptions extends StoryboardOptions {
  key?: string;
  /** How each still ends, in their order; as a right picture where it is not named. */
  endings?: Ending[];
  /** Called before a batch is drawn. */
  before?: (batch: BatchRef) => Promise<unknown>;
}

/** What a test changes of a call for variants. */
interface Variants {
  n?: number;
  names?: string[];
  identities?: CharacterIdentity[];
  onProgress?: (index: number, progress: number) => void;
}

/** A cast, a client over HTTP, and whoever draws the stills of a batch once it has started. */
function studio(names: string[], { key = KEY, endings = [], before, ...options }: StudioOptions = {}) {
  const begun: string[] = [];
  const world = worldWith(names, {
    stillRuns: {
      async start(batch) {
        if (begun.includes(batch.batchId)) return;
        begun.push(batch.batchId);
        // After the answer, as a worker would.
        setTimeout(() => void drawAll(batch), 0);
      },
      async again() {},
      cancel: (batchId) =>
        world.stills.closeBatch(TENANT, batchId, { state: 'cancelled', reason: 'Cancelled.' }).then(),
    },
  });

  async function drawAll(batch: BatchRef): Promise<void> {
    await before?.(batch);
    for (const still of await world.stills.list(TENANT, batch.batchId, 0, 100)) await drawOne(still, endings.shift());
    await world.stills.closeBatch(TENANT, batch.batchId, { state: 'done', reason: undefined });
  }

  async function drawOne({ id, batchId, number, manifest }: StillRow, ending: Ending = {}): Promise<void> {
    const end = { repairs: 0, best: undefined, reason: undefined };
    if ('failed' in ending) {
      await world.stills.close(TENANT, id, { ...end, state: 'failed', reason: ending.failed });
      return;
    }
    const { findings = [] } = ending;
    const picture = newPicture(1, { tenantId: TENANT, batchId, stillId: id });
    await world.files.put(picture.object, Buffer.from(`picture ${number} of ${batchId}`), 'image/png');
    await world.stills.savePicture(TENANT, id, picture);
    await world.stills.saveCheck(
      TENANT,
      id,
      1,
      recognised(
        manifest.cast.map(() => 92),
        findings,
      ),
    );
    await world.stills.close(TENANT, id, { ...end, state: findings.length > 0 ? 'flagged' : 'passed', best: 1 });
  }

  const likeness = createLikenessClient({
    baseUrl: 'http://api.test',
    apiKey: key,
    fetch: async (url, init) => world.app.request(new Request(url, init)),
  });
  /** The address of each character's LoRA, as the API answers it to the app. */
  const loraUrls = async () => {
    const characters = await Promise.all(world.ids.map((id) => likeness.characters.get(id)));
    return characters.map(({ identity }) => identity.technologyData?.falCharacterId ?? '');
  };
  const stillsOf = async (batch = begun.at(-1)) => world.stills.list(TENANT, batch ?? '', 0, 100);
  const storyboard = storyboardOf(likeness, options);
  const variants = (prompt: string, { n, names: called, identities, onProgress }: Variants = {}) =>
    storyboard.generateStillVariants(
      ...(['f', 'Flux', prompt] as const),
      [],
      [],
      '16:9',
      n,
      undefined,
      [],
      called,
      undefined,
      onProgress,
      undefined,
      identities,
    );
  return { ...world, ...storyboard, variants, likeness, begun, loraUrls, stillsOf };
}

const textAt = async (url: string): Promise<string> => (await fetch(url)).text();
const thrown = (call: Promise<unknown>): Promise<Error> =>
  call.then(
    () => new Error('it did not throw'),
    (error: Error) => error,
  );

test.concurrent('two characters in one frame, with every argument of the app in its order', async () => {
  const { generateStillVariants, loraUrls, stillsOf, begun, likeness } = studio(['Mara', 'Jonas']);
  const [mara = '', jonas = ''] = await loraUrls();
  const seen: [number, number][] = [];
  const { urls, errors, wasAdjusted, metadata } = await generateStillVariants(
    'frame-7',
    'Flux',
    'Mara and Jonas argue',
    ['https://app.test/mara.png', 'data:image/png;base64,AAAA'],
    [],
    '2.39:1',
    2,
    { style: { notes: 'grain', items: [{ url: 'https://app.test/style.png' }] } },
    [{ title: 'Noir', aiSummary: 'hard light, deep shadows', items: [] }],
    ['Mara', 'Jonas'],
    'harbour',
    (index, progress) => void seen.push([index, progress]),
    { projectId: 'p-1', userId: 'u-1', sceneId: 's-1', frameId: 'frame-7' },
    [{ loraUrl: mara, scale: 0.8 }, { loraUrl: jonas }],
  );

  expect(errors).toEqual([null, null]);
  expect(await Promise.all(urls.map(textAt))).toEqual([1, 2].map((n) => `picture ${n} of ${begun[0]}`));
  expect(wasAdjusted).toBe(false);
  const stills = await stillsOf();
  expect(stills).toMatchObject(
    [1, 2].map((variant) => ({ frameId: 'frame-7', variant, manifest: { route: 'lora+inpaint' } })),
  );
  const { cast = [], size = { width: 0, height: 1 } } = stills[0]?.manifest ?? {};
  expect(cast.map(({ name, strength }) => [name, strength])).toEqual([
    ['Mara', 80],
    ['Jonas', 100],
  ]);
  expect(size.width / size.height).toBeCloseTo(2.39, 1);
  expect((await likeness.stills.get(begun[0] ?? '')).context).toEqual({
    ...{ projectId: 'p-1', userId: 'u-1', sceneId: 's-1', frameId: 'frame-7' },
  });
  for (const word of ['harbour', 'Noir: hard light', 'grain']) expect(metadata.promptUsed).toContain(word);
  expect(metadata).toMatchObject({
    ...{ referenceImages: [], selectedCharacters: ['Mara', 'Jonas'], selectedLocation: 'harbour', model: 'Flux' },
  });
  // What draws nothing is said: the two pictures with an address, the one without, and the name of the model.
  expect(metadata.ignored.map(({ field }) => field).sort()).toEqual(['model', 'references', 'references']);
  for (const variant of [0, 1]) {
    const progress = seen.flatMap(([index, percent]) => (index === variant ? [percent] : []));
    expect(progress.at(-1)).toBe(100);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
  }
});

test.concurrent('the arguments that the app leaves out have the defaults of the app', async () => {
  const { generateStillVariants, stillsOf } = studio([]);
  const { urls, metadata } = await generateStillVariants('f', 'Flux', 'A harbour', [], [], '16:9');
  expect(urls).toHaveLength(1);
  expect(metadata).toMatchObject({ selectedCharacters: [], selectedLocation: '' });
  expect(await stillsOf()).toMatchObject([{ manifest: { cast: [], references: [] } }]);
});

test.concurrent('progress is told while a still is drawn, and not after it alone', async () => {
  let go = () => {};
  const told = new Promise<void>((resolve) => {
    go = resolve;
  });
  const { variants } = studio([], { before: () => told });
  const seen: number[] = [];
  const progress = (_: number, percent: number) => {
    seen.push(percent);
    go();
  };
  await variants('A harbour', { onProgress: progress });
  expect(seen[0]).toBeLessThan(100);
  expect(seen.at(-1)).toBe(100);
});

test.concurrent('a character that is not ready stays in the prompt, and nobody gets its name', async () => {
  const { variants, loraUrls, stillsOf } = studio(['Mara', 'Jonas']);
  const identities = (await loraUrls()).map((loraUrl) => ({ loraUrl }));
  const names = ['Mara', 'Ada', 'Jonas'];
  const { metadata } = await variants('A toast', { names, identities });
  const [still] = await stillsOf();
  expect(still?.manifest.cast.map(({ name }) => name)).toEqual(['Mara', 'Jonas']);
  expect(metadata.promptUsed).toContain('Ada');
});

test.concurrent('the same generateVisual finds the same picture, and pays once; another seed draws another', async () => {
  const { generateVisual, loraUrls, stillsOf, begun } = studio(['Mara']);
  const [loraUrl = ''] = await loraUrls();
  const of = (url: string, seed?: string) =>
    generateVisual('Mara waits', 'Flux', [], '16:9', undefined, seed, undefined, [{ loraUrl: url, scale: 0.9 }]);
  const first = await of(loraUrl);
  // The address of a LoRA is signed anew each hour.
  const again = await of(`${loraUrl}&token=new`);
  expect(begun).toHaveLength(1);
  expect(await textAt(again.url)).toBe(await textAt(first.url));
  expect(again).toMatchObject({ fromFallback: true, error: null });
  const [{ seed } = { seed: 0 }] = await stillsOf();
  await of(loraUrl, 'another');
  const [other] = await stillsOf();
  expect(begun).toHaveLength(2);
  expect(other?.seed).not.toBe(seed);
});

test.concurrent('a visual of which nothing was made is drawn anew by the same call', async () => {
  const { generateVisual, begun } = studio([], { endings: [{ failed: 'The provider failed twice.' }] });
  const call = () => generateVisual('A harbour', 'Flux', [], '16:9');
  expect((await thrown(call())).message).toBe('The provider failed twice.');
  expect((await call()).error).toBeNull();
  expect(begun).toHaveLength(2);
  await call();
  expect(begun).toHaveLength(2);
});

test.concurrent('each call for variants draws anew, unless it is given a key', async () => {
  for (const [options, batches] of [
    [{}, 2],
    [{ idempotencyKey: 'scene-4' }, 1],
  ] as const) {
    const { variants, begun } = studio([], options);
    for (const _ of [1, 2]) await variants('A harbour');
    expect(begun).toHaveLength(batches);
  }
});

test.concurrent('a still that a person has to look at comes with its picture and with what is wrong', async () => {
  const flagged: Still[] = [];
  const { variants, loraUrls } = studio(['Mara'], {
    endings: [{ findings: [{ code: 'low_likeness', member: 0 }] }],
    onFlagged: (still) => void flagged.push(still),
  });
  const identities = (await loraUrls()).map((loraUrl) => ({ loraUrl }));
  const { urls, errors } = await variants('Mara waits', { n: 2, names: ['Mara'], identities });
  expect(urls.every((url) => url !== '')).toBe(true);
  expect(errors).toEqual(['Mara does not look enough like the reference photos.', null]);
  expect(flagged).toMatchObject([{ state: 'flagged', variant: 1 }]);
});

test.concurrent('a variant that failed leaves the others', async () => {
  const { variants } = studio([], { endings: [{}, { failed: 'The provider failed.' }] });
  const { urls, errors } = await variants('A harbour', { n: 3 });
  expect(urls.map((url) => url !== '')).toEqual([true, false, true]);
  expect(errors).toEqual([null, 'The provider failed.', null]);
});

test.concurrent('a LoRA that may not be used is refused with a sentence, before anything is drawn', async () => {
  const { variants, generateImageWithFlux, loraUrls, rows, begun } = studio(['Mara']);
  const identities = (await loraUrls()).map((loraUrl) => ({ loraUrl }));
  for (const version of rows.versions.values()) version.state = 'retired';
  const refused = await thrown(variants('Mara', { names: ['Mara'], identities }));
  expect(refused.message).toMatch(/^A LoRA of the request is that of version 1 .* retired\./);
  expect(refused.cause).toBeInstanceOf(LikenessError);
  expect(refused.cause).toMatchObject({ code: 'version_retired' });
  const foreign = [{ path: 'https://v3.fal.media/files/lora.safetensors', scale: 1 }];
  const stranger = await thrown(generateImageWithFlux('A man', '1:1', undefined, false, 'Flux', foreign));
  expect(stranger.message).toContain('does not belong to an approved identity of yours');
  expect(begun).toEqual([]);
});

test.concurrent('the LoRA of another tenant is refused', async () => {
  const { generateImageWithFlux, likeness, ids, begun } = studio(['Mara'], { key: OTHER_KEY });
  expect((await thrown(likeness.characters.get(ids[0] ?? ''))).message).toContain('not_found');
  const theirs = `https://files.test/character-loras/${TENANT}/${ids[0]}/1.safetensors`;
  const refused = await thrown(
    generateImageWithFlux('Mara', '16:9', undefined, false, 'Flux', [{ path: theirs, scale: 1 }]),
  );
  expect(refused.cause).toMatchObject({ code: 'lora_not_approved' });
  expect(begun).toEqual([]);
});

test.concurrent('a still that has to wait for its budget is stopped, and says so', async () => {
  const { generateImageWithFlux, stills, stillsOf } = studio([], {
    async before({ batchId }) {
      await stills.saveBatchState(TENANT, batchId, 'waiting_for_budget');
      await new Promise(() => {});
    },
  });
  expect((await thrown(generateImageWithFlux('A harbour'))).message).toMatch(
    /^The budget has no room .* Raise the budget/,
  );
  expect(await stillsOf()).toMatchObject([{ state: 'cancelled' }]);
});

test.concurrent('generateImageWithFlux answers an address, of a wide picture by default', async () => {
  const seen: number[] = [];
  const { generateImageWithFlux, loraUrls, stillsOf } = studio(['Mara'], {
    addressOf: async (picture, { frame }) => `stored/${frame}/${(await picture.text()).split(' ')[1]}`,
  });
  const loras = (await loraUrls()).map((path) => ({ path, scale: 0.5 }));
  const url = await generateImageWithFlux(
    'Mara waits',
    undefined,
    (percent) => void seen.push(percent),
    true,
    'Flux Pro',
    loras,
  );
  expect(url).toBe('stored/0/1');
  expect(seen.at(-1)).toBe(100);
  const [still] = await stillsOf();
  expect(still?.manifest.cast).toMatchObject([{ name: 'Mara', strength: 50 }]);
  const { width = 0, height = 1 } = still?.manifest.size ?? {};
  expect(width / height).toBeCloseTo(16 / 9, 1);
});

test.concurrent('a prompt that is too long is cut at a sentence, and said to be; an empty one is refused', async () => {
  const { variants, generateVisual, begun } = studio([]);
  const prompt = `A harbour. ${'Rain falls. '.repeat(PROMPT_LIMITS.prompt)}`;
  const { wasAdjusted, metadata } = await variants(prompt);
  expect(wasAdjusted).toBe(true);
  expect(metadata.promptUsed).toMatch(/Rain falls$/);
  expect((await thrown(generateVisual('  ', 'Flux', [], '16:9'))).message).toBe(
    'Please enter a prompt to generate an image.',
  );
  expect(begun).toHaveLength(1);
});
