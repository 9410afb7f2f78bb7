// fal-ai/flux-2/edit and fal-ai/flux-2/lora/edit: a prompt draws the people of given pictures, or changes one face of the
// first picture to that of another. The prompt names the pictures "image 1", "image 2".
import { z } from 'zod';
import type { HeadPlace } from '../drawing/figure.ts';
import { repaintFace } from '../drawing/repaint-face.ts';
import { invalidInput } from '../model-error.ts';
import type { SeenPerson } from '../picture-memory.ts';
import { spoiledFace } from './cast-faults.ts';
import { type Asked, loraMember, NOBODY, type Role, strangersFor } from './choose-cast.ts';
import { drawPeople, headOf, type PeopledImage, seenPerson } from './draw-people.ts';
import { imageAnswer } from './image-answer.ts';
import { imageCorrelation, imageFields, lorasField, nameOf, type Size, sizeOf } from './image-fields.ts';
import { type LoadedImage, loadImage } from './load-image.ts';
import { loadLoras } from './load-lora.ts';
import type { Model } from './model.ts';
import { uprightPhoto } from './photo.ts';
import { billedMegapixels, MICROS_PER_EDITED_MEGAPIXEL, MICROS_PER_LORA_EDITED_MEGAPIXEL } from './prices.ts';
import { type AskedPerson, readPeople, sideOf } from './read-people.ts';

const MAX_IMAGES = 4;
const MAX_LORAS = 3;
/** Of a larger given picture no more is billed. */
const LARGEST_GIVEN = 2048;

const inputSchema = z.object({
  ...imageFields,
  image_urls: z.array(z.string()).min(1).max(MAX_IMAGES),
  output_format: z.enum(['jpeg', 'png', 'webp']).default('png'),
  loras: lorasField,
});

export const flux2Edit = editModel(
  'fal-ai/flux-2/edit',
  MICROS_PER_EDITED_MEGAPIXEL,
  inputSchema.omit({ loras: true }),
);

export const flux2LoraEdit = editModel(
  'fal-ai/flux-2/lora/edit',
  MICROS_PER_LORA_EDITED_MEGAPIXEL,
  inputSchema.extend({ loras: lorasField.unwrap().max(MAX_LORAS).default([]) }),
);

type Input = Omit<z.output<typeof inputSchema>, 'loras'> & Partial<Pick<z.output<typeof inputSchema>, 'loras'>>;

function editModel(endpoint: string, microsPerUnit: number, schema: z.ZodType<Input>): Model {
  return {
    endpoint,
    price: { microsPerUnit, unit: 'megapixels' },
    durationMs: (input, settings) => settings.imageMs * (schema.safeParse(input).data?.num_images ?? 1),
    logs: (_input, done) => (done < 1 ? ['Loading the images'] : ['Loading the images', 'Images are drawn']),

    /** Prompt, seed, LoRAs and pictures. */
    correlation(input) {
      const { data } = schema.safeParse(input);
      if (!data) return undefined;
      const loras = (data.loras ?? []).map(({ path }) => path);
      return imageCorrelation(data.prompt, data.seed, loras, data.image_urls);
    },

    async run(input, run) {
      const parsed = schema.safeParse(input);
      if (!parsed.success) throw invalidInput(parsed.error, input);
      const { prompt, image_urls: urls, image_size, output_format: format } = parsed.data;
      return imageAnswer(run, parsed.data, async () => {
        const loras = await loadLoras(parsed.data.loras ?? [], prompt, run);
        const images = await Promise.all(urls.map((url, i) => loadImage(url, ['body', 'image_urls', i], run)));
        const given = await Promise.all(
          images.map(async ({ bytes }, i) => ({ photo: await uprightPhoto(bytes), who: nameOf(urls[i] ?? '') })),
        );
        const size = image_size ? sizeOf(image_size) : shrunk(images[0]?.size);
        const sizes = images.map((image) => shrunk(image.size));
        const { megapixel } = run.settings;
        return {
          size,
          units: sizes.reduce((sum, { width, height }) => sum + billedMegapixels(width, height, megapixel), 0),
          async draw(seed) {
            const asked = { prompt, seed, loras, run };
            const [, whose, whom] = REPLACED.exec(prompt) ?? [];
            const [base] = images;
            if (base && whose !== undefined && whom !== undefined) {
              return replaceFace({ base, whose, whom, given, size, format }, asked);
            }
            return drawPeople(await editCast(given, asked), asked, size, format);
          },
        };
      });
    },
  };
}

