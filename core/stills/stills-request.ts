// A request for stills, as the API has checked its form.

import type { ImageSize } from '../../domain/image-units.ts';
import type { MicroUsd } from '../../domain/money.ts';
import type { Area, Position, RouteId } from '../../domain/stills/still.ts';
import type { StillContext } from '../ports/stills.ts';

/** A member of the cast as a request names it: by exactly one of the first three. */
export interface CastRequest {
  characterId?: string | undefined;
  identityId?: string | undefined;
  /** The address of our copy of the LoRA, as the API answers it; an older signature is as good. */
  loraUrl?: string | undefined;
  /** Of the character; the current one when absent. */
  version?: number | undefined;
  /** 0–100; that of the version when absent. */
  strength?: number | undefined;
  /** What the prompt calls it; the character's name when absent. */
  name?: string | undefined;
  /** At most one of the two. */
  position?: Position | undefined;
  box?: Area | undefined;
}

export interface FrameRequest {
  frameId?: string | undefined;
  prompt: string;
  /** Nobody twice, no position twice. */
  characters: CastRequest[];
  size: { aspectRatio: string } | ImageSize;
  /** Variants, each a still. */
  n: number;
  /** Of the first variant. */
  seed?: number | undefined;
  /** Where the scene takes place, in words. */
  location?: string | undefined;
  /** The look of the film, in words. */
  moodboard: string[];
  /** Addresses of pictures. */
  references: string[];
  /** The app's own name of a model. No route uses it. */
  model?: string | undefined;
}

export interface StillsRequest {
  frames: FrameRequest[];
  /** For all frames; chosen for each when absent. */
  route?: RouteId | undefined;
  maxRepairs: number;
  /** What the batch may cost; its highest price when absent. */
  budget?: MicroUsd | undefined;
  context: StillContext;
}
