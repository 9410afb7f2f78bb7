// Who the sandbox draws, as the face networks see it: the people of the LoRAs are recognised, strangers are strangers, a
// mix is neither. What is built on the sandbox's pictures of several people relies on these distances.

import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { descriptorDistance, type FaceReading } from '../../domain/photo.ts';
import type { FaultRuleInput } from '../../sandbox/fault-rule.ts';
import { type Drawn, MEMBERS, type Member, maskOf, sandboxCast } from '../support/sandbox-cast.ts';
import { facesIn } from './shared-vision.ts';

const DRAW = 'fal-ai/flux-lora';
const REPAINT = 'fal-ai/flux-lora/inpainting';
const SIZE = { width: 1024, height: 576 };
/** Descriptor distances: the people of LoRAs are drawn at most so far from their photos, and other people at least. */
const SAME_PERSON = 0.75;
const OTHER_PERSON = 1.15;

const world = sandboxCast();
const { draw, lora, upload, photosOf } = world;

/** From left to right. */
async function facesOf(image: Buffer): Promise<FaceReading[]> {
  return (await facesIn(image)).toSorted((a, b) => a.box.x - b.box.x);
}

/** To the nearest photo of the member. */
async function distance(face: FaceReading, member: Member): Promise<number> {
  const photos = await Promise.all(photosOf(member).map(facesIn));
  return Math.min(...photos.flat().map((known) => descriptorDistance(known.descriptor, face.descriptor)));
}

/** The member that a face shows; `-` for a stranger, `?` for what is between. */
async function shown(face: FaceReading): Promise<string> {
  const distances = await Promise.all(MEMBERS.map((member) => distance(face, member)));
  const nearest = Math.min(...distances);
  if (nearest > OTHER_PERSON) return '-';
  return nearest < SAME_PERSON ? (MEMBERS[distances.indexOf(nearest)] ?? '?') : '?';
}

const allShown = async (image: Buffer) => Promise.all((await facesOf(image)).map(shown));

/** Who the books say is in it, as `shown` says it. */
function booked({ requestId }: Drawn): string[] {
  const entry = world.sandbox.books().entries.find((one) => one.requestId === requestId);
  const [people = []] = entry?.pictures ?? [];
  return people.map(({ who = '-', mixed, likeness }) => (mixed || likeness !== undefined ? '?' : who));
}

describe('people of one picture', () => {
  it.each([1, 2, 3])(
    'stand where the prompt says, and only the LoRA’s person is recognised (seed %i)',
    async (seed) => {
      const loras = [lora('lkfranck')];
      const two = await draw(DRAW, { prompt: 'a woman on the left, lkfranck man on the right, a bar', loras, seed });
      expect(await allShown(two.image)).toEqual(['-', 'lkfranck']);
      expect(booked(two)).toEqual(['-', 'lkfranck']);
      const four = await draw(DRAW, {
        prompt: 'from left to right: a man, lkfranck man, a woman, a girl',
        loras,
        seed,
      });
      expect(await allShown(four.image)).toEqual(['-', 'lkfranck', '-', '-']);
      for (const { box } of await facesOf(four.image)) expect(box.width).toBeGreaterThan(80);
    },
  );

  it('are each a mix of both when two LoRAs are in one request', async () => {
    const loras = [lora('lkfranck'), lora('lkcage')];
    const drawn = await draw(DRAW, { prompt: 'lkfranck man and lkcage man talk in a bar', loras });
    expect(booked(drawn)).toEqual(['?', '?']);
    const faces = await facesOf(drawn.image);
    expect(faces).toHaveLength(2);
    for (const face of faces) {
      const distances = [await distance(face, 'lkfranck'), await distance(face, 'lkcage')];
      for (const d of distances) expect(d).toBeGreaterThan(SAME_PERSON);
      for (const d of distances) expect(d).toBeLessThan(OTHER_PERSON);
    }
  });
});

