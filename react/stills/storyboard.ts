// The frames of a storyboard and who is in each, and the request that they make. Pure, so that it is tested without a page.

import type { StillsInput } from '../../client/types.ts';
import { type FrameList, type ListedFrame, readFrameList } from '../../domain/stills/frame-list.ts';
import { namingsIn, readable } from '../../domain/stills/namings.ts';
import { placesInOrder } from '../../domain/stills/places.ts';
import { MAX_CAST } from '../../domain/stills/routes.ts';
import { texts } from '../texts.ts';
import { type Asked, budgetOf, type Scene, spendingOf } from './scene.ts';

const t = texts.scene.storyboard;

export interface Person {
  id: string;
  name: string;
}

export interface StoryboardFrame extends ListedFrame {
  /** From left to right, where the list says so. */
  cast: Person[];
}

export interface Storyboard extends Pick<FrameList, 'unused' | 'problems'> {
  frames: StoryboardFrame[];
}

/** @param ready who can be drawn. */
export function readStoryboard(text: string, ready: readonly Person[]): Storyboard {
  const { frames, unused, problems } = readFrameList(text);
  const found = [...problems];
  const cast = frames.map((frame) => {
    const { cast: people, unknown } = castOf(frame, ready);
    for (const name of unknown) found.push({ line: frame.line, message: t.unknownName(name) });
    if (people.length > MAX_CAST) found.push({ line: frame.line, message: t.tooMany(people.length, MAX_CAST) });
    return { ...frame, cast: people };
  });
  return { frames: cast, unused, problems: found.sort((a, b) => a.line - b.line) };
}

/** Those whom a list names, or those whom the prompt names, in its order. */
function castOf({ names, prompt }: ListedFrame, ready: readonly Person[]): { cast: Person[]; unknown: string[] } {
  if (names === undefined) {
    const members = namingsIn(
      readable(prompt),
      ready.map(({ name }) => name),
    ).map(({ member }) => member);
    return { cast: [...new Set(members)].flatMap((member) => ready[member] ?? []), unknown: [] };
  }
  const known = new Map(ready.map((person) => [folded(person.name), person]));
  const unknown = names.filter((name) => !known.has(folded(name)));
  return { cast: [...new Set(names.flatMap((name) => known.get(folded(name)) ?? []))], unknown };
}

const folded = (name: string): string => readable(name).toLowerCase();

/** The request of the storyboard, or why there is none yet. */
export function storyboardRequest(scene: Scene, { frames, problems }: Storyboard): Asked {
  const budget = budgetOf(scene.budget);
  if (frames.length === 0) return { missing: t.empty };
  if (problems.length > 0) return { missing: texts.scene.missing.refused };
  if (budget === null) return { missing: texts.scene.missing.budget };
  return { request: { frames: frames.map((frame) => requestFrame(frame, scene)), ...spendingOf(scene, budget) } };
}

function requestFrame(frame: StoryboardFrame, scene: Scene): StillsInput['frames'][number] {
  const { prompt, frameId, names, location, seed, aspectRatio = scene.aspectRatio, variants = scene.variants } = frame;
  // A prompt that names them says itself how they stand.
  const places = names ? placesInOrder(frame.cast.length) : [];
  return {
    prompt,
    characters: frame.cast.map(({ id }, order) => ({ characterId: id, ...places[order] })),
    aspectRatio,
    n: variants,
    ...(frameId === undefined ? {} : { frameId }),
    ...(location === undefined ? {} : { location }),
    ...(seed === undefined ? {} : { seed }),
  };
}
