// The newest identity of a character, whether it is ready, open, or over.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { Identity, IdentityItem } from '../../client/index.ts';
import { useLikeness } from './likeness-provider.tsx';
import { CHARACTERS_KEY } from './use-characters.ts';

type Newest = Pick<IdentityItem, 'identityId' | 'stage'>;

const newestKey = (characterId: string) => ['likeness', 'newest', characterId] as const;

export function useNewestIdentity(characterId: string) {
  const client = useLikeness();
  const { data, error, isPending } = useQuery({
    queryKey: newestKey(characterId),
    // Undefined is no answer for the cache, so null stands for a character without an identity.
    queryFn: async (): Promise<Newest | null> =>
      (await client.identities.list({ characterId, limit: 1 })).items[0] ?? null,
    // What is on the screen is decided once, when it opens: nobody is thrown out of a form.
    staleTime: 0,
    refetchOnWindowFocus: false,
  });
  return { newest: data ?? undefined, error, isPending };
}

/** Tells what a start, or a change of stage, has made of the newest identity, so that lists follow at once. */
export function useTellNewest(): (identity: Pick<Identity, 'identityId' | 'characterId' | 'stage'>) => void {
  const queries = useQueryClient();
  return useCallback(
    ({ identityId, characterId, stage }) => {
      queries.setQueryData<Newest>(newestKey(characterId), { identityId, stage });
      void queries.invalidateQueries({ queryKey: CHARACTERS_KEY });
    },
    [queries],
  );
}
