// What the parts say of a file without sending it: its content decides, and the words are those of the API.

import sharp from 'sharp';
import { expect, test } from 'vitest';
import { judgeUnreadable } from '../../../domain/file-rules.ts';
import { PHOTO_LIMITS } from '../../../domain/photo-limits.ts';
import { fileProblem } from '../../../react/state/file-problem.ts';

const said = (problem: 'unsupported_format' | 'too_many_bytes', format?: string) =>
  judgeUnreadable({ readable: false, problem, bytes: 0, format })[0]?.message;

const picture = () => sharp({ create: { width: 8, height: 8, channels: 3, background: 'teal' } });
const file = (bytes: Uint8Array, name: string, type: string) => new File([new Uint8Array(bytes)], name, { type });
/** The box that a file of this brand begins with (ISO/IEC 14496-12). */
const brand = (...brands: string[]) => {
  const body = Buffer.from(`ftyp${brands[0]}\0\0\0\0${brands.slice(1).join('')}`, 'latin1');
  const size = Buffer.alloc(4);
  size.writeUInt32BE(body.length + 4);
  return Buffer.concat([size, body, Buffer.alloc(64)]);
};

test.each([
  ['IMG_1.HEIC', 'image/heic'],
  ['photo', ''],
  ['IMG_1.jpg', 'image/pjpeg'],
  ['IMG_1.jpg', 'image/jpg'],
  ['IMG_1.jpg', 'application/octet-stream'],
  ['notes.txt', 'text/plain'],
  ['IMG_1.jpg', 'image/jpeg'],
])('JPEG bytes are sent, named %s of type "%s"', async (name, type) => {
  expect(await fileProblem(file(await picture().jpeg().toBuffer(), name, type))).toBeUndefined();
});

test('PNG and WebP bytes are sent without any type', async () => {
  expect(await fileProblem(file(await picture().png().toBuffer(), 'a', ''))).toBeUndefined();
  expect(await fileProblem(file(await picture().webp().toBuffer(), 'a', ''))).toBeUndefined();
});

test('bytes that nobody knows are for the API to judge', async () => {
  expect(await fileProblem(file(Buffer.from('no picture'), 'renamed.jpg', 'image/jpeg'))).toBeUndefined();
});

test('a GIF that is named a JPEG is told as what it is, in the words of the API', async () => {
  const gif = file(await picture().gif().toBuffer(), 'photo.jpg', 'image/jpeg');
  expect(await fileProblem(gif)).toBe(said('unsupported_format', 'gif'));
});

test.each([
  ['heic', 'HEIC', brand('heic', 'mif1')],
  ['of a sequence', 'HEIC', brand('msf1', 'hevc')],
  ['mif1', 'HEIC', brand('mif1', 'heic')],
  ['avif', 'AVIF', brand('avif', 'mif1')],
  ['avif by its compatible brands', 'AVIF', brand('mif1', 'avif')],
])('HEIC and AVIF bytes are named, with the way to a JPEG, whatever the name says: %s', async (_, named, bytes) => {
  const words = await fileProblem(file(bytes, 'photo.jpg', 'image/jpeg'));
  expect(words).toContain(named);
  expect(words).toMatch(/export it as JPEG/i);
});

test('a file that is too large is not sent, in the words of the API', async () => {
  const large = file(new Uint8Array(PHOTO_LIMITS.maxBytes + 1), 'a.png', 'image/png');
  expect(await fileProblem(large)).toBe(said('too_many_bytes'));
});

test('a file of the largest size has to be looked into', async () => {
  const largest = new Uint8Array(PHOTO_LIMITS.maxBytes);
  largest.set(await picture().jpeg().toBuffer());
  expect(await fileProblem(file(largest, 'a.jpg', 'image/jpeg'))).toBeUndefined();
});

test('a file that is gone since it was chosen says so, instead of breaking the whole upload', async () => {
  const gone = file(await picture().jpeg().toBuffer(), 'gone.jpg', 'image/jpeg');
  gone.slice = () => {
    throw new DOMException('A requested file could not be found', 'NotFoundError');
  };
  expect(await fileProblem(gone)).toContain('Choose it again');
});
