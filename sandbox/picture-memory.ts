// Whom the sandbox drew where: an inpainting is sent a picture, and has to know who is in it. A picture is known again by
// a small grey copy of it, so also after its caller has saved it anew or changed one face.
import sharp from 'sharp';

export interface SeenPerson {
  /** The middle between the eyes and their distance, as shares of the picture's width and height, and of its width. */
  x: number;
  y: number;
  eyeDistance: number;
  photos: Buffer[];
  /** Undefined for a stranger, whom neither a LoRA nor a given picture shows. */
  shows?: { trigger?: string };
  noun?: string;
  face: FaceTruth;
}

/** Whose face somebody has, for the books. */
export interface FaceTruth {
  /** The trigger word of a LoRA, or the path of a given picture; undefined for a stranger. */
  who?: string;
  /** Whose face is mixed into it, and how much of it is that one's: 0 to 1. */
  mixed?: { who?: string; share: number };
  /** How like the photos it is, 0 to 1; without it, as like as the scale of the LoRA makes it. */
  likeness?: number;
}

interface SeenPicture {
  small: Buffer;
  people: SeenPerson[];
}

const SMALL = { width: 48, height: 27 };
/** Mean difference of two small copies, 0 to 255: one repainted face of four changes less. */
const SAME_PICTURE = 6;
const KEPT = 1_000;

/** Holds the last pictures in memory; after a restart it knows none. */
export class PictureMemory {
  #pictures: SeenPicture[] = [];

  async remember(image: Buffer, people: SeenPerson[]): Promise<void> {
    // Before the list is read: others are remembered meanwhile.
    const picture = { small: await small(image), people };
    this.#pictures = [...this.#pictures.slice(1 - KEPT), picture];
  }

  /** From left to right; nobody for a picture that was not drawn here. */
  async peopleIn(image: Buffer): Promise<SeenPerson[]> {
    const wanted = await small(image);
    const differences = this.#pictures.map((picture) => difference(picture.small, wanted));
    const least = Math.min(...differences);
    // Of two alike the later one: it has what was repainted in the earlier.
    return least < SAME_PICTURE ? (this.#pictures[differences.lastIndexOf(least)]?.people ?? []) : [];
  }
}

function small(image: Buffer): Promise<Buffer> {
  return sharp(image)
    .resize({ ...SMALL, fit: 'fill' })
    .greyscale()
    .raw()
    .toBuffer();
}

function difference(a: Buffer, b: Buffer): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;
}
