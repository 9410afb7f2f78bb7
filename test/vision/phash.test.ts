import { createRequire } from 'node:module';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { decodePicture } from '../../adapters/vision/decode.ts';
import { perceptualHashes } from '../../adapters/vision/phash.ts';
import { photo } from '../support/photos.ts';

// The package's types promise a default export that its code does not have.
const referenceHash: (file: Buffer) => Promise<string> = createRequire(import.meta.url)('sharp-phash');

const NEAR_DUPLICATE_BITS = 8;
const UNRELATED_BITS = 16;

const hashesOf = async (file: Buffer) => perceptualHashes(await decodePicture(file));

function bitsApart(p: string, q: string): number {
  return (BigInt(`0x${p}`) ^ BigInt(`0x${q}`)).toString(2).replaceAll('0', '').length;
}

describe('perceptual hashes', () => {
  test.each(['franck_02888.jpg', 'cage.jpg', 'audrey.jpg'])(
    'agree with the sharp-phash package on %s',
    async (name) => {
      const file = await photo(name);
      const reference = BigInt(`0b${await referenceHash(file)}`)
        .toString(16)
        .padStart(16, '0');
      const { phash } = await hashesOf(file);
      expect(phash).toMatch(/^[0-9a-f]{16}$/);
      expect(bitsApart(phash, reference)).toBeLessThanOrEqual(1);
    },
  );

  test('stay near when a photo is compressed, shrunk or brightened, and far for another photo', async () => {
    const file = await photo('cage.jpg');
    const { phash } = await hashesOf(file);
    const copies = {
      compressed: await sharp(file).jpeg({ quality: 50 }).toBuffer(),
      shrunk: await sharp(file).resize({ width: 250 }).png().toBuffer(),
      brightened: await sharp(file).modulate({ brightness: 1.2 }).webp().toBuffer(),
    };
    for (const copy of Object.values(copies)) {
      expect(bitsApart(phash, (await hashesOf(copy)).phash)).toBeLessThanOrEqual(NEAR_DUPLICATE_BITS);
    }
    expect(bitsApart(phash, (await hashesOf(await photo('audrey.jpg'))).phash)).toBeGreaterThan(UNRELATED_BITS);
  });

  test('the mirror hash is the hash of the mirror image', async () => {
    const file = await photo('cage.jpg');
    const { phash, mirrorPhash } = await hashesOf(file);
    const mirrored = await hashesOf(await sharp(file).flop().png().toBuffer());
    expect(bitsApart(mirrorPhash, mirrored.phash)).toBeLessThanOrEqual(1);
    expect(bitsApart(phash, mirrored.mirrorPhash)).toBeLessThanOrEqual(1);
    expect(bitsApart(phash, mirrorPhash)).toBeGreaterThan(UNRELATED_BITS);
  });
});
