// The training archive: numbered photos, each with a caption of the same name. Equal photos give equal bytes, so its
// name is its SHA-256, and the same set is never stored twice.

import { createHash } from 'node:crypto';
import { Zip, ZipPassThrough } from 'fflate';

/** The earliest date in a ZIP; any fixed one would do. Local, as ZIP's dates are: equal bytes in every time zone. */
const FIXED_DATE = new Date(1980, 0, 2);

export interface Archive {
  bytes: Buffer;
  sha256: string;
}

/**
 * Packs the photos in the given order, without compression: JPEG does not shrink. Photos are packed one at a time, so
 * that the event loop is free between them.
 */
export async function packArchive(photos: AsyncIterable<Uint8Array>, caption: string): Promise<Archive> {
  const chunks: Uint8Array[] = [];
  const hash = createHash('sha256');
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    chunks.push(chunk);
    hash.update(chunk);
  });
  const add = (name: string, bytes: Uint8Array) => {
    const entry = new ZipPassThrough(name);
    entry.mtime = FIXED_DATE;
    zip.add(entry);
    entry.push(bytes, true);
  };
  let number = 0;
  for await (const photo of photos) {
    const name = String(++number).padStart(4, '0');
    add(`${name}.jpg`, photo);
    add(`${name}.txt`, new TextEncoder().encode(caption));
  }
  zip.end();
  return { bytes: Buffer.concat(chunks), sha256: hash.digest('hex') };
}
