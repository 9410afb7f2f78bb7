// What is answered, by HTTP, on photos as phones, programs and careless people make them: real files, real vision. What
// cameras write is accepted, and what spoils a training is told.

import { type ServerType, serve } from '@hono/node-server';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mainFace } from '../../domain/photo-rules.ts';
import { COVERS } from '../support/covers.ts';
import {
  clearPhoto,
  enlargedThumbnail,
  MARKER,
  movedBy,
  withNoise,
  withScanTail,
  withStrayBytes,
} from '../support/photo-recipes.ts';
import { photo } from '../support/photos.ts';
import { KEY, newWorld, type World } from '../unit/api/world.ts';
import { vision } from './shared-vision.ts';

interface Answered {
  photoId: string | null;
  fileName: string;
  verdict: 'accepted' | 'warned' | 'rejected';
  findings: { code: string; severity: string; message: string }[];
}

let world: World;
let server: ServerType;
let address: string;
let clear: Buffer;
beforeAll(async () => {
  world = newWorld({ vision });
  address = await new Promise<string>((resolve) => {
    server = serve({ fetch: world.app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) =>
      resolve(`http://127.0.0.1:${port}`),
    );
  });
  clear = await clearPhoto();
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
});

const headers = { authorization: `Bearer ${KEY}` };

async function answerTo(path: string, init: RequestInit): Promise<Answered> {
  const answer = await fetch(`${address}${path}`, { method: 'POST', ...init });
  if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
  const { photos } = (await answer.json()) as { photos: Answered[] };
  const [only, ...others] = photos;
  if (!only || others.length > 0) throw new Error(`${photos.length} photos`);
  return only;
}

function send(path: string, file: Buffer): Promise<Answered> {
  const body = new FormData();
  body.append('photos', new File([new Uint8Array(file)], 'a.jpg'));
  return answerTo(path, { headers, body });
}

const inspect = (file: Buffer) => send('/v1/photos/inspect', file);
const codes = ({ findings }: Answered) => findings.map(({ code }) => code);

/** What is kept of the photo when it is uploaded, with the verdict. */
async function upload(file: Buffer): Promise<{ answered: Answered; stored: Buffer }> {
  const { id } = world.addCharacter();
  const answered = await send(`/v1/characters/${id}/photos`, file);
  const row = world.rows.photos.get(answered.photoId ?? '');
  const stored = row && world.rows.objects.get(`${row.object.bucket}/${row.object.key}`);
  if (!stored) throw new Error('nothing is stored');
  return { answered, stored };
}

describe('what cameras write is accepted, and its pixels are stored', () => {
  test.each<[string, (jpeg: Buffer) => Buffer]>([
    ['as it is', (jpeg) => jpeg],
    ['Samsung: a scan header with the tail 00 00 00', (jpeg) => withScanTail(jpeg, 0, 0, 0)],
    ['Samsung: a scan header with the tail 01 3f 10', (jpeg) => withScanTail(jpeg, 0x01, 0x3f, 0x10)],
    ['Pixel: stray bytes before the quantisation tables', (jpeg) => withStrayBytes(jpeg, MARKER.quantisation)],
    ['Pixel: stray bytes before the frame header', (jpeg) => withStrayBytes(jpeg, MARKER.frame)],
    ['Pixel: stray bytes before the scan', (jpeg) => withStrayBytes(jpeg, MARKER.scan)],
  ])('%s', async (_, make) => {
    const { answered, stored } = await upload(make(clear));
    expect(answered).toMatchObject({ verdict: 'accepted', findings: [] });
    expect(stored.equals((await upload(clear)).stored)).toBe(true);
  });

  test('.NET sends names as tokens, and the name once more', async () => {
    const part = "Content-Disposition: form-data; name=photos; filename=a.jpg; filename*=utf-8''a.jpg";
    const head = Buffer.from(`--x\r\nContent-Type: image/jpeg\r\n${part}\r\n\r\n`);
    const body = new Uint8Array(Buffer.concat([head, clear, Buffer.from('\r\n--x--\r\n')]));
    const type = { 'content-type': 'multipart/form-data; boundary=x' };
    const answered = await answerTo('/v1/photos/inspect', { headers: { ...headers, ...type }, body });
    expect(answered).toMatchObject({ fileName: 'a.jpg', verdict: 'accepted', findings: [] });
  });
});

test.each([0.5, 0.9, 0.99, 0.999])('a file of which %d is left is cut off', async (share) => {
  const answered = await inspect(clear.subarray(0, Math.floor(clear.length * share)));
  expect(answered.verdict).toBe('rejected');
  expect(codes(answered)).toEqual(['truncated']);
});