describe('a fault', () => {
  const input = { prompt: 'lkfranck man and a woman in a bar' };
  /** Drawn with a rule that strikes once. */
  async function drawnWith(rule: FaultRuleInput): Promise<Drawn> {
    world.sandbox.setFaults([{ ...rule, times: 1 }]);
    const drawn = await draw(DRAW, { ...input, loras: [lora('lkfranck')] });
    const entry = world.sandbox.books().entries.find(({ requestId }) => requestId === drawn.requestId);
    expect(entry?.faults).toEqual([rule.fault]);
    return drawn;
  }

  it.each<[FaultRuleInput, string[]]>([
    [{ fault: 'swap' }, ['-', 'lkfranck']],
    [{ fault: 'missing' }, ['-']],
    [{ fault: 'duplicate' }, ['lkfranck', '-', 'lkfranck']],
    [{ fault: 'extra_person' }, ['lkfranck', '-', '-']],
    [{ fault: 'off_screen_leak', person: 'lkaudrey' }, ['lkfranck', '-', 'lkaudrey']],
    [{ fault: 'wrong_age' }, ['?', '-']],
  ])('%j makes of lkfranck and a stranger: %j', async (rule, people) => {
    const drawn = await drawnWith(rule);
    expect(await allShown(drawn.image)).toEqual(people);
    expect(booked(drawn)).toEqual(people);
  });

  it('blends with a stranger, so that the person is not recognised', async () => {
    const [first] = await allShown((await drawnWith({ fault: 'blend' })).image);
    expect(['?', '-']).toContain(first);
  });

  it('strikes only those whom its rule names', async () => {
    world.sandbox.setFaults([{ fault: 'missing', person: 'lkcage' }]);
    const spared = await draw(DRAW, { ...input, loras: [lora('lkfranck')] });
    expect(await allShown(spared.image)).toEqual(['lkfranck', '-']);
    const struck = await draw(DRAW, { prompt: 'lkcage man and a woman', loras: [lora('lkcage')] });
    expect(await allShown(struck.image)).toEqual(['-']);
    world.sandbox.setFaults([]);
  });
});

describe('a LoRA that has learned little', () => {
  it('shows its person less like the photos', async () => {
    const farness = async (mean: number) => {
      world.sandbox.changeSettings({ likeness: { 'fal-ai/flux-lora-fast-training': { mean, spread: 0 } } });
      const { image } = await draw(DRAW, { prompt: 'lkfranck man and a woman', loras: [lora('lkfranck')] });
      world.sandbox.changeSettings({ likeness: {} });
      const [first] = await facesOf(image);
      return first ? distance(first, 'lkfranck') : Number.NaN;
    };
    const [all, half, none] = [await farness(1), await farness(0.5), await farness(0)];
    expect(all).toBeLessThan(SAME_PERSON);
    expect(half).toBeGreaterThan(SAME_PERSON);
    expect(half).toBeLessThan(OTHER_PERSON);
    expect(none).toBeGreaterThan(OTHER_PERSON);
  });
});

describe('an edit', () => {
  const EDIT = 'fal-ai/flux-2/edit';
  const given = async (...members: Member[]) =>
    Promise.all(members.map((member) => upload(photosOf(member)[0] ?? Buffer.alloc(0), 'image/jpeg')));

  it('shows the people of the pictures where the prompt says, without mixing them', async () => {
    const image_urls = await given('lkcage', 'lkaudrey');
    const prompt = 'the man from image 1 on the right and the woman from image 2 on the left drink coffee';
    expect(await allShown((await draw(EDIT, { prompt, image_urls })).image)).toEqual(['lkaudrey', 'lkcage']);
    const both = await draw('fal-ai/flux-2/lora/edit', {
      prompt: 'lkfranck man from image 2 and the man from image 1, and a girl',
      image_urls: await given('lkcage', 'lkfranck'),
      loras: [lora('lkfranck')],
    });
    expect(await allShown(both.image)).toEqual(['lkfranck', 'lkcage', '-']);
  });

  it('replaces one face of the first picture', async () => {
    const scene = await draw(DRAW, {
      prompt: 'lkfranck man on the left, a woman on the right',
      loras: [lora('lkfranck')],
    });
    const replaced = await draw(EDIT, {
      prompt:
        'In image 1, replace the face of the woman on the right with the face of the man from image 2. Keep everything else as it is',
      image_urls: [scene.url, ...(await given('lkcage'))],
    });
    expect(await allShown(replaced.image)).toEqual(['lkfranck', 'lkcage']);
    const again = await draw('fal-ai/flux-2/lora/edit', {
      prompt:
        'In image 1, replace the face of the man with the face of lkaudrey woman from image 2. Keep everything else as it is',
      image_urls: [replaced.url, ...(await given('lkaudrey'))],
      loras: [lora('lkaudrey')],
    });
    expect(await allShown(again.image)).toEqual(['lkaudrey', 'lkcage']);
  });
});

