// What can be set while the sandbox runs: by options at the start, or by PUT /admin/settings. Not kept over a restart.
import { z } from 'zod';

/** Ten years. */
const YEARS_MS = 3_650 * 86_400_000;
/** Endpoints whose LoRAs the sandbox draws. */
export const TRAINERS = ['fal-ai/flux-lora-fast-training'] as const;
const MS = z.number().int().min(0).max(86_400_000);

/** Times are milliseconds on the wall clock. */
export const settingsSchema = z.strictObject({
  queueMs: MS.describe('how long a request waits before it may start'),
  trainingMs: MS.describe('how long a training runs'),
  imageMs: MS.describe('how long one image runs'),
  concurrency: z.number().int().min(1).max(100).describe('running requests an account may have'),
  webhooks: z.boolean().describe('whether webhooks are sent at all'),
  webhookLoopback: z.boolean().describe('send webhooks to loopback and private hosts too; fal itself drops those'),
  webhookRetryMs: MS.describe('wait before the second delivery of a webhook; doubles from there'),
  webhookCopies: z.number().int().min(2).max(100).describe('how often webhook_duplicated delivers a webhook'),
  listQueued: z
    .boolean()
    .describe('list requests that still wait in models/requests/by-endpoint; fal leaves open whether it does'),
  minimumArchiveImages: z
    .number()
    .int()
    .min(1)
    .max(100)
    .describe('fewer photos than this in a training archive are refused; fal documents no such minimum'),
  filesAheadMs: z
    .number()
    .int()
    .min(0)
    .max(YEARS_MS)
    .describe('how far the clock is ahead by which files expire: as though so much time had passed'),
  megapixel: z
    .literal([1_000_000, 1_048_576])
    .describe('pixels of a megapixel, by which images are billed; fal documents neither meaning'),
  likeness: z
    .partialRecord(
      z.enum(TRAINERS),
      z.strictObject({ mean: z.number().min(0).max(1), spread: z.number().min(0).max(1).default(0) }),
    )
    .describe('how like the photos a face of a LoRA is, by trainer: mean and standard deviation, 1 as like as can be'),
  creditsMicros: z
    .number()
    .int()
    .min(0)
    .describe('what the account held at the start, in micro-dollars; reported, never enforced'),
});

export type Settings = z.infer<typeof settingsSchema>;

/** Any part of the settings. */
export const settingsChangeSchema = settingsSchema.partial();

/** Quick enough to watch, slow enough to see every state; two running requests are what fal gives a new account. */
export const DEFAULT_SETTINGS: Settings = {
  queueMs: 500,
  trainingMs: 20_000,
  imageMs: 1_500,
  concurrency: 2,
  webhooks: true,
  webhookLoopback: true,
  webhookRetryMs: 1_000,
  webhookCopies: 3,
  listQueued: false,
  minimumArchiveImages: 1,
  filesAheadMs: 0,
  // Taken literally, so that an image of 1024 × 1024 is billed as two.
  megapixel: 1_000_000,
  likeness: {},
  creditsMicros: 100_000_000,
};

/** The time by which files expire, in milliseconds since 1970. */
export const filesNow = ({ filesAheadMs }: Pick<Settings, 'filesAheadMs'>): number => Date.now() + filesAheadMs;
