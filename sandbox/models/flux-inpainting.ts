// fal-ai/flux-lora/inpainting: the part of a picture that a mask shows white is painted anew by a prompt and LoRAs.
import { z } from 'zod';
import { repaintFace } from '../drawing/repaint-face.ts';
import { invalidInput } from '../model-error.ts';
import { spoiledFace } from './cast-faults.ts';
import { chooseFace } from './choose-cast.ts';
import { headOf, seenPerson } from './draw-people.ts';
import { imageAnswer } from './image-answer.ts';
import { imageCorrelation, imageFields, lorasField, sizeOf } from './image-fields.ts';
import { loadImage } from './load-image.ts';
import { loadLoras } from './load-lora.ts';
import type { Model } from './model.ts';
import { MICROS_PER_MEGAPIXEL } from './prices.ts';

const inputSchema = z.object({
  ...imageFields,
  loras: lorasField,
  image_url: z.string(),
  mask_url: z.string(),
  strength: z.number().min(0.01).max(1).default(0.85),
});

export const fluxInpainting: Model = {
  endpoint: 'fal-ai/flux-lora/inpainting',
  price: { microsPerUnit: MICROS_PER_MEGAPIXEL, unit: 'megapixels' },
  durationMs: (input, settings) => settings.imageMs * (inputSchema.safeParse(input).data?.num_images ?? 1),
  logs: (_input, done) => (done < 1 ? ['Loading the LoRA weights'] : ['Loading the LoRA weights', 'Images are drawn']),

  /** Prompt, seed, LoRAs, picture and mask. */
  correlation(input) {
    const { data } = inputSchema.safeParse(input);
    if (!data) return undefined;
    const loras = data.loras.map(({ path }) => path);
    return imageCorrelation(data.prompt, data.seed, loras, [data.image_url, data.mask_url]);
  },

  async run(input, run) {
    const parsed = inputSchema.safeParse(input);
    if (!parsed.success) throw invalidInput(parsed.error, input);
    const { prompt, strength, output_format: format } = parsed.data;
    return imageAnswer(run, parsed.data, async () => {
      const loras = await loadLoras(parsed.data.loras, prompt, run);
      const picture = await loadImage(parsed.data.image_url, ['body', 'image_url'], run);
      const mask = await loadImage(parsed.data.mask_url, ['body', 'mask_url'], run);
      const shown = await run.people.pictures.peopleIn(picture.bytes);
      const size = parsed.data.image_size ? sizeOf(parsed.data.image_size) : picture.size;
      return {
        size,
        async draw(seed) {
          const asked = { prompt, seed, loras, run };
          const face = await spoiledFace(await chooseFace(asked), shown, asked);
          const order = { prompt, seed, ...size, format, strength, picture: picture.bytes, mask: mask.bytes };
          const heads = shown.map((person) => headOf(person, size));
          const { image, place } = await repaintFace({ ...order, heads, member: face?.member });
          const others = shown.filter((_, i) => heads[i] !== place);
          const painted = place && face && [...others, seenPerson(face, place, size)];
          const people = painted ?? shown;
          await run.people.pictures.remember(image, people);
          return { image, people };
        },
      };
    });
  },
};
