// The pixels of a still: outside of a mask nothing changes, to the bit, and a provider's file is no threat.

import sharp from 'sharp';
import { describe, expect, it, test } from 'vitest';
import { faceMask } from '../../../adapters/vision/face-mask.ts';
import { createPainting } from '../../../adapters/vision/painting.ts';
import type { ImageSize } from '../../../domain/image-units.ts';
import type { Box } from '../../../domain/photo.ts';
import { photo } from '../../support/photos.ts';

const painting = createPainting();
const pixelsOf = async (bytes: Uint8Array): Promise<Buffer> => sharp(bytes).removeAlpha().raw().toBuffer();
const noise = async ({ width, height }: ImageSize): Promise<Buffer> =>
  sharp({
    create: { width, height, channels: 3, background: 'white', noise: { type: 'gaussian', mean: 90, sigma: 60 } },
  })
    .png()
    .toBuffer();

describe('a picture as it is kept', () => {
  it('is a PNG of the very pixels, without metadata', async () => {
    const { data, info } = await sharp(await photo('sample1.jpg'))
      .raw()
      .toBuffer({ resolveWithObject: true });
    const drawn = await sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } })
      .withExif({ IFD0: { Copyright: 'somebody' } })
      .png()
      .toBuffer();
    const kept = await painting.keep(drawn);
    expect(kept.size).toEqual({ width: info.width, height: info.height });
    expect((await pixelsOf(kept.bytes)).equals(data)).toBe(true);
    expect(kept.bytes.includes('somebody')).toBe(false);
    expect(drawn.includes('somebody')).toBe(true);
  });

  it('is the same file for the same pixels', async () => {
    const drawn = await photo('sample2.jpg');
    expect((await painting.keep(drawn)).sha256).toBe((await painting.keep(drawn)).sha256);
  });

  it.each<[string, () => Promise<Buffer>]>([
    ['nothing', async () => Buffer.alloc(0)],
    ['a page', async () => Buffer.from('<html>no picture here</html>')],
    [
      'a GIF',
      async () =>
        sharp(await noise({ width: 64, height: 64 }))
          .gif()
          .toBuffer(),
    ],
    ['half of a JPEG', async () => (await photo('sample1.jpg')).subarray(0, 20_000)],
    ['a drawing in XML', async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
  ])('is refused when a provider answers with %s', async (_, drawn) => {
    await expect(painting.keep(await drawn())).rejects.toMatchObject({ code: 'ProviderFailed' });
  });
});

describe('a preview', () => {
  it('is a JPEG with its longer side as asked, and never larger than the picture', async () => {
    const picture = await noise({ width: 400, height: 300 });
    const sizeOf = async (longest: number) => {
      const { format, width, height } = await sharp(await painting.preview(picture, longest)).metadata();
      return { format, width, height };
    };
    expect(await sizeOf(200)).toEqual({ format: 'jpeg', width: 200, height: 150 });
    expect(await sizeOf(900)).toEqual({ format: 'jpeg', width: 400, height: 300 });
  });
});

describe('a mask', () => {
  const SIZE = { width: 400, height: 300 };
  const FACE = { x: 150, y: 100, width: 60, height: 80 };
  const at = (mask: Uint8Array, x: number, y: number) => mask[y * SIZE.width + x];

  it('is white around the whole head and black elsewhere', async () => {
    const file = await painting.mask(SIZE, FACE, []);
    const { format, width, height, channels } = await sharp(file).metadata();
    expect({ format, width, height, channels }).toEqual({ format: 'png', ...SIZE, channels: 1 });
    const data = await sharp(file).extractChannel(0).raw().toBuffer();
    expect(new Set(data)).toEqual(new Set([0, 255]));
    const white = data.reduce((sum, value) => sum + value, 0) / 255;
    expect(white / (FACE.width * FACE.height)).toBeGreaterThan(2);
    expect(white / (FACE.width * FACE.height)).toBeLessThan(4);
    for (let y = FACE.y; y < FACE.y + FACE.height; y++) {
      for (let x = FACE.x; x < FACE.x + FACE.width; x++) expect(at(data, x, y)).toBe(255);
    }
    // The hair above the brows, and an ear.
    expect([at(data, 180, 70), at(data, 130, 130)]).toEqual([255, 255]);
    expect([at(data, 0, 0), at(data, 180, 5), at(data, 90, 130), at(data, 180, 250)]).toEqual([0, 0, 0, 0]);
  });

  it('leaves out the face beside it, and never a part of its own', () => {
    const beside = { x: 195, y: 90, width: 60, height: 80 };
    const mask = faceMask(SIZE, FACE, [beside]);
    expect(at(mask, 230, 130)).toBe(0);
    expect(at(mask, 205, 130)).toBe(255);
    expect(at(faceMask(SIZE, FACE, []), 230, 130)).toBe(255);
  });

  it.each<[string, Box]>([
    ['at the edge', { x: -20, y: -30, width: 100, height: 120 }],
    ['at the other edge', { x: 360, y: 250, width: 80, height: 100 }],
    ['of the whole picture', { x: 0, y: 0, width: 400, height: 300 }],
    ['outside', { x: 900, y: 900, width: 50, height: 50 }],
  ])('of a face %s stays within the picture', (_, face) => {
    expect(faceMask(SIZE, face, [])).toHaveLength(400 * 300);
  });
});

