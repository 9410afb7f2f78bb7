// A run of a model that makes images: its faults, its files and the body that fal answers.
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { ImageFormat } from '../drawing/raster.ts';
import { modelError } from '../model-error.ts';
import { type ShownFace, shownFaces } from '../shown-faces.ts';
import type { PeopledImage } from './draw-people.ts';
import type { Size } from './image-fields.ts';
import type { ModelAnswer, ModelRun } from './model.ts';
import { billedMegapixels } from './prices.ts';

const SEEDS = 2 ** 32;

interface ImagesAsked {
  prompt: string;
  num_images: number;
  seed?: number | null | undefined;
  enable_safety_checker: boolean;
  output_format: ImageFormat;
}

interface Drawing {
  size: Size;
  /** Megapixels that are billed beside those of the images. */
  units?: number;
  draw(seed: number): Promise<PeopledImage>;
}

/** `prepare` fetches what the drawing needs, and knows the size of the images. */
export async function imageAnswer(
  run: ModelRun,
  asked: ImagesAsked,
  prepare: () => Promise<Drawing>,
): Promise<ModelAnswer> {
  if (await run.faultStrikes('image_fails')) {
    throw modelError(500, 'downstream_service_error', ['body'], 'Downstream service error');
  }
  const { prompt, output_format: format } = asked;
  if (await run.faultStrikes('policy_violation')) {
    const flagged = 'The content was flagged by a content checker.';
    throw modelError(422, 'content_policy_violation', ['body', 'prompt'], flagged, {
      input: prompt,
      categories: ['sexual', 'model_moderated'],
    });
  }
  const flagged = asked.enable_safety_checker && (await run.faultStrikes('output_nsfw'));
  const seed = asked.seed ?? seedOf(run.requestId);
  const { size, units = 0, draw } = await prepare();

  const started = performance.now();
  const images = [];
  const pictures: ShownFace[][] = [];
  for (let i = 0; i < asked.num_images; i++) {
    const drawn = flagged ? { image: await black({ ...size, format }), people: [] } : await draw(seed + i);
    const name = `${i}.${format === 'jpeg' ? 'jpg' : format}`;
    images.push({ ...(await run.saveOutput(name, `image/${format}`, drawn.image)), ...size });
    pictures.push(shownFaces(drawn.people));
  }
  return {
    pictures,
    units: units + billedMegapixels(size.width, size.height, run.settings.megapixel) * asked.num_images,
    body: {
      images,
      timings: { inference: (performance.now() - started) / 1000 },
      seed,
      has_nsfw_concepts: images.map(() => flagged),
      prompt,
    },
  };
}

/** What fal gives out in place of a picture that its checker flagged. */
function black({ width, height, format }: Size & { format: ImageFormat }): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#000000' } })
    .toFormat(format)
    .toBuffer();
}

/** A seed for callers that gave none: fixed for a request, so that a restart draws the same picture. */
function seedOf(requestId: string): number {
  return createHash('sha256').update(requestId).digest().readUInt32BE(0) % SEEDS;
}
