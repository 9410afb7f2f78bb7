// Who is drawn: the people of the LoRAs that the prompt calls, and others by chance where it asks for a man or a woman.
import { type CastMember, SHOWN_FROM } from '../drawing/cast-member.ts';
import { prngOf } from '../drawing/prng.ts';
import type { LoadedLora } from './load-lora.ts';
import { loraLikeness } from './lora-likeness.ts';
import type { ModelRun } from './model.ts';
import { readPeople } from './read-people.ts';

/** A place in the picture and who is drawn there. */
export interface Role {
  member: CastMember;
  /** The LoRA or the given picture that shows this person; undefined for a stranger. */
  shows?: { trigger?: string };
  noun?: string;
  /** Who it is, for the books, where `shows` does not say it. */
  who?: string;
}

/** What a drawing is asked for. */
export interface Asked {
  prompt: string;
  seed: number;
  loras: LoadedLora[];
  run: ModelRun;
}

export const NOBODY: CastMember = { photos: [], strength: 0 };
/** A face that is half of each: what two LoRAs in one request do to every person. */
export const EVEN_MIX = 0.5;
/** A scale at which a LoRA shows another person. */
const STRANGE_SCALE = 0.45;

/** From left to right. The same prompt, seed and LoRAs give the same cast. */
export async function chooseCast(asked: Asked): Promise<Role[]> {
  const roles = rolesOf(asked);
  const triggers = roles.map(({ shows }) => shows?.trigger ?? '');
  const people = readPeople(asked.prompt, triggers);
  if (people.length <= 1 && roles.length <= 1) return [roles[0] ?? { member: NOBODY }];

  const stranger = await strangersFor(asked);
  const named = new Set(people.flatMap(({ trigger }) => trigger ?? []));
  // A LoRA without a trigger word shows its person in the first place that is free.
  const unnamed = roles.filter((_, i) => !named.has(i));
  const cast = people.map(({ trigger, noun }): Role => {
    const role = trigger === undefined ? unnamed.shift() : roles[trigger];
    return { ...(role ?? { member: stranger() }), ...(noun !== undefined && { noun }) };
  });
  return [...cast, ...unnamed];
}

/** Whose face an inpainting paints: that of the LoRA which the prompt calls, else a stranger's. */
export async function chooseFace(asked: Asked): Promise<Role> {
  const [role] = rolesOf(asked);
  return role ?? { member: (await strangersFor(asked))() };
}

/** The people of the LoRAs that the prompt calls. Several blend, as they do in life: everybody is a mix of two. */
function rolesOf(asked: Asked): Role[] {
  const called = asked.loras.filter((lora) => lora.called && lora.scale >= SHOWN_FROM);
  return called.map((lora, i) => {
    const other = called[(i + 1) % called.length];
    const alone = loraMember(lora, asked);
    const mix = other && other !== lora && { ...named(other.trigger), photos: other.photos, share: EVEN_MIX };
    return { shows: lora, member: mix ? { ...alone, mix } : alone };
  });
}

export const named = (who: string | undefined): { who?: string } => (who === undefined ? {} : { who });

/** The person of a LoRA, as well as the LoRA has learned it. */
export function loraMember(lora: LoadedLora, asked: Asked): CastMember {
  const likeness = loraLikeness(lora, asked, asked.run.settings);
  return { photos: lora.photos, strength: lora.scale, ...(likeness !== undefined && { likeness }) };
}

/** One stranger after the other, none twice; without photos of strangers, somebody whom no LoRA shows rightly. */
export async function strangersFor({ prompt, seed, loras, run }: Asked): Promise<() => CastMember> {
  const prng = prngOf('strangers', prompt, seed);
  const photos = [...(await run.people.strangers())];
  return () => {
    const [photo] = photos.splice(prng.below(photos.length), 1);
    if (photo) return { photos: [photo], strength: 1 };
    const lora = loras[prng.below(loras.length)];
    return lora ? { photos: lora.photos, strength: STRANGE_SCALE } : NOBODY;
  };
}
