// fal-ai/flux-lora: FLUX.1 draws a prompt with LoRAs. Fields and price are those of its model page in November 2026.

import type { FluxLoraInput, FluxLoraOutput } from '@fal-ai/client/endpoints';
import { z } from 'zod';
import type { Generator } from '../../../core/ports/generator.ts';
import { Failure } from '../../../domain/failure.ts';
import { type GeneratorProfile, picturePrice } from '../../../domain/profile.ts';
import { loraPath, text } from './fields.ts';
import { imageSizeField, pixelsOf } from './image-size.ts';
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
  limits: { loras: 5, references: 0, masks: false, images: 4, side: { min: 64, max: 2048 } },
  expectedMs: 12 * SECOND,
  // Drawing takes seconds; the queue, which all customers share, can take much longer.
  deadlineMs: 30 * MINUTE,
};
const { limits } = profile;

const answerSchema = z.object({
  images: z.tuple([z.object({ url: z.string() })], z.unknown()),
  // One for each image. Only an explicit true counts.
  has_nsfw_concepts: z.array(z.unknown()).catch([]),
} satisfies { [Field in keyof FluxLoraOutput]?: z.ZodType });

const imageSize = imageSizeField(limits.side);

/** Of a posted body, of a run or of the proxy. */
const drawnSchema = z.object({ image_size: imageSize, num_images: z.number().default(1) });

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

  body({ prompt, size, seed, loras, safetyChecker }) {
    return {
      prompt,
      seed,
      loras: loras.map(({ address, scale }) => ({ path: address, scale })),
      num_images: 1,
      image_size: size,
      num_inference_steps: INFERENCE_STEPS,
      guidance_scale: GUIDANCE,
      enable_safety_checker: safetyChecker,
      output_format: 'jpeg',
    } satisfies FluxLoraInput;
  },

  picture(answer) {
    const parsed = answerSchema.safeParse(answer);
    if (!parsed.success) throw new Failure('ProviderFailed', 'The provider answered without an image.');
    const { images, has_nsfw_concepts: flags } = parsed.data;
    return { address: images[0].url, flagged: flags[0] === true };
  },

  drawn(body) {
    const parsed = drawnSchema.safeParse(body);
    return parsed.success ? { size: pixelsOf(parsed.data.image_size), images: parsed.data.num_images } : undefined;
  },

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