describe('a photo that is not the right way up', () => {
  test.each([
    ['audrey.jpg', 90],
    ['audrey.jpg', 180],
    ['audrey.jpg', 270],
    ['bieber_small.jpg', 180],
    ['SeanConnery.jpg', 180],
  ])('%s by %i degrees is told to be turned, and never accepted', async (name, degrees) => {
    const answered = await inspect(
      await sharp(await photo(name))
        .rotate(degrees)
        .jpeg({ quality: 92 })
        .toBuffer(),
    );
    expect(answered.verdict).toBe('rejected');
    expect(codes(answered)).toContain('turned');
  });

  test.each([-45, -20, 20, 45])('a head that leans by %i degrees stays', async (degrees) => {
    const leaning = await sharp(clear).rotate(degrees, { background: '#888' }).jpeg({ quality: 92 }).toBuffer();
    expect(await inspect(leaning)).toMatchObject({ verdict: 'accepted', findings: [] });
  });
});

describe('a face that something covers', () => {
  test.each(Object.entries(COVERS))('is told, and is no other person among bare photos: %s', async (_, cover) => {
    const reading = await vision.read(clear);
    const face = reading.readable ? mainFace(reading) : undefined;
    if (!face) throw new Error('no face');
    const body = new FormData();
    const own = [sharp(clear).flop(), sharp(clear).rotate(12, { background: '#888' }), sharp(clear).linear(0.6, 0)];
    const bare = await Promise.all(own.map((picture) => picture.jpeg({ quality: 92 }).toBuffer()));
    for (const [i, file] of [...bare, await cover(clear, face.box)].entries())
      body.append('photos', new File([new Uint8Array(file)], `${i}.jpg`));
    const answer = await fetch(`${address}/v1/photos/inspect`, { method: 'POST', headers, body });
    const { photos } = (await answer.json()) as { photos: Answered[] };
    expect(codes(photos.at(-1) as Answered)).toContainEqual(expect.stringMatching(/face_covered|no_face/));
    expect(photos.flatMap(codes)).not.toContain('wrong_person');
  });
});

describe('a photo that shows less than its pixels pretend', () => {
  test.each(['nearest', 'cubic', 'lanczos3'] as const)('a thumbnail enlarged by %s is rejected', async (kernel) => {
    const answered = await inspect(await enlargedThumbnail(clear, 60, kernel));
    expect(answered.verdict).toBe('rejected');
    expect(codes(answered)).toContain(kernel === 'nearest' ? 'low_resolution' : 'blurred');
  });

  test('pixels that were only made larger are counted as what they were', async () => {
    const answered = await inspect(await enlargedThumbnail(clear, 60, 'nearest'));
    const [finding] = answered.findings.filter(({ code }) => code === 'low_resolution');
    expect(finding?.message).toMatch(/enlarged from about 60 × 80 pixels/);
  });

  test.each([
    ['without noise', 0],
    ['with noise', 25],
  ])('blur of 8 pixels %s is rejected', async (_, noise) => {
    const blurred = await sharp(clear).blur(8).jpeg({ quality: 92 }).toBuffer();
    const answered = await inspect(noise > 0 ? await withNoise(blurred, noise) : blurred);
    expect(answered.verdict).toBe('rejected');
    expect(codes(answered)).toContain('blurred');
  });

  test.each([0, 30, 45, 90, 135])(
    'a camera that moved by 40 pixels, at %i degrees, is not accepted',
    async (degrees) => {
      expect(codes(await inspect(await movedBy(clear, 40, degrees)))).toContain('blurred');
    },
  );

  test('blocks of a JPEG are no detail', async () => {
    const blocks = await sharp(clear).blur(8).jpeg({ quality: 20 }).toBuffer();
    expect(codes(await inspect(blocks))).toContain('blurred');
  });

  test.each<[string, (file: Buffer) => Promise<Buffer>]>([
    ['noise', (file) => withNoise(file, 15)],
    ['blocks of a JPEG', (file) => sharp(file).jpeg({ quality: 20 }).toBuffer()],
    ['no colour', (file) => sharp(file).greyscale().jpeg({ quality: 92 }).toBuffer()],
    ['a third of the light', (file) => sharp(file).linear(0.4, 0).jpeg({ quality: 92 }).toBuffer()],
    ['a tenth of the pixels', (file) => sharp(file).resize(512).jpeg({ quality: 92 }).toBuffer()],
  ])('a sharp photo with %s is accepted', async (_, make) => {
    expect(await inspect(await make(clear))).toMatchObject({ verdict: 'accepted', findings: [] });
  });
});
