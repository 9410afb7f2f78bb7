// Whom the sandbox can draw beside the LoRAs of a request: strangers from a folder.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const PHOTO_NAME = /\.(jpe?g|png|webp)$/i;

export class People {
  readonly #folder: string | undefined;
  #strangers: Promise<Buffer[]> | undefined;

  /** `folder`: photos of people whom no LoRA shows, one clear face each. */
  constructor(folder: string | undefined) {
    this.#folder = folder;
  }

  /** A photo of each stranger, in the order of their file names; none without a folder. */
  strangers(): Promise<Buffer[]> {
    this.#strangers ??= readPhotos(this.#folder);
    return this.#strangers;
  }
}

async function readPhotos(folder: string | undefined): Promise<Buffer[]> {
  if (folder === undefined) return [];
  const names = (await readdir(folder)).filter((name) => PHOTO_NAME.test(name)).sort();
  return Promise.all(names.map((name) => readFile(join(folder, name))));
}
