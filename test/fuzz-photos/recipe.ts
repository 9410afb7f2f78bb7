// What a recipe is: a name, and how to make one file (or one whole request) of its kind by chance.

import type { FindingCode } from '../../domain/photo-findings.ts';
import type { Prng } from './prng.ts';

export interface HostileFile {
  bytes: Buffer;
  /** What the sender claims; `photo.jpg` and `image/jpeg` when nothing is said. */
  fileName?: string;
  contentType?: string;
  /**
   * What the answer has to be, where that is known: the file can be read (whatever is then found on it), or it is
   * rejected by one of these findings. Of what is left open, any verdict and any 4xx is right.
   */
  must?: 'be read' | readonly FindingCode[];
}

/** A request that is not one well-made form: its whole body, and the header that announces it. */
export interface HostileRequest {
  body: Buffer;
  contentType: string;
}

export type Recipe = (prng: Prng) => Promise<HostileFile | HostileRequest> | HostileFile | HostileRequest;

/** By name, as it is told in reports. */
export type Recipes = Readonly<Record<string, Recipe>>;

/** Makes something once, however often it is asked for: what all files of a kind start from. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
