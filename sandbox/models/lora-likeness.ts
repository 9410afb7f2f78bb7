// How well a LoRA has learned its person: a number by chance for each picture, as the settings spread it.
import { prngOf } from '../drawing/prng.ts';
import { type Settings, TRAINERS } from '../settings.ts';
import type { LoadedLora } from './load-lora.ts';

/** 0 to 1; undefined while the settings say nothing of its trainer. The same for the same prompt, seed and LoRA. */
export function loraLikeness(
  { trigger }: LoadedLora,
  { prompt, seed }: { prompt: string; seed: number },
  settings: Settings,
): number | undefined {
  // A LoRA says nothing of its trainer, and the sandbox has one.
  const [trainer] = TRAINERS;
  const spread = settings.likeness[trainer];
  if (!spread) return undefined;
  const prng = prngOf('likeness', trigger ?? '', prompt, seed);
  // Box and Muller, 1958: two uniform numbers make a normal one.
  const normal = Math.sqrt(-2 * Math.log(1 - prng.next())) * Math.cos(2 * Math.PI * prng.next());
  return Math.min(1, Math.max(0, spread.mean + spread.spread * normal));
}
