// A provider's model as data: its endpoint, its training or drawing, its price and its times. Its adapter adds the form
// of its requests; all other code reads only this.

import { billedMegapixels, type ImageSize, type Megapixel } from './image-units.ts';
import type { MicroUsd } from './money.ts';

interface ProfileOf<Kind extends string, Price, Limits> {
  /**
   * `provider/model@version`. It is written into the identity's row, the ledger and the workflow's input, so that a run
   * keeps its profile. A change that open runs must not see, such as a price, is a new version; the old one stays.
   */
  id: string;
  kind: Kind;
  provider: string;
  endpoint: string;
  /** The base model. A LoRA works with models of its own family alone. */
  family: string;
  price: Price;
  limits: Limits;
  /** Milliseconds: the usual time of a job, and its deadline. */
  expectedMs: number;
  deadlineMs: number;
}

/** `least`: the units that are billed at least. */
interface StepPrice {
  unit: 'step';
  microUsd: MicroUsd;
  least?: number;
}

interface PicturePrice {
  unit: 'megapixel' | 'image';
  microUsd: MicroUsd;
  /** Pictures that are drawn from are billed too, each by its size; one of more pixels than this is billed as this. */
  given?: { largest: ImageSize };
}

interface PictureLimits {
  /** LoRAs in one request. */
  loras: number;
  /** Pictures that are drawn from, in one request; 0 where there is no such field. */
  references: number;
  masks: boolean;
  /** Whether it paints a given picture anew. An editor takes that picture as one of those that it draws from. */
  repaints: boolean;
  /** Images of one request. */
  images: number;
  /** Pixels. */
  side: { min: number; max: number };
}

export type TrainerProfile = ProfileOf<'trainer', StepPrice, { steps: { min: number; max: number; default: number } }>;

/** An editor draws from pictures that it is given, a generator from a prompt alone. */
export type GeneratorProfile = ProfileOf<'generator' | 'editor', PicturePrice, PictureLimits> & {
  /** How a prompt names the nth picture that is drawn from, counted from 1: `image {n}`. */
  addressing?: string;
};

export type Profile = TrainerProfile | GeneratorProfile;

/** The profiles of one identity, by their ids: what it is trained by, and what draws it. */
export interface ModelPair {
  trainer: string;
  generator: string;
}

/** Whether the generator can draw what the trainer makes. */
export function isPair(trainer: Pick<TrainerProfile, 'family'>, generator: Pick<GeneratorProfile, 'family'>): boolean {
  return trainer.family === generator.family;
}

export function trainingPrice({ price }: Pick<TrainerProfile, 'price'>, steps: number): MicroUsd {
  return Math.max(steps, price.least ?? 0) * price.microUsd;
}

/**
 * Of one picture.
 *
 * @param given the sizes of the pictures that it is drawn from; undefined for one whose size is not known.
 */
export function picturePrice(
  { price }: Pick<GeneratorProfile, 'price'>,
  size: ImageSize,
  megapixel: Megapixel,
  given: readonly (ImageSize | undefined)[] = [],
): MicroUsd {
  if (price.unit === 'image') return price.microUsd;
  let units = billedMegapixels(size, megapixel);
  const largest = price.given && billedMegapixels(price.given.largest, megapixel);
  if (largest === undefined) return units * price.microUsd;
  for (const known of given) units += known ? Math.min(largest, billedMegapixels(known, megapixel)) : largest;
  return units * price.microUsd;
}

/** What a bill of so many units comes to. A bill need not be of whole units. */
export function billedPrice({ price }: Pick<Profile, 'price'>, units: number): MicroUsd {
  return Math.round(units * price.microUsd);
}
