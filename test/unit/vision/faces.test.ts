// Who and what is found on real photos. The figures are what the calibration of the scores rests on.

import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createVision, type Vision } from '../../../adapters/vision/vision.ts';
import { MAX_YAW } from '../../../domain/face-limits.ts';
import { descriptorDistance, type FaceReading } from '../../../domain/photo.ts';
import { PHOTO_LIMITS } from '../../../domain/photo-rules.ts';
import { franck, GROUP_PHOTOS, OTHER_PEOPLE, photo, photoOfAnotherMan } from '../../support/photos.ts';

let vision: Vision;
beforeAll(() => {
  vision = createVision();
});
afterAll(() => vision.close());

async function facesIn(file: Buffer): Promise<readonly FaceReading[]> {
  const reading = await vision.read(file);
  if (!reading.readable) throw new Error(`unreadable: ${reading.problem}`);
  return reading.faces;
}

async function faceIn(file: Buffer): Promise<FaceReading> {
  const faces = await facesIn(file);
  if (faces.length !== 1 || !faces[0]) throw new Error(`${faces.length} faces`);
  return faces[0];
}

async function facesOf(files: readonly Buffer[]): Promise<FaceReading[]> {
  const faces: FaceReading[] = [];
  for (const file of files) faces.push(await faceIn(file));
  return faces;
}

const apart = (p: FaceReading, q: FaceReading) => descriptorDistance(p.descriptor, q.descriptor);

/** The chance that a pair of one man is nearer than a pair of two people. */
function areaUnderCurve(genuine: readonly number[], impostor: readonly number[]): number {
  const wins = genuine.map((g) => impostor.filter((i) => g < i).length);
  return wins.reduce((sum, n) => sum + n, 0) / (genuine.length * impostor.length);
}

describe('the distance of two faces', () => {
  test('tells one man from twelve other people', async () => {
    const man = await facesOf(await franck());
    const others = await facesOf(await Promise.all(OTHER_PEOPLE.map(photo)));
    const genuine = man.flatMap((face, i) => man.slice(i + 1).map((other) => apart(face, other))).sort((p, q) => p - q);
    const impostor = man.flatMap((face) => others.map((other) => apart(face, other)));
    expect(genuine).toHaveLength(55);
    expect(areaUnderCurve(genuine, impostor)).toBeGreaterThanOrEqual(0.999);
    expect(genuine[27]).toBeLessThan(0.45);
    expect(Math.min(...impostor)).toBeGreaterThan(0.53);
  });

  test('grows little when the photo is turned, mirrored or shrunk', async () => {
    const [file = Buffer.alloc(0)] = await franck(1);
    const face = await faceIn(file);
    expect(apart(face, await faceIn(await sharp(file).rotate(20).toBuffer()))).toBeLessThan(0.15);
    expect(apart(face, await faceIn(await sharp(file).flop().toBuffer()))).toBeLessThan(0.25);
    expect(apart(face, await faceIn(await sharp(file).resize({ width: 360 }).toBuffer()))).toBeLessThan(0.1);
  });

  test('the other man of the test photos is far from the first, and alone', async () => {
    const other = await faceIn(await photoOfAnotherMan());
    for (const face of await facesOf(await franck())) expect(apart(face, other)).toBeGreaterThan(0.7);
    expect(other.sharpness).toBeGreaterThan(PHOTO_LIMITS.warnSharpness);
  });
});

