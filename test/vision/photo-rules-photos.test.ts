// Every rule for one photo against real photos: one that breaks it, one that only earns a warning, one that just passes.

import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Box, ReadablePicture } from '../../domain/photo.ts';
import type { FindingCode } from '../../domain/photo-findings.ts';
import { PHOTO_LIMITS } from '../../domain/photo-limits.ts';
import { judgePhoto } from '../../domain/photo-rules.ts';
import { franck, photo, photoOfAnotherMan } from '../support/photos.ts';
import { pictureOf as read, vision } from './shared-vision.ts';

let man: Buffer;
let other: Buffer;
let face: Box;
beforeAll(async () => {
  [man = Buffer.alloc(0)] = await franck(1);
  other = await photoOfAnotherMan();
  face = faceBox(await read(man));
});

function faceBox({ faces: [found] }: ReadablePicture): Box {
  if (!found) throw new Error('no face');
  return found.box;
}

/** Each finding as its code and whether it rejects. */
async function findingsOf(file: Buffer): Promise<string[]> {
  return judgePhoto(await vision.read(file)).map(({ code, severity }) => `${severity} ${code}`);
}

const whole = (picture: Sharp) => picture.png().toBuffer();
const changed = (change: (picture: Sharp) => Sharp) => whole(change(sharp(man)));
const page = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#888' } }).png();

/** The man's photo made so wide, on a page of 1024 pixels. */
async function onPage(width: number): Promise<Buffer> {
  const input = await sharp(man).resize({ width }).toBuffer();
  return whole(page(1024, 1024).composite([{ input, left: 100, top: 100 }]));
}

/** The man, and beside him another one whose face is so much of his in width. */
async function withCompany(share: number): Promise<Buffer> {
  const width = Math.round((share * face.width * 1000) / faceBox(await read(other)).width);
  const input = await sharp(other).resize({ width }).toBuffer();
  return whole(page(1020, 576).composite([{ input: man }, { input, left: 720, top: 100 }]));
}

/** The man's photo ends where so much of his face, from below, is cut off; then made larger. */
const cutBelow = (share: number) =>
  changed((picture) =>
    picture
      .extract({ left: 0, top: 0, width: 720, height: Math.round(face.y + face.height * (1 - share)) })
      .resize({ height: 600 }),
  );

/** One face out of a group photo, with some room around it. */
async function outOf(name: string, { left, top, side }: { left: number; top: number; side: number }): Promise<Buffer> {
  return sharp(await photo(name))
    .extract({ left, top, width: side, height: side })
    .resize({ width: 600 })
    .toBuffer();
}

interface Row {
  code: FindingCode;
  rejected?: () => Promise<Buffer>;
  warned?: () => Promise<Buffer>;
  passes: () => Promise<Buffer>;
}

