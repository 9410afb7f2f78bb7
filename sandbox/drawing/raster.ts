// Pixels in memory: three bytes each, rows from the top.
import sharp from 'sharp';

export interface Raster {
  data: Uint8Array;
  width: number;
  height: number;
}

/** Decodes an image; with `fit`, so that it lies within a square of that many pixels. */
export async function decodeRaster(bytes: Buffer, fit?: number): Promise<Raster> {
  const image = sharp(bytes).toColourspace('srgb').removeAlpha();
  const sized = fit === undefined ? image : image.resize({ width: fit, height: fit, fit: 'inside' });
  const { data, info } = await sized.raw().toBuffer({ resolveWithObject: true });
  if (info.channels === 3) return { data, width: info.width, height: info.height };
  const grey = new Uint8Array(info.width * info.height * 3);
  for (let i = 0; i < grey.length; i++) grey[i] = data[Math.floor(i / 3) * info.channels] ?? 0;
  return { data: grey, width: info.width, height: info.height };
}

export type ImageFormat = 'jpeg' | 'png' | 'webp';

const JPEG_QUALITY = 92;

/** The file of an image. */
export function encode({ data, width, height }: Raster, format: ImageFormat): Promise<Buffer> {
  const image = sharp(data, { raw: { width, height, channels: 3 } });
  return image.toFormat(format, format === 'jpeg' ? { quality: JPEG_QUALITY } : {}).toBuffer();
}

/** Brightness by pixel, 0 to 255. */
export function luma({ data, width, height }: Raster): Float32Array {
  const out = new Float32Array(width * height);
  for (let i = 0, p = 0; i < out.length; i++, p += 3) {
    out[i] = 0.299 * (data[p] ?? 0) + 0.587 * (data[p + 1] ?? 0) + 0.114 * (data[p + 2] ?? 0);
  }
  return out;
}

/** One value of a plane between its pixels, edges repeated. */
export function samplePlane(plane: Float32Array, width: number, height: number, x: number, y: number): number {
  const cx = Math.min(Math.max(x, 0), width - 1);
  const cy = Math.min(Math.max(y, 0), height - 1);
  const x0 = Math.floor(cx);
  const y0 = Math.floor(cy);
  const x1 = Math.min(x0 + 1, width - 1);
  const y1 = Math.min(y0 + 1, height - 1);
  const fx = cx - x0;
  const fy = cy - y0;
  const top = (plane[y0 * width + x0] ?? 0) * (1 - fx) + (plane[y0 * width + x1] ?? 0) * fx;
  const bottom = (plane[y1 * width + x0] ?? 0) * (1 - fx) + (plane[y1 * width + x1] ?? 0) * fx;
  return top * (1 - fy) + bottom * fy;
}
