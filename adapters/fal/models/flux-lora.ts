// fal-ai/flux-lora: FLUX.1 draws a prompt with LoRAs. Fields and price are those of its model page in November 2026.

import type { FluxLoraInput } from '@fal-ai/client/endpoints';
import { z } from 'zod';
import type { Generator } from '../../../core/ports/generator.ts';
import { type GeneratorProfile, picturePrice } from '../../../domain/profile.ts';
import { drawnPicture } from './drawn-picture.ts';
import { loraPath, text } from './fields.ts';
import { drawnSize, imageSizeField, pixelsOf } from './image-size.ts';
import type { Proxied } from './proxied.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const INFERENCE_STEPS = 28;
const GUIDANCE = 3.5;

const profile: GeneratorProfile = {
  id: 'fal/flux-lora@1',
  kind: 'generator',
  provider: 'fal',
  endpoint: 'fal-ai/flux-lora',
  family: 'flux1',
  price: { unit: 'megapixel', microUsd: 35_000 },
  // fal takes any number of LoRAs and larger images; the model makes no use of more, but both cost more.
  limits: { loras: 5, references: 0, masks: false, repaints: false, images: 4, side: { min: 64, max: 2048 } },
  expectedMs: 12 * SECOND,
  // Drawing takes seconds; the queue, which all customers share, can take much longer.
  deadlineMs: 30 * MINUTE,
};
const { limits } = profile;

const imageSize = imageSizeField(limits.side);

const proxiedFields = z.strictObject({
  prompt: text({ max: 5000, lines: true }),
  image_size: imageSize.default('landscape_4_3'),
  num_inference_steps: z.number().int().min(1).max(50).optional(),
  guidance_scale: z.number().min(0).max(35).optional(),
  num_images: z.number().int().min(1).max(limits.images).default(1),
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .optional(),
  loras: z
    .array(z.strictObject({ path: loraPath, scale: z.number().min(0).max(4).optional() }))
    .max(limits.loras)
    .optional(),
  enable_safety_checker: z.boolean().optional(),
  output_format: z.enum(['jpeg', 'png']).optional(),
  /** The storyboard app sends it for another model; this one has no such field. */
  raw: z.boolean().optional(),
} satisfies { [Field in keyof FluxLoraInput | 'raw']?: z.ZodType });

export const fluxLora: Generator & { proxied: Proxied } = {
  profile,

  body({ prompt, size, seed, loras, safetyChecker, format = 'jpeg' }) {
    return {
      prompt,
      seed,
      loras: loras.map(({ address, scale }) => ({ path: address, scale })),
      num_images: 1,
      image_size: size,
      num_inference_steps: INFERENCE_STEPS,
      guidance_scale: GUIDANCE,
      enable_safety_checker: safetyChecker,
      output_format: format,
    } satisfies FluxLoraInput;
  },

  picture: drawnPicture,
  drawn: (body) => drawnSize(body, limits.side),

  proxied: {
    read(given, megapixel) {
      const { raw: _, loras, ...rest } = proxiedFields.parse(given);
      const body = (addresses: readonly string[]) => ({
        ...rest,
        ...(loras && { loras: loras.map((lora, at) => ({ ...lora, path: addresses[at] ?? lora.path })) }),
      });
      return {
        price: rest.num_images * picturePrice(profile, pixelsOf(rest.image_size), megapixel),
        loras: loras?.map(({ path }) => path) ?? [],
        unchecked: rest.enable_safety_checker === false,
        body,
        toPost: ({ loras: addresses, seed, safetyChecker }) => ({
          seed,
          ...body(addresses),
          enable_safety_checker: safetyChecker,
        }),
      };
    },
  },
};
