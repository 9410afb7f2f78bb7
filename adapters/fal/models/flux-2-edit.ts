// fal-ai/flux-2/edit and fal-ai/flux-2/lora/edit: FLUX.2 draws from pictures that the prompt names "image 1", "image 2", the
// second with LoRAs too. Fields are those of fal's client, prices those of the model pages in November 2026; both are
// untried with a real key.

import type { Flux2EditInput, Flux2LoraEditInput } from '@fal-ai/client/endpoints';
import type { Generator } from '../../../core/ports/generator.ts';
import type { PictureSpec } from '../../../domain/job-spec.ts';
import type { GeneratorProfile } from '../../../domain/profile.ts';
import { drawnPicture } from './drawn-picture.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const INFERENCE_STEPS = 28;
const GUIDANCE = 2.5;

const shared = {
  kind: 'editor',
  provider: 'fal',
  family: 'flux2',
  addressing: 'image {n}',
  expectedMs: 15 * SECOND,
  deadlineMs: 30 * MINUTE,
} as const;

/** Given and drawn pictures are billed, each rounded up by itself; of a larger one four megapixels. */
const given = { largest: { width: 2048, height: 2048 } };
const side = { min: 512, max: 2048 };

const edit: GeneratorProfile = {
  ...shared,
  id: 'fal/flux-2-edit@1',
  endpoint: 'fal-ai/flux-2/edit',
  price: { unit: 'megapixel', microUsd: 12_000, given },
  limits: { loras: 0, references: 4, masks: false, repaints: true, images: 4, side },
};

const loraEdit: GeneratorProfile = {
  ...shared,
  id: 'fal/flux-2-lora-edit@1',
  endpoint: 'fal-ai/flux-2/lora/edit',
  price: { unit: 'megapixel', microUsd: 21_000, given },
  limits: { loras: 3, references: 3, masks: false, repaints: true, images: 4, side },
};

function editBody({ prompt, size, seed, picture, references = [], safetyChecker, format = 'jpeg' }: PictureSpec) {
  return {
    prompt,
    image_urls: picture === undefined ? [...references] : [picture, ...references],
    seed,
    num_images: 1,
    image_size: size,
    num_inference_steps: INFERENCE_STEPS,
    guidance_scale: GUIDANCE,
    enable_safety_checker: safetyChecker,
    output_format: format,
  } satisfies Flux2EditInput;
}

/** Its bill counts the given pictures too, so that it does not show what a megapixel is. */
const drawn = () => undefined;

export const flux2Edit: Generator = {
  profile: edit,
  body: editBody,
  picture: drawnPicture,
  drawn,
};

export const flux2LoraEdit: Generator = {
  profile: loraEdit,
  body(spec) {
    const loras = spec.loras.map(({ address, scale }) => ({ path: address, scale }));
    return { ...editBody(spec), loras } satisfies Flux2LoraEditInput;
  },
  picture: drawnPicture,
  drawn,
};
