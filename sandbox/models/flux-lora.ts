// fal-ai/flux-lora: a prompt and LoRAs become images.
import { z } from 'zod';
import { invalidInput } from '../model-error.ts';
import { chooseCast } from './choose-cast.ts';
import { drawPeople } from './draw-people.ts';
import { imageAnswer } from './image-answer.ts';
import { imageCorrelation, imageFields, lorasField, sizeOf } from './image-fields.ts';
import { loadLoras } from './load-lora.ts';
import type { Model } from './model.ts';
import { MICROS_PER_MEGAPIXEL } from './prices.ts';

const inputSchema = z.object({ ...imageFields, loras: lorasField });

export const fluxLora: Model = {
  endpoint: 'fal-ai/flux-lora',
  price: { microsPerUnit: MICROS_PER_MEGAPIXEL, unit: 'megapixels' },
  durationMs: (input, settings) => settings.imageMs * (inputSchema.safeParse(input).data?.num_images ?? 1),
  logs: (_input, done) => (done < 1 ? ['Loading the LoRA weights'] : ['Loading the LoRA weights', 'Images are drawn']),

  /** Prompt, seed and LoRAs. */
  correlation(input) {
    const { data } = inputSchema.safeParse(input);
    return data && imageCorrelation(data.prompt, data.seed, paths(data.loras));
  },

  async run(input, run) {
    const parsed = inputSchema.safeParse(input);
    if (!parsed.success) throw invalidInput(parsed.error, input);
    const { prompt, output_format: format } = parsed.data;
    const size = sizeOf(parsed.data.image_size ?? 'landscape_4_3');
    return imageAnswer(run, parsed.data, async () => {
      const loras = await loadLoras(parsed.data.loras, prompt, run);
      return {
        size,
        async draw(seed) {
          const asked = { prompt, seed, loras, run };
          return drawPeople(await chooseCast(asked), asked, size, format);
        },
      };
    });
  },
};

const paths = (loras: z.output<typeof lorasField>): string[] => loras.map(({ path }) => path);