/** What the product asks an editor for when one face is to be another's. */
const REPLACED = /replace the face of (.+?) with the face of ([^.]+)/i;

/** As large as a picture is taken. */
function shrunk({ width, height }: Size = { width: 1024, height: 1024 }): Size {
  const by = Math.min(1, LARGEST_GIVEN / Math.max(width, height));
  return { width: Math.round(width * by), height: Math.round(height * by) };
}

/** From left to right: the people of the pictures and LoRAs where the prompt has them, each unmixed. */
async function editCast(given: Given[], asked: Asked): Promise<Role[]> {
  const triggers = asked.loras.map(({ trigger }) => trigger ?? '');
  const people = readPeople(asked.prompt, triggers, given.length);
  if (people.length === 0) return given.map(shownBy);
  const stranger = await strangersFor(asked);
  return people.map((person) => roleOf(person, given, asked) ?? { member: stranger() });
}

/** Whom a LoRA or a picture shows; undefined for a stranger. */
function roleOf({ trigger, image, noun }: AskedPerson, given: Given[], asked: Asked): Role | undefined {
  const lora = trigger === undefined ? undefined : asked.loras[trigger];
  const picture = image === undefined ? undefined : given[image - 1];
  const withNoun = noun === undefined ? {} : { noun };
  if (lora) return { member: loraMember(lora, asked), shows: lora, ...withNoun };
  return picture && { ...shownBy(picture), ...withNoun };
}

const shownBy = ({ photo, who }: Given): Role => ({ member: { photos: [photo], strength: 1 }, shows: {}, who });

/** A given picture, and what the books call whom it shows. */
interface Given {
  photo: Buffer;
  who: string;
}

interface Replacement {
  base: LoadedImage;
  /** The words for the old and for the new face. */
  whose: string;
  whom: string;
  given: Given[];
  size: Size;
  format: Input['output_format'];
}

async function replaceFace(
  { base, whose, whom, given, size, format }: Replacement,
  asked: Asked,
): Promise<PeopledImage> {
  const { prompt, seed, loras, run } = asked;
  const shown = await run.people.pictures.peopleIn(base.bytes);
  const old = meant(whose, shown);
  const triggers = loras.map(({ trigger }) => trigger ?? '');
  const [person] = readPeople(whom, triggers, given.length);
  const role = (person && roleOf(person, given, asked)) ?? { member: NOBODY };
  const face = await spoiledFace(role, shown, asked);
  const head = old ? headOf(old, size) : undefined;
  const mask = Buffer.from(maskSvg(size, head ?? middle(size)));
  const order = { prompt, seed, ...size, format, strength: 1, picture: base.bytes, mask, heads: head ? [head] : [] };
  const { image, place } = await repaintFace({ ...order, member: face?.member });
  const painted = place && face && [...shown.filter((other) => other !== old), seenPerson(face, place, size)];
  const people = painted ?? shown;
  await run.people.pictures.remember(image, people);
  return { image, people };
}

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth'];

/** The person of a picture for whom the words stand: "the woman on the left", "the second man". */
function meant(words: string, shown: SeenPerson[]): SeenPerson | undefined {
  const fromLeft = [...shown].sort((a, b) => a.x - b.x);
  const side = sideOf(words);
  if (side !== undefined) return fromLeft.at({ left: 0, center: Math.floor(shown.length / 2), right: -1 }[side]);
  const alike = fromLeft.filter(({ noun }) => noun !== undefined && new RegExp(`\\b${noun}\\b`, 'i').test(words));
  const nth = ORDINALS.findIndex((ordinal) => new RegExp(`\\b${ordinal}\\b`, 'i').test(words));
  return (alike.length > 0 ? alike : fromLeft)[Math.max(0, nth)];
}

/** White around a head. */
function maskSvg({ width, height }: Size, { x, y, eyeDistance: e }: HeadPlace): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%"/>` +
    `<ellipse cx="${x}" cy="${y + 0.4 * e}" rx="${1.5 * e}" ry="${2 * e}" fill="#fff"/></svg>`
  );
}

/** Where a head most likely is in a picture that was not drawn here. */
const middle = ({ width, height }: Size): HeadPlace => ({ x: width / 2, y: height * 0.4, eyeDistance: height * 0.1 });
