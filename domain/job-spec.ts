// A request to a model, independent of the provider. The model's adapter turns it into the provider's request.

import { Failure } from './failure.ts';
import type { ImageSize } from './image-units.ts';
import type { GeneratorProfile, TrainerProfile } from './profile.ts';

export interface TrainingSpec {
  /** The address of one zip: photos, each with a caption. */
  archive: string;
  steps: number;
  triggerWord: string;
}

export interface PictureSpec {
  prompt: string;
  size: ImageSize;
  seed: number;
  /** By their addresses. A scale of 1 is the LoRA as it was trained. */
  loras: readonly { address: string; scale: number }[];
  /** Addresses of pictures to draw from, in the order in which the prompt names them. */
  references?: readonly string[];
  /** The address of a picture to paint anew; an editor counts it before the references. */
  picture?: string;
  /** The address of a mask: the model draws where it is white. */
  mask?: string;
  /** JPEG where it says nothing. */
  format?: 'jpeg' | 'png';
  /** Whether the provider checks what it draws. */
  safetyChecker: boolean;
}

/** Throws SubmissionRejected when the trainer does not support the request. */
export function requireTrainable({ steps }: Pick<TrainingSpec, 'steps'>, { id, limits }: TrainerProfile): void {
  const { min, max } = limits.steps;
  if (steps >= min && steps <= max) return;
  throw new Failure('SubmissionRejected', `${id} takes ${min} to ${max} training steps, and not ${steps}.`);
}

/** Throws SubmissionRejected when the generator does not support the request: no part is dropped silently. */
export function requireDrawable(spec: PictureSpec, { id, limits }: GeneratorProfile): void {
  const { loras, references, masks, repaints, side } = limits;
  const repainted = spec.picture !== undefined && references > 0 ? 1 : 0;
  const asked = (spec.references?.length ?? 0) + repainted;
  const refuse = (why: string) => new Failure('SubmissionRejected', `${id} ${why}. Choose another generator.`);
  if (spec.loras.length > loras) throw refuse(`takes ${loras} LoRAs at once, and not ${spec.loras.length}`);
  if (asked > references) throw refuse(`draws from ${references} pictures at most, and not from ${asked}`);
  if (spec.picture !== undefined && !repaints) throw refuse('paints no picture anew');
  if (spec.mask !== undefined && !masks) throw refuse('takes no mask');
  for (const pixels of [spec.size.width, spec.size.height]) {
    if (pixels < side.min || pixels > side.max) throw refuse(`draws sides of ${side.min} to ${side.max} pixels`);
  }
}
