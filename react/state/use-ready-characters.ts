// The characters that stills can be drawn of.

import { useQueries } from '@tanstack/react-query';
import type { Character } from '../../client/index.ts';
import { useLikeness } from './likeness-provider.tsx';
import { useCharacters } from './use-characters.ts';

/** Those with a current version, and `chosen` whatever became of them, also of pages that were not shown yet. */
export function useReadyCharacters(chosen: readonly string[]) {
  const client = useLikeness();
  const cast = useCharacters();
  const listed = new Map(cast.characters.map((character) => [character.id, character]));
  const others = useQueries({
    queries: chosen
      .filter((id) => cast.isSuccess && !listed.has(id))
      .map((id) => ({ queryKey: ['likeness', 'character', id], queryFn: () => client.characters.get(id) })),
  });
  const known = new Map<string, Character>(listed);
  for (const { data } of others) if (data) known.set(data.id, data);
  return { ...cast, ready: [...known.values()].filter(isReady), known };
}

export const isReady = ({ identity }: Pick<Character, 'identity'>): boolean => identity.status === 'ready';
