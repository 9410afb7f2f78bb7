// The generated pictures that show a character, page by page.

import { useInfiniteQuery } from '@tanstack/react-query';
import { useLikeness } from './likeness-provider.tsx';

const PAGE = 24;

export function useCharacterPictures(characterId: string) {
  const client = useLikeness();
  const query = useInfiniteQuery({
    queryKey: ['likeness', 'character-pictures', characterId],
    queryFn: ({ pageParam }) =>
      client.characters.pictures(characterId, { limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    refetchOnWindowFocus: false,
  });
  return { ...query, pictures: query.data?.pages.flatMap((page) => page.items) };
}