describe('a face put into its picture', () => {
  it.each(['sample1.jpg', 'franck_02888.jpg', 'cage.jpg'])(
    'changes no pixel outside of the mask of %s, and those in its middle',
    async (name) => {
      const base = await painting.keep(await photo(name));
      const { width, height } = base.size;
      const face = { x: width * 0.4, y: height * 0.3, width: width * 0.15, height: height * 0.25 };
      const painted = await noise(base.size);
      // A strip of a neighbour within the mask: the softness of both its edges would reach across.
      const beside = { x: face.x + face.width + 4, y: face.y, width: 4, height: face.height };
      const mask = await painting.mask(base.size, face, [beside]);
      const made = await painting.composite(base.bytes, painted, mask);
      expect(made.size).toEqual(base.size);

      const [before, after, white] = await Promise.all([base.bytes, made.bytes, mask].map(pixelsOf));
      const wanted = await pixelsOf(painted);
      if (!before || !after || !white) throw new Error('three pictures were read');
      let outside = 0;
      let changed = 0;
      const step = white.length / (width * height);
      for (let pixel = 0; pixel < width * height; pixel++) {
        const at = 3 * pixel;
        const same = before[at] === after[at] && before[at + 1] === after[at + 1] && before[at + 2] === after[at + 2];
        if (white[pixel * step] === 0 && !same) outside += 1;
        if (!same) changed += 1;
      }
      expect(outside).toBe(0);
      expect(changed).toBeGreaterThan(face.width * face.height);
      const middle = 3 * (Math.round(face.y + face.height / 2) * width + Math.round(face.x + face.width / 2));
      expect(after.subarray(middle, middle + 3).equals(wanted.subarray(middle, middle + 3))).toBe(true);
    },
  );

  it('is soft inside of the edge: no step from one pixel to the next', async () => {
    const size = { width: 400, height: 400 };
    const flat = (value: number) =>
      sharp({ create: { ...size, channels: 3, background: { r: value, g: value, b: value } } })
        .png()
        .toBuffer();
    const face = { x: 150, y: 150, width: 100, height: 100 };
    const mask = await painting.mask(size, face, []);
    const made = await pixelsOf((await painting.composite(await flat(0), await flat(200), mask)).bytes);
    const row = Array.from({ length: 400 }, (_, x) => made[3 * (200 * 400 + x)] ?? 0);
    expect(Math.max(...row)).toBe(200);
    expect(row[0]).toBe(0);
    expect(Math.max(...row.slice(1).map((value, x) => Math.abs(value - (row[x] ?? 0))))).toBeLessThan(60);
  });

  it('may come in whole blocks of about the size: it is fitted', async () => {
    const base = await painting.keep(await noise({ width: 404, height: 300 }));
    const mask = await painting.mask(base.size, { x: 100, y: 100, width: 60, height: 80 }, []);
    const made = await painting.composite(base.bytes, await noise({ width: 400, height: 304 }), mask);
    expect(made.size).toEqual(base.size);
  });

  it.each<[string, () => Promise<Buffer>]>([
    ['another form', () => noise({ width: 300, height: 400 })],
    ['no picture', async () => Buffer.from('no')],
  ])('is refused when the provider painted %s', async (_, painted) => {
    const base = await painting.keep(await noise({ width: 400, height: 300 }));
    const mask = await painting.mask(base.size, { x: 100, y: 100, width: 60, height: 80 }, []);
    await expect(painting.composite(base.bytes, await painted(), mask)).rejects.toMatchObject({
      code: 'ProviderFailed',
    });
  });

  it('changes nothing where the mask is black', async () => {
    const base = await painting.keep(await photo('sample1.jpg'));
    const mask = await painting.mask(base.size, { x: 9000, y: 9000, width: 10, height: 10 }, []);
    const made = await painting.composite(base.bytes, await noise(base.size), mask);
    expect(made.sha256).toBe(base.sha256);
  });
});

test('work that is not wanted any more does not begin', async () => {
  const signal = AbortSignal.abort(new Error('cancelled'));
  const face = { x: 9, y: 9, width: 9, height: 9 };
  await expect(painting.mask({ width: 64, height: 64 }, face, [], signal)).rejects.toThrow('cancelled');
});
