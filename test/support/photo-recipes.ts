// Photos as phones, programs and careless people make them, each made of a photo of a package.

import sharp from 'sharp';
import { photo } from './photos.ts';

/** 1080 × 1440, one clear face 480 pixels wide. */
export async function clearPhoto(): Promise<Buffer> {
  return sharp(await photo('audrey.jpg'))
    .resize(1080, 1440)
    .jpeg({ quality: 92 })
    .toBuffer();
}

/** The markers of a JPEG that are asked for here. */
export const MARKER = { quantisation: 0xdb, frame: 0xc0, scan: 0xda } as const;

/** Where the first segment of this marker begins. */
function segment(file: Buffer, marker: number): number {
  for (let at = 2; at < file.length; at += 2 + file.readUInt16BE(at + 2)) {
    if (file[at + 1] === marker) return at;
  }
  throw new Error('no such segment');
}

/** The header of the scan ends in three bytes that say nothing in a baseline JPEG; Samsung phones fill them oddly. */
export function withScanTail(jpeg: Buffer, ...tail: number[]): Buffer {
  const file = Buffer.from(jpeg);
  const at = segment(file, MARKER.scan);
  file.set(tail, at + 2 + file.readUInt16BE(at + 2) - tail.length);
  return file;
}

/** Pixel phones leave 18 zero bytes before a marker. */
export function withStrayBytes(jpeg: Buffer, marker: number): Buffer {
  const at = segment(jpeg, marker);
  return Buffer.concat([jpeg.subarray(0, at), Buffer.alloc(18), jpeg.subarray(at)]);
}

/** A thumbnail so many pixels wide, enlarged to the size that the picture had. */
export async function enlargedThumbnail(
  file: Buffer,
  width: number,
  kernel: 'nearest' | 'cubic' | 'lanczos3',
): Promise<Buffer> {
  const size = await sharp(file).metadata();
  const small = await sharp(file).resize(width).png().toBuffer();
  return sharp(small).resize(size.width, size.height, { kernel, fit: 'fill' }).jpeg({ quality: 92 }).toBuffer();
}

interface Pixels {
  data: Buffer;
  width: number;
  height: number;
}

async function changed(file: Buffer, change: (pixels: Pixels) => Buffer): Promise<Buffer> {
  const { data, info } = await sharp(file)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return sharp(change({ data, width, height }), { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 92 })
    .toBuffer();
}

/** Gaussian noise of this standard deviation in each channel, the same for each call. */
export async function withNoise(file: Buffer, deviation: number): Promise<Buffer> {
  let state = 1;
  const uniform = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return changed(file, ({ data }) =>
    Buffer.from(data.map((value) => Math.min(255, Math.max(0, Math.round(value + deviation * normal()))))),
  );
}

/** As if the camera had moved by so many pixels, in this direction, while the shutter was open. */
export async function movedBy(file: Buffer, pixels: number, degrees: number): Promise<Buffer> {
  const [dx, dy] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return changed(file, ({ data, width, height }) => {
    const sums = new Float32Array(data.length);
    const within = (value: number, size: number) => Math.min(size - 1, Math.max(0, value));
    for (let step = 0; step < pixels; step++) {
      const [right, down] = [Math.round((step - pixels / 2) * dx), Math.round((step - pixels / 2) * dy)];
      for (let y = 0, to = 0; y < height; y++) {
        const row = within(y + down, height) * width;
        for (let x = 0; x < width; x++, to += 3) {
          const from = (row + within(x + right, width)) * 3;
          sums[to] = (sums[to] ?? 0) + (data[from] ?? 0);
          sums[to + 1] = (sums[to + 1] ?? 0) + (data[from + 1] ?? 0);
          sums[to + 2] = (sums[to + 2] ?? 0) + (data[from + 2] ?? 0);
        }
      }
    }
    return Buffer.from(Uint8Array.from(sums, (sum) => Math.round(sum / pixels)));
  });
}
