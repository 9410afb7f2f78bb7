// The rules for a set against real photos: copies and similar pictures, one person who is not like the rest, advice.

import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Box } from '../../domain/photo.ts';
import { judgeSet, type SetReport } from '../../domain/photo-set.ts';
import { demoPhotos } from '../../stack/demo-photos.ts';
import { franck, photo, photoOfAnotherMan } from '../support/photos.ts';
import { vision } from './shared-vision.ts';

/** Three photos of one man, and one of another. */
let man: Buffer[];
let other: Buffer;
beforeAll(async () => {
  man = await franck(3);
  other = await photoOfAnotherMan();
});

const frame = (name: string) => photo(`franck_${name}.jpg`);
const first = () => sharp(man[0]);
const saved = (picture: Sharp) => picture.jpeg({ quality: 92 }).toBuffer();
const cropped = (left: number, top: number) =>
  first().extract({ left, top, width: 720 - 2 * left, height: 576 - 2 * top });

/** The photos are p1, p2, … */
async function judge(files: readonly Buffer[]): Promise<SetReport> {
  const photos = [];
  for (const [i, file] of files.entries()) photos.push({ photoId: `p${i + 1}`, reading: await vision.read(file) });
  return judgeSet(photos, { maxPhotos: 5 });
}

const findings = (report: SetReport) =>
  report.photos.flatMap(({ photoId, findings }) =>
    findings.map(({ severity, code, otherPhotoId }) => [
      photoId,
      severity,
      code,
      ...(otherPhotoId ? [otherPhotoId] : []),
    ]),
  );

describe('a photo that repeats another', () => {
  test.each([
    ['saved again', () => saved(first().resize({ width: 640 }))],
    ['made brighter', () => saved(first().linear(1.25, 0))],
    ['mirrored', () => saved(first().flop())],
    ['cropped by 5 %', () => saved(cropped(18, 14).resize({ width: 720 }))],
  ])('is rejected when it was %s', async (_, copy) => {
    const report = await judge([...man, await copy()]);
    expect(findings(report)).toEqual([['p4', 'rejection', 'duplicate', 'p1']]);
    expect(report.accepted).toEqual(['p1', 'p2', 'p3']);
  });

  test.each([
    ['cropped by 10 %', () => saved(cropped(36, 28).resize({ width: 720 }))],
    ['cropped by 25 %', () => saved(cropped(90, 72).resize({ width: 720 }))],
    ['made gray', () => saved(first().grayscale())],
  ])('is warned when it was %s', async (_, copy) => {
    expect(findings(await judge([...man, await copy()]))).toEqual([['p4', 'warning', 'near_duplicate', 'p1']]);
  });

  test('is warned when the camera stood still and the face hardly moved', async () => {
    const files = await Promise.all(['02888', '01829', '02045', '02221'].map(frame));
    expect(findings(await judge(files))).toEqual([['p4', 'warning', 'near_duplicate', 'p3']]);
  });

  test('is no repetition when the camera stood still, and the face did not: 5 bits apart by the hash', async () => {
    expect(findings(await judge(await Promise.all(['02888', '01829', '04117'].map(frame))))).toEqual([]);
  });
});