describe('an inpainting', () => {
  async function sceneWithMask(): Promise<{ scene: Drawn; mask: Buffer; input: Record<string, unknown> }> {
    const scene = await draw(DRAW, { prompt: 'lkfranck man and a woman in a bar', loras: [lora('lkfranck')] });
    const [, second] = await facesOf(scene.image);
    if (!second) throw new Error('one face');
    const mask = await maskOf(second.box, SIZE);
    return { scene, mask, input: { image_url: scene.url, mask_url: await upload(mask, 'image/png') } };
  }

  it('that blends mixes the face with one of the picture', async () => {
    const { input } = await sceneWithMask();
    world.sandbox.setFaults([{ fault: 'blend', times: 1 }]);
    const { image } = await draw(REPAINT, { prompt: 'lkcage man', loras: [lora('lkcage')], ...input });
    const [first, second] = await facesOf(image);
    if (!first || !second) throw new Error('a face is gone');
    expect(await shown(first)).toBe('lkfranck');
    for (const member of ['lkfranck', 'lkcage'] as const) {
      expect(await distance(second, member)).toBeGreaterThan(SAME_PERSON);
      expect(await distance(second, member)).toBeLessThan(OTHER_PERSON);
    }
  });

  it.each([1, 2, 3])('that misses shows the face of another (seed %i)', async (seed) => {
    const { input } = await sceneWithMask();
    world.sandbox.setFaults([{ fault: 'repair_misses', times: 1 }]);
    const { image } = await draw(REPAINT, { prompt: 'lkcage man', loras: [lora('lkcage')], seed, ...input });
    expect(await allShown(image)).toEqual(['lkfranck', '-']);
  });

  it.each(['lkcage', 'lkaudrey'] as const)('paints the face of %s into the mask, and nothing else', async (member) => {
    const { scene, mask, input } = await sceneWithMask();
    const painted = await draw(REPAINT, { prompt: `${member} person in a bar`, loras: [lora(member)], ...input });
    const { image } = painted;
    expect(await allShown(image)).toEqual(['lkfranck', member]);
    expect(booked(painted)).toEqual(['lkfranck', member]);

    const [before, after, inside] = await Promise.all([
      sharp(scene.image).raw().toBuffer(),
      sharp(image).raw().toBuffer(),
      sharp(mask).greyscale().raw().toBuffer(),
    ]);
    // The mark in the corner is drawn again over itself.
    const changed = inside.filter(
      (white, i) => white === 0 && i % SIZE.width < SIZE.width - 64 && before[i * 3] !== after[i * 3],
    );
    expect(changed).toHaveLength(0);
  });

  it('leaves the picture as it is with an empty mask', async () => {
    const scene = await draw(DRAW, { prompt: 'lkfranck man', loras: [lora('lkfranck')] });
    const mask = await sharp({ create: { ...SIZE, channels: 3, background: '#000' } })
      .png()
      .toBuffer();
    const { image } = await draw(REPAINT, {
      prompt: 'lkcage man',
      loras: [lora('lkcage')],
      image_url: scene.url,
      mask_url: await upload(mask, 'image/png'),
    });
    expect(await allShown(image)).toEqual(['lkfranck']);
  });
});
