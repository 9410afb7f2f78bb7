// Reads a training archive as the trainer does: photos, their captions, their masks.
import { unzipSync } from 'fflate';
import { modelError } from '../model-error.ts';
import { uprightPhoto } from './photo.ts';

export interface TrainingPhoto {
  name: string;
  jpeg: Buffer;
  caption?: string;
}

const LOC = ['body', 'images_data_url'];
/** What an archive may hold once unpacked. */
const MAX_UNPACKED_BYTES = 512 * 1024 * 1024;
const SUPPORTED_EXTENSIONS = ['.zip'];
const IMAGE_NAME = /\.(jpe?g|png|webp)$/i;
const MASK_NAME = /_mask\.[a-z]+$/i;

/**
 * The photos of an archive, by name. `*_mask.*` files belong to their photo and do not count; `photo.txt` is the
 * caption of `photo.jpg`. Throws fal's 422: `invalid_archive`, `archive_file_count_below_minimum`, `image_load_error`.
 */
export async function readArchive(bytes: Buffer, minimumPhotos: number): Promise<TrainingPhoto[]> {
  const files = unpack(bytes);
  const names = [...files.keys()].filter((name) => IMAGE_NAME.test(name) && !MASK_NAME.test(name)).sort();
  if (names.length < minimumPhotos) {
    throw modelError(
      422,
      'archive_file_count_below_minimum',
      LOC,
      `The archive holds ${names.length} images, at least ${minimumPhotos} are needed`,
      {
        ctx: {
          min_count: minimumPhotos,
          provided_count: names.length,
          supported_extensions: ['.jpg', '.jpeg', '.png', '.webp'],
        },
      },
    );
  }
  const photos: TrainingPhoto[] = [];
  for (const name of names) {
    const caption = files.get(name.replace(/\.[^.]+$/, '.txt'));
    photos.push({
      name,
      jpeg: await decode(name, files.get(name) ?? new Uint8Array()),
      ...(caption && { caption: Buffer.from(caption).toString('utf8').trim() }),
    });
  }
  return photos;
}

function unpack(bytes: Buffer): Map<string, Uint8Array> {
  const refuse = (why: string) =>
    modelError(422, 'invalid_archive', LOC, `Invalid archive: ${why}`, {
      ctx: { supported_extensions: SUPPORTED_EXTENSIONS },
    });
  let unpacked = 0;
  try {
    const entries = unzipSync(bytes, {
      filter(file) {
        unpacked += file.originalSize;
        if (unpacked > MAX_UNPACKED_BYTES) throw new Error(`it unpacks to more than ${MAX_UNPACKED_BYTES} bytes`);
        return !file.name.endsWith('/') && !/(^|\/)(__MACOSX\/|\.)/.test(file.name);
      },
    });
    return new Map(Object.entries(entries));
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : 'it cannot be read');
  }
}

async function decode(name: string, bytes: Uint8Array): Promise<Buffer> {
  try {
    return await uprightPhoto(bytes);
  } catch {
    throw modelError(422, 'image_load_error', LOC, `Failed to load the image ${name}`);
  }
}
