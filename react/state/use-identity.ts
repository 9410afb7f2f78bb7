// One identity as it goes: pushed by the client's watch, which falls back to asking by itself.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import type { Identity } from '../../client/index.ts';
import { isEndStage } from '../../domain/stage.ts';
import { useLikeness } from './likeness-provider.tsx';

export const identityKey = (identityId: string | undefined) => ['likeness', 'identity', identityId] as const;

export interface WatchedIdentity {
  identity: Identity | undefined;
  /** Why there is nothing to show, or nothing new. */
  error: Error | null;
  /** Puts a newer state in place: what the API answered to a decision. An older one is left. */
  put: (identity: Identity) => void;
  /** Asks again now, and goes on watching. */
  again: () => void;
}

/** Watches as long as the component is there; nothing while there is no id. */
export function useIdentity(identityId: string | undefined): WatchedIdentity {
  const client = useLikeness();
  const [attempt, setAttempt] = useState(0);
  const { data, error, refetch } = useQuery({
    queryKey: identityKey(identityId),
    queryFn: () => client.identities.get(identityId ?? ''),
    enabled: identityId !== undefined,
  });

  const put = useIdentityPut();

  // A run that ended is never news again.
  const isOpen = identityId !== undefined && !(data && isEndStage(data.stage));
  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` begins a new watch.
  useEffect(() => {
    if (!isOpen) return;
    const left = new AbortController();
    const watch = async () => {
      for await (const identity of client.identities.watch(identityId, { signal: left.signal })) put(identity);
    };
    // What the watch can't get over, the query answers as well, with its reason.
    watch().catch(() => undefined);
    return () => left.abort();
  }, [client, identityId, isOpen, put, attempt]);

  const again = useCallback(() => {
    setAttempt((count) => count + 1);
    void refetch();
  }, [refetch]);
  return { identity: data, error, put, again };
}

/** Puts a newer state in place; an older one is left. */
export function useIdentityPut(): (identity: Identity) => void {
  const queries = useQueryClient();
  return useCallback(
    (identity) => {
      queries.setQueryData<Identity>(identityKey(identity.identityId), (known) =>
        known && known.source === 'run' && known.revision > identity.revision ? known : identity,
      );
    },
    [queries],
  );
}
