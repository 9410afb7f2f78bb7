// fal-ai/flux-lora: a prompt and LoRAs become images.
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { z } from 'zod';
import { download } from '../download.ts';
import { type CastMember, drawPicture } from '../drawing/draw-picture.ts';
import { invalidInput, modelError } from '../model-error.ts';
import { readLora } from './lora-file.ts';
import type { Model, ModelRun } from './model.ts';
import { billedMegapixels, MICROS_PER_MEGAPIXEL } from './prices.ts';
import { holdsTrigger } from './trigger.ts';

const NAMED_SIZES = {
  square_hd: { width: 1024, height: 1024 },
  square: { width: 512, height: 512 },
  portrait_4_3: { width: 768, height: 1024 },
  portrait_16_9: { width: 576, height: 1024 },
  landscape_4_3: { width: 1024, height: 768 },
  landscape_16_9: { width: 1024, height: 576 },
};
type SizeName = keyof typeof NAMED_SIZES;

/** The sandbox draws in memory; fal itself allows more. */
const SIDE = z.number().int().min(64).max(4096);

/** Unknown keys are ignored, as at fal. */
const inputSchema = z.object({
  prompt: z.string(),
  image_size: z
    .union([
      z.enum(Object.keys(NAMED_SIZES) as [SizeName, ...SizeName[]]),
      z.object({ width: SIDE.default(512), height: SIDE.default(512) }),
    ])
    .default('landscape_4_3'),
  num_inference_steps: z.number().int().min(1).max(50).default(28),
  guidance_scale: z.number().min(0).max(35).default(3.5),
  num_images: z.number().int().min(1).max(4).default(1),
  seed: z.number().int().nullish(),
  loras: z.array(z.object({ path: z.string(), scale: z.number().min(0).max(4).default(1) })).default([]),
  enable_safety_checker: z.boolean().default(true),
  output_format: z.enum(['jpeg', 'png']).default('jpeg'),
});

const MAX_LORA_BYTES = 512 * 1024 * 1024;
const SEEDS = 2 ** 32;
/** Hex digits: enough that two requests of one set of books never meet by chance. */
const CORRELATION_LENGTH = 16;
/** A SHA-256 in a file's name. */
const CONTENT_NAME = /[0-9a-f]{64}(?=[^/]*$)/;

export const fluxLora: Model = {
  endpoint: 'fal-ai/flux-lora',
  price: { microsPerUnit: MICROS_PER_MEGAPIXEL, unit: 'megapixels' },
  correlation,
  durationMs: (input, settings) => settings.imageMs * (inputSchema.safeParse(input).data?.num_images ?? 1),
  logs: (_input, done) => (done < 1 ? ['Loading the LoRA weights'] : ['Loading the LoRA weights', 'Images are drawn']),

  async run(input, run) {
    const parsed = inputSchema.safeParse(input);
    if (!parsed.success) throw invalidInput(parsed.error, input);
    if (await run.faultStrikes('image_fails')) {
      throw modelError(500, 'downstream_service_error', ['body'], 'Downstream service error');
    }
    const { prompt, loras, num_images, output_format: format } = parsed.data;
    if (await run.faultStrikes('policy_violation')) {
      const flagged = 'The content was flagged by a content checker.';
      throw modelError(422, 'content_policy_violation', ['body', 'prompt'], flagged, {
        input: prompt,
        categories: ['sexual', 'model_moderated'],
      });
    }
    const flagged = parsed.data.enable_safety_checker && (await run.faultStrikes('output_nsfw'));
    const size =
      typeof parsed.data.image_size === 'string' ? NAMED_SIZES[parsed.data.image_size] : parsed.data.image_size;
    const seed = parsed.data.seed ?? seedOf(run.requestId);
    const cast = await Promise.all(loras.map((lora, i) => loadCastMember(lora, i, prompt, run)));

    const started = performance.now();
    const images = [];
    for (let i = 0; i < num_images; i++) {
      const bytes = await (flagged
        ? black({ ...size, format })
        : drawPicture({ prompt, seed: seed + i, ...size, format, cast }));
      const name = `${i}.${format === 'png' ? 'png' : 'jpg'}`;
      images.push({ ...(await run.saveOutput(name, `image/${format}`, bytes)), ...size });
    }
    return {
      units: billedMegapixels(size.width, size.height, run.settings.megapixel) * num_images,
      body: {
        images,
        timings: { inference: (performance.now() - started) / 1000 },
        seed,
        has_nsfw_concepts: images.map(() => flagged),
        prompt,
      },
    };
  },
};

/** What fal gives out in place of a picture that its checker flagged. */
function black({ width, height, format }: { width: number; height: number; format: 'jpeg' | 'png' }): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#000000' } })
    .toFormat(format)
    .toBuffer();
}

/** One LoRA as the picture's cast sees it: without its trigger in the prompt its person has no strength. */
async function loadCastMember(
  lora: { path: string; scale: number },
  index: number,
  prompt: string,
  run: ModelRun,
): Promise<CastMember> {
  const loc = ['body', 'loras', index, 'path'];
  const bytes = await download(lora.path, loc, MAX_LORA_BYTES, run.signal);
  try {
    const { photos, trigger, isStyle } = readLora(bytes);
    const called = !isStyle && (trigger === undefined || holdsTrigger(prompt, trigger));
    return { photos, strength: called ? lora.scale : 0 };
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it cannot be read';
    throw modelError(422, 'file_download_error', loc, `Failed to load the LoRA weights: ${why}`, { input: lora.path });
  }
}

/** Prompt, seed and LoRAs. */
function correlation(input: unknown): string | undefined {
  const parsed = inputSchema.safeParse(input);
  if (!parsed.success) return undefined;
  const { prompt, seed, loras } = parsed.data;
  const names = loras.map(({ path }) => nameOf(path));
  const digest = createHash('sha256').update(JSON.stringify([prompt, seed ?? null, names]));
  return digest.digest('hex').slice(0, CORRELATION_LENGTH);
}

/**
 * A LoRA has a new address with each upload, and a new signature with each signing: callers who upload one name it after
 * its content, and of any other the path counts.
 */
function nameOf(address: string): string {
  const path = address.replace(/[?#].*$/, '');
  return CONTENT_NAME.exec(path)?.[0] ?? path;
}

/** A seed for callers that gave none: fixed for a request, so that a restart draws the same picture. */
function seedOf(requestId: string): number {
  return createHash('sha256').update(requestId).digest().readUInt32BE(0) % SEEDS;
}