describe('a photo of another person', () => {
  test.each([3, 4, 5])('is named among %i', async (count) => {
    const files = [...(await franck(count - 1)), other];
    const report = await judge(files);
    expect(findings(report)).toEqual([[`p${count}`, 'rejection', 'wrong_person']]);
    expect(report).toMatchObject({ sufficient: false, problem: { code: 'wrong_person' } });
  });

  test('and of a third one among five are both named', async () => {
    const audrey = await photo('audrey.jpg');
    expect(findings(await judge([man[0], other, man[1], audrey, man[2]].filter((file) => file !== undefined)))).toEqual(
      [
        ['p2', 'rejection', 'wrong_person'],
        ['p4', 'rejection', 'wrong_person'],
      ],
    );
  });

  test.each([
    [0.3, []],
    [0.6, [['p4', 'warning', 'wrong_person']]],
    [0.8, [['p4', 'rejection', 'wrong_person']]],
  ])('blended over his face by %d is found as far as it shows', async (share, expected) => {
    const files = await Promise.all(['02888', '02159', '04035'].map(frame));
    // Half of another face over his own is a soft picture, too.
    const found = findings(await judge([...files, await blended(await frame('01829'), share)]));
    expect(found.filter(([, , code]) => code !== 'blurred')).toEqual(expected);
  });

  test('is nobody among the five least alike of one man', async () => {
    const files = await Promise.all(['04000', '03909', '02888', '01829', '04117'].map(frame));
    expect(await judge(files)).toMatchObject({ sufficient: true, accepted: ['p1', 'p2', 'p3', 'p4', 'p5'] });
  });

  async function boxIn(file: Buffer): Promise<Box> {
    const reading = await vision.read(file);
    const box = reading.readable ? reading.faces[0]?.box : undefined;
    if (!box) throw new Error('no face');
    return box;
  }

  /** The other man's photo over this one, face on face, as opaque as `share`. */
  async function blended(under: Buffer, share: number): Promise<Buffer> {
    const [face, otherFace] = [await boxIn(under), await boxIn(other)];
    const scale = face.width / otherFace.width;
    const layer = sharp(other).resize({ width: Math.round(1000 * scale) });
    const { data, info } = await layer.toBuffer({ resolveWithObject: true });
    const [left, top] = [Math.round(face.x - otherFace.x * scale), Math.round(face.y - otherFace.y * scale)];
    const cut = { left: Math.max(0, -left), top: Math.max(0, -top) };
    const place = { left: Math.max(0, left), top: Math.max(0, top) };
    const width = Math.min(info.width - cut.left, 720 - place.left);
    const height = Math.min(info.height - cut.top, 576 - place.top);
    const input = await sharp(data)
      .extract({ ...cut, width, height })
      .ensureAlpha(share)
      .png()
      .toBuffer();
    return sharp(under)
      .composite([{ input, ...place }])
      .png()
      .toBuffer();
  }
});

describe('advice on real photos', () => {
  const codes = ({ advice }: SetReport) => advice.map(({ code }) => code);

  test('frames of one video are in one light; heads that turn are a variety', async () => {
    const alike = await Promise.all(['01829', '02888', '04035'].map(frame));
    expect(codes(await judge(alike))).toEqual(['few_photos', 'same_pose', 'one_light']);
    const turned = await Promise.all(['04000', '03909', '02888', '01829', '04117'].map(frame));
    expect(codes(await judge(turned))).toEqual(['one_light']);
  });

  test('other light is a variety, and small faces are none', async () => {
    const [a, b, c] = await Promise.all([frame('01829'), frame('02888'), frame('04035')]);
    const brighter = await sharp(b).linear(1.3, 0).png().toBuffer();
    expect(codes(await judge([a, brighter, c]))).toEqual(['few_photos', 'same_pose']);
    const distant = await Promise.all([a, brighter, c].map(fromAfar));
    expect(codes(await judge(distant))).toContain('no_close_up');
  });

  async function fromAfar(file: Buffer): Promise<Buffer> {
    const input = await sharp(file).resize({ width: 400 }).toBuffer();
    const page = sharp({ create: { width: 1024, height: 1024, channels: 3, background: '#888' } });
    return page
      .composite([{ input, left: 300, top: 300 }])
      .png()
      .toBuffer();
  }

  test("of the demo's own photos all can be used, without a warning", async () => {
    const report = await judge(await Promise.all(demoPhotos(undefined).map((file) => readFile(file))));
    expect(report).toMatchObject({ sufficient: true, accepted: ['p1', 'p2', 'p3', 'p4', 'p5'] });
    expect(findings(report)).toEqual([]);
  });
});