const ROWS: Row[] = [
  {
    code: 'low_resolution',
    rejected: () => changed((picture) => picture.resize({ height: 198 })),
    warned: () => changed((picture) => picture.resize({ height: 510 })),
    passes: () => changed((picture) => picture.resize({ height: 512 })),
  },
  {
    code: 'no_face',
    rejected: () =>
      changed((picture) => picture.extract({ left: 0, top: 0, width: 720, height: 200 }).resize(720, 720)),
    passes: () => changed((picture) => picture),
  },
  {
    code: 'several_faces',
    rejected: () => withCompany(0.6),
    passes: () => withCompany(0.2),
  },
  {
    code: 'bystander',
    warned: () => withCompany(0.4),
    passes: () => withCompany(0.2),
  },
  {
    code: 'face_too_small',
    rejected: () => onPage(125),
    warned: () => onPage(155),
    passes: () => onPage(260),
  },
  {
    code: 'face_cut_off',
    rejected: () => cutBelow(0.5),
    warned: () => cutBelow(0.3),
    passes: () => cutBelow(0.1),
  },
  {
    code: 'face_turned_away',
    rejected: () => outOf('sample2.jpg', { left: 0, top: 0, side: 850 }),
    warned: () => outOf('sample5.jpg', { left: 470, top: 357, side: 400 }),
    passes: () => outOf('sample1.jpg', { left: 317, top: 306, side: 400 }),
  },
  {
    code: 'badly_lit',
    rejected: () => changed((picture) => picture.linear(0.07, 0)),
    warned: () => changed((picture) => picture.linear(0.3, 0)),
    passes: () => changed((picture) => picture.linear(0.34, 0)),
  },
  {
    code: 'badly_lit',
    rejected: () => changed((picture) => picture.linear(2.5, 20)),
    warned: () => changed((picture) => picture.linear(2, 20)),
    passes: () => changed((picture) => picture.linear(1.6, 20)),
  },
  {
    code: 'badly_lit',
    rejected: () => changed((picture) => picture.threshold(110)),
    warned: () => changed((picture) => picture.linear(6, 110 * (1 - 6))),
    passes: () => changed((picture) => picture.linear(4, 110 * (1 - 4))),
  },
  {
    code: 'blurred',
    rejected: () => changed((picture) => picture.blur(2.5)),
    warned: () => changed((picture) => picture.blur(2)),
    passes: () => changed((picture) => picture.blur(1.5)),
  },
];

describe('a real photo', () => {
  test.each(ROWS.filter((row) => row.rejected))('is rejected: $code', async ({ code, rejected }) => {
    expect(await findingsOf((await rejected?.()) ?? man)).toEqual([`rejection ${code}`]);
  });

  test.each(ROWS.filter((row) => row.warned))('is warned: $code', async ({ code, warned }) => {
    expect(await findingsOf((await warned?.()) ?? man)).toEqual([`warning ${code}`]);
  });

  test.each(ROWS)('just passes: $code', async ({ passes }) => {
    expect(await findingsOf(await passes())).toEqual([]);
  });

  test('that is dark or small is blurred only if it is blurred', async () => {
    const dark = await changed((picture) => picture.linear(0.3, 0));
    expect(await findingsOf(dark)).toEqual(['warning badly_lit']);
    expect(await findingsOf(await sharp(dark).blur(3).png().toBuffer())).toEqual([
      'warning badly_lit',
      'rejection blurred',
    ]);
  });
});

describe('a file made of a real photo', () => {
  const gif = () => sharp(man).resize({ width: 300 }).gif().toBuffer();
  const blank = (width: number, height: number) => page(width, height).jpeg().toBuffer();
  const padded = (size: number) => Buffer.concat([man, Buffer.alloc(size - man.length)]);

  test.each<[FindingCode, () => Promise<Buffer>]>([
    ['unsupported_format', gif],
    [
      'animated',
      () =>
        sharp([man, other], { join: { animated: true } })
          .webp()
          .toBuffer(),
    ],
    ['truncated', async () => man.subarray(0, man.length / 2)],
    ['corrupt', async () => (await sharp(man).png().toBuffer()).fill(7, 5_000, 6_000)],
    ['too_many_bytes', async () => padded(PHOTO_LIMITS.maxBytes + 1)],
    ['too_many_pixels', () => blank(10_000, PHOTO_LIMITS.maxPixels / 10_000 + 1)],
  ])('is rejected: %s', async (code, make) => {
    expect(await findingsOf(await make())).toEqual([`rejection ${code}`]);
  });

  test.each<[string, () => Promise<Buffer>, string[]]>([
    ['PNG', () => sharp(man).png().toBuffer(), []],
    ['WebP', () => sharp(man).webp({ quality: 95 }).toBuffer(), []],
    ['as many bytes as allowed', async () => padded(PHOTO_LIMITS.maxBytes), []],
    ['as many pixels as allowed', () => blank(10_000, PHOTO_LIMITS.maxPixels / 10_000), ['rejection no_face']],
  ])('just passes: %s', async (_, make, expected) => {
    expect(await findingsOf(await make())).toEqual(expected);
  });
});
