// Who the sandbox draws, as the face networks see it: the people of the LoRAs are recognised, strangers are strangers, a
// mix is neither. What is built on the sandbox's pictures of several people relies on these distances.

import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { descriptorDistance, type FaceReading } from '../../domain/photo.ts';
import { MEMBERS, type Member, maskOf, sandboxCast } from '../support/sandbox-cast.ts';
import { sharedVision } from './shared-vision.ts';

const DRAW = 'fal-ai/flux-lora';
const REPAINT = 'fal-ai/flux-lora/inpainting';
const SIZE = { width: 1024, height: 576 };
/** Descriptor distances: of two photos of one person at most, and of two people at least (docs/calibration.md). */
const SAME_PERSON = 0.85;
const OTHER_PERSON = 1.1;

const { draw, lora, upload, photosOf } = sandboxCast();
const { facesIn } = sharedVision();

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

describe('people of one picture', () => {
  it.each([1, 2, 3])(
    'stand where the prompt says, and only the LoRA’s person is recognised (seed %i)',
    async (seed) => {
      const loras = [lora('lkfranck')];
      const two = await draw(DRAW, { prompt: 'a woman on the left, lkfranck man on the right, a bar', loras, seed });
      expect(await allShown(two.image)).toEqual(['-', 'lkfranck']);
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
    const { image } = await draw(DRAW, { prompt: 'lkfranck man and lkcage man talk in a bar', loras });
    const faces = await facesOf(image);
    expect(faces).toHaveLength(2);
    for (const face of faces) {
      const distances = [await distance(face, 'lkfranck'), await distance(face, 'lkcage')];
      for (const d of distances) expect(d).toBeGreaterThan(0.8);
      for (const d of distances) expect(d).toBeLessThan(1.2);
    }
  });
});

describe('an inpainting', () => {
  it.each(['lkcage', 'lkaudrey'] as const)('paints the face of %s into the mask, and nothing else', async (member) => {
    const scene = await draw(DRAW, { prompt: 'lkfranck man and a woman in a bar', loras: [lora('lkfranck')] });
    const [, second] = await facesOf(scene.image);
    if (!second) throw new Error('one face');
    const mask = await maskOf(second.box, SIZE);
    const { image } = await draw(REPAINT, {
      prompt: `${member} person in a bar`,
      loras: [lora(member)],
      image_url: scene.url,
      mask_url: await upload(mask, 'image/png'),
    });
    expect(await allShown(image)).toEqual(['lkfranck', member]);

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
