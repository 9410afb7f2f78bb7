// fal-ai/flux-lora-fast-training: a zip of photos becomes a LoRA.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { download } from '../download.ts';
import { invalidInput, modelError } from '../model-error.ts';
import { readArchive } from './archive.ts';
import { writeLora } from './lora-file.ts';
import type { Model } from './model.ts';
import { MICROS_PER_TRAINING_STEP } from './prices.ts';
import { learnedTrigger } from './trigger.ts';

/** Unknown keys are ignored, as at fal. */
const inputSchema = z.object({
  images_data_url: z.string(),
  trigger_word: z.string().nullish(),
  create_masks: z.boolean().default(true),
  steps: z.number().int().min(1).max(10_000).default(1000),
  is_style: z.boolean().default(false),
  is_input_format_already_preprocessed: z.boolean().default(false),
  data_archive_format: z.string().nullish(),
});

const MAX_ARCHIVE_BYTES = 256 * 1024 * 1024;
const LOGGED_PARTS = 10;

export const fluxTraining: Model = {
  endpoint: 'fal-ai/flux-lora-fast-training',
  price: { microsPerUnit: MICROS_PER_TRAINING_STEP, unit: 'steps' },
  // The archive's file name: callers name it after its content, while its address is new with each upload.
  correlation: (input) => fileNameOf(inputSchema.safeParse(input).data?.images_data_url),
  durationMs: (_input, settings) => settings.trainingMs,

  logs(input, done) {
    const steps = inputSchema.safeParse(input).data?.steps ?? 0;
    const lines = ['Downloading the images archive', 'Preparing the images and their captions'];
    for (let part = 1; part <= LOGGED_PARTS * done; part++) {
      lines.push(`Training: step ${Math.round((steps * part) / LOGGED_PARTS)}/${steps}`);
    }
    return lines;
  },

  async run(input, run) {
    const parsed = inputSchema.safeParse(input);
    if (!parsed.success) throw invalidInput(parsed.error, input);
    const { images_data_url: url, steps } = parsed.data;
    const archive = await download(url, ['body', 'images_data_url'], MAX_ARCHIVE_BYTES, run.signal);
    const photos = await readArchive(archive, run.settings.minimumArchiveImages);
    if (await run.faultStrikes('training_fails')) {
      throw modelError(422, 'face_detection_error', ['body', 'images_data_url'], 'No face was found in the images');
    }

    const captions = photos.map((photo) => photo.caption);
    const trigger = learnedTrigger(captions, parsed.data.trigger_word ?? undefined);
    const jpegs = photos.map((photo) => photo.jpeg);
    if (!parsed.data.is_style) run.people.meet({ photos: jpegs, ...(trigger !== undefined && { trigger }) });
    const lora = writeLora({
      ...(trigger !== undefined && { trigger }),
      steps,
      isStyle: parsed.data.is_style,
      photos: jpegs,
    });
    const config = {
      images_data_url: url,
      trigger_word: parsed.data.trigger_word ?? null,
      steps,
      is_style: parsed.data.is_style,
      instance_prompt: trigger ?? null,
      images: photos.map((photo) => photo.name),
      archive_sha256: createHash('sha256').update(archive).digest('hex'),
    };
    return {
      units: steps,
      body: {
        diffusers_lora_file: await run.saveOutput('pytorch_lora_weights.safetensors', 'application/octet-stream', lora),
        config_file: await run.saveOutput('config.json', 'application/json', Buffer.from(JSON.stringify(config))),
        debug_preprocessed_output: null,
      },
    };
  },
};

function fileNameOf(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  return new URL(url).pathname.split('/').at(-1) || undefined;
}
