// fal-ai/flux-lora/inpainting: FLUX.1 paints a part of a picture anew with a LoRA. Fields and price are those of its model
// page in November 2026.

import type { FluxKreaLoraInpaintingInput, FluxLoraInput } from '@fal-ai/client/endpoints';
import type { Generator } from '../../../core/ports/generator.ts';
import { Failure } from '../../../domain/failure.ts';
import type { GeneratorProfile } from '../../../domain/profile.ts';
import { drawnPicture } from './drawn-picture.ts';
import { drawnSize } from './image-size.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const INFERENCE_STEPS = 28;
const GUIDANCE = 3.5;
/**
 * How much of the old face goes: 1 forgets light and pose, and the default of 0.85 keeps much of the other person. Not
 * measured yet with real LoRAs.
 */
const STRENGTH = 0.92;

const profile: GeneratorProfile = {
  id: 'fal/flux-lora-inpainting@1',
  kind: 'editor',
  provider: 'fal',
  endpoint: 'fal-ai/flux-lora/inpainting',
  family: 'flux1',
  price: { unit: 'megapixel', microUsd: 35_000 },
  limits: { loras: 5, references: 0, masks: true, repaints: true, images: 4, side: { min: 64, max: 2048 } },
  expectedMs: 12 * SECOND,
  deadlineMs: 30 * MINUTE,
};

/** fal's client has no types of this endpoint. It has the fields of flux-lora, and those of the same endpoint of Krea. */
type Input = FluxLoraInput & Pick<FluxKreaLoraInpaintingInput, 'image_url' | 'mask_url' | 'strength'>;

export const fluxLoraInpainting: Generator = {
  profile,

  body({ prompt, size, seed, loras, picture, mask, safetyChecker, format = 'jpeg' }) {
    if (picture === undefined || mask === undefined) {
      throw new Failure('SubmissionRejected', `${profile.id} needs a picture and a mask. Choose another generator.`);
    }
    return {
      prompt,
      image_url: picture,
      mask_url: mask,
      strength: STRENGTH,
      seed,
      loras: loras.map(({ address, scale }) => ({ path: address, scale })),
      num_images: 1,
      image_size: size,
      num_inference_steps: INFERENCE_STEPS,
      guidance_scale: GUIDANCE,
      enable_safety_checker: safetyChecker,
      output_format: format,
    } satisfies Input;
  },

  picture: drawnPicture,
  drawn: (body) => drawnSize(body, profile.limits.side),
};
