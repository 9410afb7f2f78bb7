// fal-ai/flux-lora-fast-training: a zip of photos with captions becomes a LoRA of FLUX.1. Fields and price are from its
// model page in November 2026.

import type { FluxLoraFastTrainingInput, FluxLoraFastTrainingOutput } from '@fal-ai/client/endpoints';
import { z } from 'zod';
import type { Trainer } from '../../../core/ports/trainer.ts';
import { Failure } from '../../../domain/failure.ts';
import { type TrainerProfile, trainingPrice } from '../../../domain/profile.ts';
import { address, text } from './fields.ts';
import type { Proxied } from './proxied.ts';

const MINUTE = 60_000;

const profile: TrainerProfile = {
  id: 'fal/flux-lora-fast-training@1',
  kind: 'trainer',
  provider: 'fal',
  endpoint: 'fal-ai/flux-lora-fast-training',
  family: 'flux1',
  price: { unit: 'step', microUsd: 2000 },
  limits: { steps: { min: 100, max: 10_000, default: 1000 } },
  expectedMs: 6 * MINUTE,
  deadlineMs: 60 * MINUTE,
};

const answerSchema = z.object({
  diffusers_lora_file: z.object({ url: z.string() }),
} satisfies { [Field in keyof FluxLoraFastTrainingOutput]?: z.ZodType });

const { steps } = profile.limits;
const proxiedFields = z.strictObject({
  images_data_url: address,
  trigger_word: text({ max: 100, min: 0 }).optional(),
  create_masks: z.boolean().optional(),
  steps: z.number().int().min(steps.min).max(steps.max).default(steps.default),
  is_style: z.boolean().optional(),
  is_input_format_already_preprocessed: z.boolean().optional(),
  data_archive_format: z.literal('zip').optional(),
} satisfies { [Field in keyof FluxLoraFastTrainingInput]: z.ZodType });

export const fluxLoraFastTraining: Trainer & { proxied: Proxied } = {
  profile,

  body({ archive, steps, triggerWord }) {
    return {
      images_data_url: archive,
      // fal takes the format from the end of the address, and a signed address ends with its signature.
      data_archive_format: 'zip',
      steps,
      trigger_word: triggerWord,
      is_style: false,
      create_masks: true,
      is_input_format_already_preprocessed: false,
    } satisfies FluxLoraFastTrainingInput;
  },

  lora(answer) {
    const parsed = answerSchema.safeParse(answer);
    if (!parsed.success) throw new Failure('InvalidLora', 'The training ended without a LoRA file.');
    return parsed.data.diffusers_lora_file.url;
  },

  proxied: {
    read(given) {
      const body = proxiedFields.parse(given);
      const same = () => body;
      return { price: trainingPrice(profile, body.steps), loras: [], unchecked: false, body: same, toPost: same };
    },

    // The storyboard app sends the addresses of its photos.
    misplaced(given) {
      const photos = typeof given === 'object' && given !== null && 'images_data_url' in given && given.images_data_url;
      if (!Array.isArray(photos)) return undefined;
      return `${profile.endpoint} takes the address of ONE zip as images_data_url, and not a list of photos.`;
    },
  },
};
