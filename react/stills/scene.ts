// What somebody puts together in the scene form, and the request that it makes. Pure, so that it is tested without a page.

import type { StillsInput } from '../../client/types.ts';
import { STILL_LIMITS } from '../../domain/stills/limits.ts';
import { placesInOrder } from '../../domain/stills/places.ts';
import { MAX_CAST } from '../../domain/stills/routes.ts';
import type { Area } from '../../domain/stills/still.ts';
import { texts } from '../texts.ts';

export interface Chosen {
  characterId: string;
  /** Where it stands when characters are placed by boxes. */
  box?: Area;
}

export interface Scene {
  mode: 'scene' | 'storyboard';
  /** From left to right. */
  cast: Chosen[];
  placing: 'order' | 'boxes';
  prompt: string;
  /** Of a storyboard: its frames as text, and the characters that are looked for in it; none: all that are ready. */
  list: string;
  among: string[];
  aspectRatio: string;
  variants: number;
  repairs: number;
  /** Dollars as they are typed; empty: the highest price. */
  budget: string;
}

export const ASPECT_RATIOS = ['16:9', '2.39:1', '21:9', '3:2', '4:3', '1:1', '4:5', '9:16'] as const;

export const NEW_SCENE: Scene = {
  mode: 'scene',
  cast: [],
  placing: 'order',
  prompt: '',
  list: '',
  among: [],
  aspectRatio: '16:9',
  variants: 1,
  repairs: STILL_LIMITS.repairs.default,
  budget: '',
};

/** With these characters too, as far as there is room. */
export function withCharacters(scene: Scene, characterIds: readonly string[]): Scene {
  const known = new Set(scene.cast.map(({ characterId }) => characterId));
  const added = characterIds.filter((id) => !known.has(id)).map((characterId) => ({ characterId }));
  return added.length === 0 ? scene : withPlaces({ ...scene, cast: [...scene.cast, ...added].slice(0, MAX_CAST) });
}

export function withoutCharacter(scene: Scene, characterId: string): Scene {
  return withPlaces({ ...scene, cast: scene.cast.filter((one) => one.characterId !== characterId) });
}

/** One place to the left or to the right. */
export function withMoved(scene: Scene, characterId: string, by: -1 | 1): Scene {
  const from = scene.cast.findIndex((one) => one.characterId === characterId);
  const [moved, other] = [scene.cast[from], scene.cast[from + by]];
  if (!moved || !other) return scene;
  const cast = [...scene.cast];
  cast[from] = other;
  cast[from + by] = moved;
  return { ...scene, cast };
}

export function withPlacing(scene: Scene, placing: Scene['placing']): Scene {
  return withPlaces({ ...scene, placing });
}

export function withBox(scene: Scene, characterId: string, box: Area): Scene {
  return { ...scene, cast: scene.cast.map((one) => (one.characterId === characterId ? { ...one, box } : one)) };
}

/** With boxes each character has one; those that have one keep it. */
function withPlaces(scene: Scene): Scene {
  if (scene.placing === 'order') return scene;
  const { length } = scene.cast;
  const places = evenBoxes(length);
  return { ...scene, cast: scene.cast.map((one, order) => ({ ...one, box: one.box ?? places[order] ?? WHOLE })) };
}

const WHOLE: Area = { x: 0.3, y: 0.15, width: 0.4, height: 0.85 };
/** Shares of the frame that are free around a box. */
const GAP = 0.02;

/** Beside each other, with a gap between them. */
export function evenBoxes(count: number): Area[] {
  const share = 1 / count;
  return Array.from({ length: count }, (_, order) => ({
    x: order * share + GAP,
    y: WHOLE.y,
    width: share - 2 * GAP,
    height: WHOLE.height - GAP,
  }));
}

/** Dollars; undefined for none; null for what is no amount. */
export function budgetOf(text: string): number | undefined | null {
  const typed = text.replace(/[$\s,]/g, '');
  if (typed === '') return undefined;
  return /^\d{1,5}(\.\d{1,2})?$/.test(typed) ? Number(typed) : null;
}

export type Asked = { request: StillsInput } | { missing: string };

/** The request of one scene, or why there is none yet, as a sentence. */
export function requestOf(scene: Scene): Asked {
  const { cast, placing, prompt, aspectRatio, variants } = scene;
  const t = texts.scene.missing;
  const budget = budgetOf(scene.budget);
  if (cast.length === 0) return { missing: t.cast };
  if (prompt.trim() === '') return { missing: t.prompt };
  if (budget === null) return { missing: t.budget };
  const inOrder = placesInOrder(cast.length);
  const characters = cast.map(({ characterId, box }, order) => ({
    characterId,
    ...(placing === 'boxes' && box ? { box } : inOrder[order]),
  }));
  return {
    request: {
      frames: [{ prompt: prompt.trim(), characters, aspectRatio, n: variants }],
      ...spendingOf(scene, budget),
    },
  };
}

export const spendingOf = (
  { repairs }: Scene,
  budget: number | undefined,
): Pick<StillsInput, 'maxRepairs' | 'budgetUsd'> => ({
  maxRepairs: repairs,
  ...(budget === undefined ? {} : { budgetUsd: budget }),
});
