// Whom the sandbox can draw beside the LoRAs of a request: strangers from a folder, and the people of other LoRAs that it
// has trained or read.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PictureMemory } from './picture-memory.ts';

/** Somebody whom a LoRA shows. */
export interface KnownPerson {
  photos: Buffer[];
  trigger?: string;
}

const PHOTO_NAME = /\.(jpe?g|png|webp)$/i;
/** About half a megabyte each. */
const KNOWN = 200;

export class People {
  readonly pictures = new PictureMemory();
  readonly #folder: string | undefined;
  /** By the digest of their photos. */
  readonly #known = new Map<string, KnownPerson>();
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

  /** Keeps the person of a LoRA, in memory only. Answers the same photos for equal ones, so that they are there once. */
  meet({ photos, trigger }: KnownPerson): KnownPerson {
    const name = digestOf(photos);
    const person = { photos: this.#known.get(name)?.photos ?? photos, ...(trigger !== undefined && { trigger }) };
    this.#known.delete(name);
    this.#known.set(name, person);
    const [oldest] = this.#known.keys();
    if (this.#known.size > KNOWN && oldest !== undefined) this.#known.delete(oldest);
    return person;
  }

  /** Everybody who was met but these, in an order that does not depend on when. */
  others(than: KnownPerson[]): KnownPerson[] {
    const names = than.map(({ photos }) => digestOf(photos));
    return [...this.#known.entries()]
      .filter(([name]) => !names.includes(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, person]) => person);
  }
}

function digestOf(photos: Buffer[]): string {
  const digest = createHash('sha256');
  for (const photo of photos) digest.update(photo);
  return digest.digest('hex');
}

async function readPhotos(folder: string | undefined): Promise<Buffer[]> {
  if (folder === undefined) return [];
  const names = (await readdir(folder)).filter((name) => PHOTO_NAME.test(name)).sort();
  return Promise.all(names.map((name) => readFile(join(folder, name))));
}
