// What the inputs of the models that make images have in common.
import { createHash } from 'node:crypto';
import { z } from 'zod';

const NAMED_SIZES = {
  square_hd: { width: 1024, height: 1024 },
  square: { width: 512, height: 512 },
  portrait_4_3: { width: 768, height: 1024 },
  portrait_16_9: { width: 576, height: 1024 },
  landscape_4_3: { width: 1024, height: 768 },
  landscape_16_9: { width: 1024, height: 576 },
};
type SizeName = keyof typeof NAMED_SIZES;

export interface Size {
  width: number;
  height: number;
}

/** The sandbox draws in memory; fal itself allows more. */
const SIDE = z.number().int().min(64).max(4096);

const imageSize = z.union([
  z.enum(Object.keys(NAMED_SIZES) as [SizeName, ...SizeName[]]),
  z.object({ width: SIDE.default(512), height: SIDE.default(512) }),
]);

export const lorasField = z
  .array(z.object({ path: z.string(), scale: z.number().min(0).max(4).default(1) }))
  .default([]);
export type LoraWeight = z.output<typeof lorasField>[number];

/** Unknown keys are ignored, as at fal. */
export const imageFields = {
  prompt: z.string(),
  image_size: imageSize.optional(),
  num_inference_steps: z.number().int().min(1).max(50).default(28),
  guidance_scale: z.number().min(0).max(35).default(3.5),
  num_images: z.number().int().min(1).max(4).default(1),
  seed: z.number().int().nullish(),
  enable_safety_checker: z.boolean().default(true),
  output_format: z.enum(['jpeg', 'png']).default('jpeg'),
};

/** The pixels that `image_size` asks for. */
export function sizeOf(asked: z.output<typeof imageSize>): Size {
  return typeof asked === 'string' ? NAMED_SIZES[asked] : asked;
}

/** Hex digits: enough that two requests of one set of books never meet by chance. */
const CORRELATION_LENGTH = 16;
/** A SHA-256 in a file's name. */
const CONTENT_NAME = /[0-9a-f]{64}(?=[^/]*$)/;

/** Names the work: prompt, seed, and the files that it is made from. */
export function imageCorrelation(prompt: string, seed: number | null | undefined, ...files: string[][]): string {
  const names = files.map((addresses) => addresses.map(nameOf));
  const digest = createHash('sha256').update(JSON.stringify([prompt, seed ?? null, ...names]));
  return digest.digest('hex').slice(0, CORRELATION_LENGTH);
}

/**
 * A file has a new address with each upload, and a new signature with each signing: callers who upload one name it after
 * its content, and of any other the path counts.
 */
export function nameOf(address: string): string {
  const path = address.replace(/[?#].*$/, '');
  return CONTENT_NAME.exec(path)?.[0] ?? path;
}
