// The photos that a character has in store.

import { useQuery } from '@tanstack/react-query';
import type { Photo } from '../../client/index.ts';
import { useLikeness } from './likeness-provider.tsx';

export const photosKey = (characterId: string | undefined) => ['likeness', 'photos', characterId] as const;

/** They change only by what is done in the modal, which says so. */
const FRESH_MS = 60_000;

interface KnownPhotos {
  photos: Photo[] | undefined;
  error: Error | null;
  again: () => void;
}

/** In the order of upload; nothing is asked while `characterId` is undefined. */
export function usePhotos(characterId: string | undefined): KnownPhotos {
  const client = useLikeness();
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: photosKey(characterId),
    queryFn: async () => (await client.photos.list(characterId ?? '')).items,
    enabled: characterId !== undefined,
    staleTime: FRESH_MS,
  });
  return { photos: data, error: isFetching ? null : error, again: () => void refetch() };
}
