// The cast, page by page, looked at again every few seconds while it is in sight.

import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Character, CharacterInput } from '../../client/index.ts';
import { useLikeness } from './likeness-provider.tsx';

const PAGE = 60;
/** Somebody is being prepared: stages change by themselves. */
const SOON_MS = 2500;
/** Nothing is going on here; another person may start something. */
const LATER_MS = 15_000;

export const CHARACTERS_KEY = ['likeness', 'characters'] as const;

export function useCharacters() {
  const client = useLikeness();
  const query = useInfiniteQuery({
    queryKey: CHARACTERS_KEY,
    queryFn: ({ pageParam }) => client.characters.list({ limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: ({ state }) => {
      const items = state.data?.pages.flatMap((page) => page.items) ?? [];
      return items.some(({ identity }) => identity.status === 'preparing') ? SOON_MS : LATER_MS;
    },
  });
  const characters: Character[] = query.data?.pages.flatMap((page) => page.items) ?? [];
  return { ...query, characters };
}

export function useNewCharacter() {
  const client = useLikeness();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (character: CharacterInput) => client.characters.create(character),
    onSuccess: () => queries.invalidateQueries({ queryKey: CHARACTERS_KEY }),
  });
}
