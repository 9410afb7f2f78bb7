// Pictures of several people: all faces, also small ones, read as the largest face of a photo is.

import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { ReadableFrame } from '../../domain/photo.ts';
import { franck, OTHER_PEOPLE, photo } from '../support/photos.ts';
import { apart, vision } from './shared-vision.ts';

interface Pasted {
  file: Buffer;
  /** Pixels of the photo's width in the frame. */
  width: number;
  left: number;
  top: number;
}

async function frameOf(size: { width: number; height: number }, photos: readonly Pasted[]): Promise<Buffer> {
  const pasted = await Promise.all(
    photos.map(async ({ file, width, left, top }) => ({
      input: await sharp(file).resize(width).toBuffer(),
      left,
      top,
    })),
  );
  return sharp({ create: { ...size, channels: 3, background: '#6b7a68' } })
    .composite(pasted)
    .png()
    .toBuffer();
}

async function read(file: Buffer): Promise<ReadableFrame> {
  const frame = await vision.readFrame(file);
  if (!frame.readable) throw new Error(frame.problem);
  return frame;
}

describe('a frame', () => {
  it('of nine people has nine faces, where a photo stops at six', async () => {
    const files = await Promise.all(OTHER_PEOPLE.slice(0, 9).map(photo));
    const size = { width: 1200, height: 1200 };
    const at = (i: number) => ({ width: 300, left: 50 + (i % 3) * 390, top: 10 + Math.floor(i / 3) * 395 });
    const picture = await frameOf(
      size,
      files.map((file, i) => ({ file, ...at(i) })),
    );
    const { faces, ...rest } = await read(picture);
    expect(faces).toHaveLength(9);
    expect(rest).toEqual({ readable: true, ...size });
    const asPhoto = await vision.read(picture);
    expect(asPhoto.readable && asPhoto.faces.length).toBe(6);
  });

  it('has faces that are too small in the whole picture, in pixels of the picture', async () => {
    const [man = Buffer.alloc(0)] = await franck(1);
    const near = { file: await photo('cage.jpg'), width: 500, left: 100, top: 300 };
    // His face is 0.36 of the photo's width: 14 pixels, and 4 of the 640 that the whole picture is searched at.
    const far = { file: man, width: 40, left: 1700, top: 1500 };
    const picture = await frameOf({ width: 2048, height: 2048 }, [near, far]);
    const { faces } = await read(picture);
    expect(faces).toHaveLength(2);
    const [, small] = faces;
    expect(small?.box.width).toBeGreaterThan(10);
    expect(small?.box.width).toBeLessThan(20);
    expect(small?.box.x).toBeGreaterThan(1700);
    expect(small?.box.x).toBeLessThan(1740);
    const asPhoto = await vision.read(picture);
    expect(asPhoto.readable && asPhoto.faces.length).toBe(1);
  });

  it('gives a face the descriptor that a photo of it has', async () => {
    const [man = Buffer.alloc(0)] = await franck(1);
    const alone = await vision.read(man);
    const frame = await read(
      await frameOf({ width: 1400, height: 700 }, [
        { file: man, width: 600, left: 40, top: 60 },
        { file: await photo('audrey.jpg'), width: 400, left: 900, top: 60 },
      ]),
    );
    const [one, other] = frame.faces.toSorted((p, q) => p.box.x - q.box.x);
    if (!alone.readable || !alone.faces[0] || !one || !other) throw new Error('a face is missing');
    expect(apart(one, alone.faces[0])).toBeLessThan(0.35);
    expect(apart(other, alone.faces[0])).toBeGreaterThan(1.2);
  });

  it('that is no picture is unreadable', async () => {
    expect(await vision.readFrame(Buffer.from('no picture'))).toMatchObject({
      readable: false,
      problem: 'unsupported_format',
    });
  });

  it('can be given up', async () => {
    const [man = Buffer.alloc(0)] = await franck(1);
    const reason = new Error('enough');
    await expect(vision.readFrame(man, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
