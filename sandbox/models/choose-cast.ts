// Who is drawn: the people of the LoRAs that the prompt calls, and others by chance where it asks for a man or a woman.
import { type CastMember, SHOWN_FROM } from '../drawing/cast-member.ts';
import { prngOf } from '../drawing/prng.ts';
import type { LoadedLora } from './load-lora.ts';
import type { ModelRun } from './model.ts';
import { readPeople } from './read-people.ts';

const NOBODY: CastMember = { photos: [], strength: 0 };
/** A face that is half of each: what two LoRAs in one request do to every person. */
const EVEN_MIX = 0.5;
/** A scale at which a LoRA shows another person. */
const STRANGE_SCALE = 0.45;

/** From left to right. The same prompt, seed and LoRAs give the same cast. */
export async function chooseCast(
  prompt: string,
  seed: number,
  loras: LoadedLora[],
  run: ModelRun,
): Promise<CastMember[]> {
  const called = calledOf(loras);
  const members = membersOf(called);
  const triggers = called.map(({ trigger }) => trigger ?? '');
  const asked = readPeople(prompt, triggers);
  if (asked.length <= 1 && members.length <= 1) return [members[0] ?? NOBODY];

  const stranger = await strangersFor(prompt, seed, loras, run);
  const named = new Set(asked.flatMap(({ trigger }) => trigger ?? []));
  // A LoRA without a trigger word shows its person in the first place that is free.
  const unnamed = members.filter((_, i) => !named.has(i));
  const cast = asked.map(({ trigger }) =>
    trigger === undefined ? (unnamed.shift() ?? stranger()) : (members[trigger] ?? NOBODY),
  );
  return [...cast, ...unnamed];
}

/** Whose face an inpainting paints: that of the LoRA which the prompt calls, else a stranger's. */
export async function chooseFace(
  prompt: string,
  seed: number,
  loras: LoadedLora[],
  run: ModelRun,
): Promise<CastMember> {
  const [member] = membersOf(calledOf(loras));
  return member ?? (await strangersFor(prompt, seed, loras, run))();
}

const calledOf = (loras: LoadedLora[]) => loras.filter((lora) => lora.called && lora.scale >= SHOWN_FROM);

/** The people of LoRAs. Several in one request blend, as they do in life: everybody is a mix of two. */
function membersOf(called: LoadedLora[]): CastMember[] {
  return called.map((lora, i) => {
    const other = called[(i + 1) % called.length];
    const alone = { photos: lora.photos, strength: lora.scale };
    return other && other !== lora ? { ...alone, mix: { photos: other.photos, share: EVEN_MIX } } : alone;
  });
}

/** One stranger after the other, none twice; without photos of strangers, somebody whom no LoRA shows rightly. */
async function strangersFor(
  prompt: string,
  seed: number,
  loras: LoadedLora[],
  run: ModelRun,
): Promise<() => CastMember> {
  const prng = prngOf('strangers', prompt, seed);
  const photos = [...(await run.people.strangers())];
  return () => {
    const [photo] = photos.splice(prng.below(photos.length), 1);
    if (photo) return { photos: [photo], strength: 1 };
    const lora = loras[prng.below(loras.length)];
    return lora ? { photos: lora.photos, strength: STRANGE_SCALE } : NOBODY;
  };
}
