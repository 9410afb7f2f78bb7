// Money: what a start would cost, and the start itself.

import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { newId } from '../../client/new-id.ts';
import { useLikeness } from './likeness-provider.tsx';
import { useIdentityPut } from './use-identity.ts';
import { useTellNewest } from './use-newest-identity.ts';

/** What any run would cost and take, and how many photos it takes: known before there is one. */
export function useEstimate() {
  const client = useLikeness();
  const { data, error, isFetched, isFetching, refetch } = useQuery({
    queryKey: ['likeness', 'estimate'],
    queryFn: () => client.identities.estimate(),
  });
  return { estimate: data, error: isFetching ? null : error, wasAsked: isFetched, again: () => void refetch() };
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
