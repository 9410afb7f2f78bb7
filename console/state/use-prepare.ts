// Money: what a start would cost, and the start itself.

import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { newId } from '../../client/new-id.ts';
import { useLikeness } from './likeness-provider.tsx';
import { useIdentityPut } from './use-identity.ts';
import { useTellNewest } from './use-newest-identity.ts';

/** Asked of the API for these photos; refuses whatever a start would refuse. */
export function useCost(characterId: string, photoIds: readonly string[] | undefined) {
  const client = useLikeness();
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['likeness', 'cost', characterId, photoIds],
    queryFn: () => client.identities.dryRun(characterId, { photoIds: [...(photoIds ?? [])] }),
    enabled: photoIds !== undefined,
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  return { cost: photoIds ? data : undefined, error: isFetching ? null : error, again: () => void refetch() };
}

/**
 * Starts once for the same photos, however often it is pressed: the key is made with the form, and anew for other
 * photos.
 */
export function useStart(characterId: string) {
  const client = useLikeness();
  const tell = useTellNewest();
  const put = useIdentityPut();
  const key = useRef<{ photos: string; value: string }>(undefined);
  return useMutation({
    mutationFn: (photoIds: string[]) => {
      const photos = photoIds.join();
      if (key.current?.photos !== photos) key.current = { photos, value: newId() };
      return client.identities.start(characterId, { photoIds, idempotencyKey: key.current.value });
    },
    onSuccess: (identity) => {
      put(identity);
      tell(identity);
    },
  });
}

/** Gives a run that waits for photos the ones that it is to go on with. */
export function useReplace(identityId: string) {
  const client = useLikeness();
  const put = useIdentityPut();
  return useMutation({
    mutationFn: (photoIds: string[]) => client.identities.replacePhotos(identityId, photoIds),
    onSuccess: put,
  });
}
