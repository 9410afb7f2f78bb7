// The photos of a request: those that it names, or all of the character.

import type { RunSettings } from '../../domain/settings.ts';
import type { Ports } from '../ports/index.ts';
import { Refusal } from '../refusal.ts';
import { photoCountProblem } from './photo-count.ts';

/** Ids in the requested order, or of upload. Refuses too few, too many, and photos of other characters. */
export async function chosenPhotos(
  { settings, photos }: Pick<Ports, 'photos' | 'settings'>,
  character: { id: string; tenantId: string },
  photoIds: string[] | undefined,
): Promise<string[]> {
  const all = await photos.of(character.tenantId, character.id);
  return choosePhotos(
    all.map(({ id }) => id),
    photoIds,
    settings,
  );
}

/** The same for known photos: `all` of the character. */
export function choosePhotos(
  all: string[],
  photoIds: string[] | undefined,
  { maxPhotos }: Pick<RunSettings, 'maxPhotos'>,
): string[] {
  const chosen = photoIds ?? all;
  const unknown = chosen.filter((id) => !all.includes(id));
  if (unknown.length > 0) {
    const detail = `The character has no photos with these ids: ${unknown.join(', ')}. Name photos of the character, or upload them first.`;
    throw new Refusal('unknown_photos', detail);
  }
  const problem = photoCountProblem({ usable: chosen.length, total: chosen.length }, maxPhotos);
  if (problem) throw new Refusal(problem.code, problem.message);
  return chosen;
}
