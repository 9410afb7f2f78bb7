// What an app may send to the two endpoints: these fields and no others, each within what it can cost. A body that passes
// is the body that is posted, but for the LoRA addresses.

import { z } from 'zod';
import { IMAGE_SIZES, type ImageSizeName, type Megapixel } from '../../domain/image-units.ts';
import type { MicroUsd } from '../../domain/money.ts';
import { GENERATION, imagePrice, type ProfileId, TRAINING, trainingPrice } from '../../domain/provider-profile.ts';
import { cleanText, storageProblem } from '../../domain/text.ts';
import { Problem } from '../problem.ts';
import { text } from '../schemas/text.ts';
import { refuseInvalid } from '../validation.ts';
import type { ProxiedEndpoint } from './target.ts';

const MAX_PROMPT = 5000;
const MAX_ADDRESS = 4000;
const MAX_WORD = 100;
/** Pixels. A larger image costs more than the model can make of it. */
const SIDE = { min: 64, max: 2048 } as const;
const MAX_LORAS = 5;
const MAX_IMAGES = 4;
const MAX_SCALE = 4;
const MAX_STEPS = 50;
const MAX_GUIDANCE = 35;
/** What flux-lora takes when nothing is said (its model page). */
const DEFAULT_SIZE: ImageSizeName = 'landscape_4_3';
const MAX_SEED = 2 ** 32 - 1;

const address = z.url({ protocol: /^https?$/, error: 'is not an http address' }).max(MAX_ADDRESS);
const side = z.number().int().min(SIDE.min).max(SIDE.max);
const sizeName = z.enum(Object.keys(IMAGE_SIZES) as [ImageSizeName, ...ImageSizeName[]]);

const Training = z.strictObject({
  images_data_url: address,
  trigger_word: text({ max: MAX_WORD, min: 0 }).optional(),
  create_masks: z.boolean().optional(),
  steps: z.number().int().min(TRAINING.minSteps).max(TRAINING.maxSteps).default(TRAINING.defaultSteps),
  is_style: z.boolean().optional(),
  is_input_format_already_preprocessed: z.boolean().optional(),
  data_archive_format: z.literal('zip').optional(),
});

const Generation = z.strictObject({
  prompt: text({ max: MAX_PROMPT, lines: true }),
  image_size: z.union([sizeName, z.strictObject({ width: side, height: side })]).default(DEFAULT_SIZE),
  num_inference_steps: z.number().int().min(1).max(MAX_STEPS).optional(),
  guidance_scale: z.number().min(0).max(MAX_GUIDANCE).optional(),
  num_images: z.number().int().min(1).max(MAX_IMAGES).default(1),
  seed: z.number().int().min(0).max(MAX_SEED).optional(),
  loras: z
    .array(
      z.strictObject({ path: text({ max: MAX_ADDRESS, min: 0 }), scale: z.number().min(0).max(MAX_SCALE).optional() }),
    )
    .max(MAX_LORAS)
    .optional(),
  enable_safety_checker: z.boolean().optional(),
  output_format: z.enum(['jpeg', 'png']).optional(),
  /** The storyboard app sends it for another model; this one has no such field. */
  raw: z.boolean().optional(),
});

export interface CheckedInput {
  profile: ProfileId;
  body: Record<string, unknown> & { loras?: { path: string; scale?: number | undefined }[] | undefined };
  /** The most that it can cost. */
  estimate: MicroUsd;
}

/** The body as it may be posted. Throws 422, which names every field that does not fit. */
export function checkInput(endpoint: ProxiedEndpoint, given: unknown, megapixel: Megapixel): CheckedInput {
  refuseUnstorable(given);
  if (endpoint === TRAINING.endpoint) {
    refusePhotoList(given);
    const body = parse(Training, given);
    return { profile: TRAINING.profile, body, estimate: trainingPrice(body.steps) };
  }
  const { raw: _, ...body } = parse(Generation, given);
  const size = typeof body.image_size === 'string' ? IMAGE_SIZES[body.image_size] : body.image_size;
  return { profile: GENERATION.profile, body, estimate: body.num_images * imagePrice(size, megapixel) };
}

function parse<T extends z.ZodType>(schema: T, given: unknown): z.infer<T> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const unknown = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key].join('.')) : [],
  );
  if (unknown.length > 0) {
    const errors = unknown.map((path) => ({ path, message: 'is not accepted' }));
    throw new Problem('invalid_request', `These fields are not accepted: ${unknown.join(', ')}. Leave them out.`, {
      members: { errors },
    });
  }
  refuseInvalid({ target: 'json', success: false, error: parsed.error });
  throw parsed.error;
}

/** Whatever goes through is also written into the ledger: looked at in any depth, with the names. */
function refuseUnstorable(given: unknown): void {
  const found = storageProblem(given);
  if (!found) return;
  const detail = `"${cleanText(found.path)}" ${found.message}. Correct it and send it again.`;
  throw new Problem('invalid_request', detail, { members: { errors: [found] } });
}

/** The storyboard app sends the addresses of its photos. */
function refusePhotoList(given: unknown): void {
  const photos = typeof given === 'object' && given !== null && 'images_data_url' in given && given.images_data_url;
  if (!Array.isArray(photos)) return;
  const detail =
    `${TRAINING.endpoint} takes the address of ONE zip as images_data_url, and not a list of photos. Upload the photos with ` +
    'POST /v1/characters/{id}/photos, then train with POST /v1/characters/{id}/identities.';
  throw new Problem('archive_required', detail);
}