describe('faces', () => {
  test.each(Object.entries(GROUP_PHOTOS))('%s: all %i are found, largest first, each once', async (name, count) => {
    const faces = await facesIn(await photo(name));
    expect(faces).toHaveLength(count);
    const areas = faces.map(({ box }) => box.width * box.height);
    expect(areas).toEqual(areas.toSorted((p, q) => q - p));
    for (const [i, face] of faces.entries()) {
      expect(face.descriptor).toHaveLength(128);
      for (const other of faces.slice(i + 1)) expect(apart(face, other)).toBeGreaterThan(0.4);
    }
  });

  test('a profile is kept with its yaw, and the sign tells the side', async () => {
    const turned = (face: FaceReading) => Math.abs(face.yaw) > MAX_YAW;
    const file = await photo('sample2.jpg');
    const profile = (await facesIn(file)).find(turned);
    const mirrored = (await facesIn(await sharp(file).flop().toBuffer())).find(turned);
    expect(profile?.yaw).toBeLessThan(-MAX_YAW);
    expect(mirrored?.yaw).toBeGreaterThan(MAX_YAW);
  });

  test('boxes are pixels of the whole picture, also where it is larger than what is analysed', async () => {
    const [file = Buffer.alloc(0)] = await franck(1);
    const { box } = await faceIn(file);
    const left = 1800;
    const page = { create: { width: 2880, height: 1600, channels: 3, background: '#fff' } } as const;
    const placed = await faceIn(
      await sharp(page)
        .composite([{ input: file, left, top: 700 }])
        .jpeg()
        .toBuffer(),
    );
    expect(Math.abs(placed.box.x - (left + box.x))).toBeLessThan(box.width * 0.1);
    expect(Math.abs(placed.box.width - box.width)).toBeLessThan(box.width * 0.1);
  });

  test('a blurred face is less sharp, a blurred background changes nothing', async () => {
    const [file = Buffer.alloc(0)] = await franck(1);
    const face = await faceIn(file);
    const blurred = await faceIn(await sharp(file).blur(4).toBuffer());
    expect(blurred.sharpness).toBeLessThan(PHOTO_LIMITS.rejectSharpness);
    // Sharp from above the forehead to below the chin: what is measured is a little larger than the detector's box.
    const { x, y, width, height } = face.box;
    const cut = {
      left: Math.floor(x - width * 0.2),
      top: Math.floor(y - height * 0.2),
      width: Math.ceil(width * 1.4),
      height: Math.ceil(height * 1.4),
    };
    const input = await sharp(file).extract(cut).png().toBuffer();
    const portrait = await sharp(file)
      .blur(8)
      .composite([{ input, left: cut.left, top: cut.top }])
      .png()
      .toBuffer();
    expect((await faceIn(portrait)).sharpness).toBeGreaterThan(face.sharpness * 0.7);
  });

  test('brightness is that of the face', async () => {
    const [file = Buffer.alloc(0)] = await franck(1);
    const face = await faceIn(file);
    const dark = await faceIn(await sharp(file).linear(0.4, 0).toBuffer());
    expect(dark.brightness / face.brightness).toBeCloseTo(0.4, 1);
  });
});

describe('no face', () => {
  const side = 512;
  const house = `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"><rect width="512" height="512" fill="#9cf"/>
    <rect x="120" y="220" width="260" height="200" fill="#c96"/><path d="M100 220L250 90L400 220Z" fill="#933"/>
    <rect x="160" y="260" width="50" height="50" fill="#fff"/><rect x="290" y="260" width="50" height="50" fill="#fff"/>
    <circle cx="440" cy="80" r="40" fill="#fd3"/></svg>`;
  const stripes = (x: number, y: number) => (Math.floor((x + y) / 24) % 2) * 200 + 20;
  const waves = (x: number, y: number) => 128 + 100 * Math.sin(x / 17) * Math.cos(y / 23);
  const checks = (x: number, y: number) => ((Math.floor(x / 32) + Math.floor(y / 32)) % 2) * 255;

  test.each([
    ['a drawing of a house', () => sharp(Buffer.from(house)).png().toBuffer()],
    ['stripes', () => texture(stripes)],
    ['waves', () => texture(waves)],
    ['checks', () => texture(checks)],
    [
      'noise',
      async () =>
        sharp(await texture(noise(7)))
          .blur(3)
          .normalise()
          .png()
          .toBuffer(),
    ],
    [
      'clouds',
      async () =>
        sharp(await texture(noise(11)))
          .blur(25)
          .normalise()
          .png()
          .toBuffer(),
    ],
  ])('on %s', async (_name, make) => {
    expect(await facesIn(await make())).toEqual([]);
  });

  test('on the clothes of people', async () => {
    const clothes = { left: 900, top: 854, width: 300, height: 300 };
    expect(
      await facesIn(
        await sharp(await photo('sample1.jpg'))
          .extract(clothes)
          .toBuffer(),
      ),
    ).toEqual([]);
  });

  function texture(brightness: (x: number, y: number) => number): Promise<Buffer> {
    const pixels = Buffer.alloc(side * side);
    for (let i = 0; i < pixels.length; i++) pixels[i] = brightness(i % side, Math.floor(i / side));
    return sharp(pixels, { raw: { width: side, height: side, channels: 1 } })
      .png()
      .toBuffer();
  }

  /** The same noise in every run (a linear congruential generator). */
  function noise(seed: number): () => number {
    let state = seed;
    return () => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return (state / 2 ** 31) * 255;
    };
  }
});
