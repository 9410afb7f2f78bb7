// The outputs of a decoded picture: a smaller one, and the form that is stored.

import sharp, { type Sharp } from 'sharp';
import type { RgbImage } from './align.ts';
import { sha256 } from './decode.ts';

const STORED_QUALITY = 92;

export interface StoredPhoto {
  bytes: Uint8Array;
  width: number;
  height: number;
  /** Of the bytes, hex. */
  sha256: string;
}

/** The picture for sharp. */
export function ofPixels({ data, width, height }: RgbImage): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** The picture at no more than `side` pixels a side; unchanged where it is small enough. */
export async function shrunkTo(side: number, image: RgbImage): Promise<RgbImage> {
  if (Math.max(image.width, image.height) <= side) return image;
  const smaller = ofPixels(image).resize({ width: side, height: side, fit: 'inside' }).raw();
  const { data, info } = await smaller.toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** A new JPEG with only the pixels of the old file; the same bytes for the same pixels. */
export async function encodeForStorage(image: RgbImage): Promise<StoredPhoto> {
  const jpeg = ofPixels(image).jpeg({ quality: STORED_QUALITY, chromaSubsampling: '4:4:4' });
  const bytes = await jpeg.toBuffer();
  return { bytes, width: image.width, height: image.height, sha256: sha256(bytes) };
}
