// The picture in an answer of fal's image models, which answer alike.

import type { Flux2Output, FluxLoraOutput } from '@fal-ai/client/endpoints';
import { z } from 'zod';
import type { DrawnPicture } from '../../../core/ports/generator.ts';
import type { JobAnswer } from '../../../core/ports/job-queue.ts';
import { Failure } from '../../../domain/failure.ts';

const answerSchema = z.object({
  images: z.tuple([z.object({ url: z.string() })], z.unknown()),
  // One for each image. Only an explicit true counts.
  has_nsfw_concepts: z.array(z.unknown()).catch([]),
} satisfies { [Field in keyof FluxLoraOutput & keyof Flux2Output]?: z.ZodType });

/** Throws ProviderFailed when the answer names none. */
export function drawnPicture(answer: JobAnswer): DrawnPicture {
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) throw new Failure('ProviderFailed', 'The provider answered without an image.');
  const { images, has_nsfw_concepts: flags } = parsed.data;
  return { address: images[0].url, flagged: flags[0] === true };
}
