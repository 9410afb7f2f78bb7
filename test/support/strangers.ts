// People whom no LoRA shows, for the sandbox: it draws them where a prompt asks for "a man" or "a woman".

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { photo } from './photos.ts';

/** Nobody of a cast (sandbox-cast.ts, still-cast.ts), and each with a face that the sandbox finds in the photo. */
const STRANGERS = [
  'ri_1_crop.jpg',
  'bieber_small.jpg',
  'fragrance-George-Clooney-main_crop.jpg',
  'chuck_crop.jpg',
  'bill-murray-snl_crop.jpg',
];

/** Writes the photos into a new folder, and answers it. */
export async function strangersIn(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const name of STRANGERS) await writeFile(join(folder, name), await photo(name));
  return folder;
}
