// The pictures that a request names.
import sharp from 'sharp';
import { download } from '../download.ts';
import { modelError } from '../model-error.ts';
import type { Size } from './image-fields.ts';
import type { ModelRun } from './model.ts';

const MAX_IMAGE_BYTES = 64 * 1024 * 1024;

export interface LoadedImage {
  bytes: Buffer;
  /** As it is looked at, upright. */
  size: Size;
}

/** Throws the 422 that fal answers when it cannot be fetched or is no image. */
export async function loadImage(url: string, loc: (string | number)[], run: ModelRun): Promise<LoadedImage> {
  const bytes = await download(url, loc, MAX_IMAGE_BYTES, run.signal);
  try {
    const { autoOrient } = await sharp(bytes).metadata();
    return { bytes, size: autoOrient };
  } catch {
    throw modelError(422, 'image_load_error', loc, 'Failed to load the image', { input: url });
  }
}
