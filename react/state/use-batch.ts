// A batch of stills as it goes: pushed by the client's watch, which falls back to asking by itself.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import type { Batch, StillsChange } from '../../client/index.ts';
import { type KnownBatch, withChange } from './known-batch.ts';
import { useLikeness } from './likeness-provider.tsx';

const batchKey = (batchId: string) => ['likeness', 'batch', batchId] as const;

export interface WatchedBatch {
  known: KnownBatch | undefined;
  /** Why there is nothing to show, or nothing new. */
  error: Error | null;
  /** Puts a newer state in place. */
  put: (change: StillsChange) => void;
  /** Asks again now, and goes on watching. */
  again: () => void;
}

/** Watches as long as the component is there, and until nothing changes any more. */
export function useBatch(batchId: string): WatchedBatch {
  const client = useLikeness();
  const queries = useQueryClient();
  const [attempt, setAttempt] = useState(0);
  const put = useBatchPut();
  const { data, error, refetch } = useQuery({
    queryKey: batchKey(batchId),
    // The stills come with the watch.
    queryFn: async () =>
      withChange(queries.getQueryData<KnownBatch>(batchKey(batchId)), {
        batch: await client.stills.get(batchId, { limit: 0 }),
        stills: [],
      }),
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` begins a new watch.
  useEffect(() => {
    const left = new AbortController();
    const watch = async () => {
      for await (const change of client.stills.watch(batchId, { signal: left.signal })) put(change);
    };
    // What the watch can't get over, the query answers as well, with its reason.
    watch().catch(() => undefined);
    return () => left.abort();
  }, [client, batchId, put, attempt]);

  const again = useCallback(() => {
    setAttempt((count) => count + 1);
    void refetch();
  }, [refetch]);
  return { known: data, error, put, again };
}

/** Puts a newer state of any batch in place. */
export function useBatchPut(): (change: StillsChange) => void {
  const queries = useQueryClient();
  return useCallback(
    (change) => {
      const key = batchKey(change.batch.batchId);
      queries.setQueryData<KnownBatch>(key, (known) => withChange(known, change));
    },
    [queries],
  );
}

/** A batch as the API answers it, as a change. */
export const changeOf = ({ stills, nextAfter: _, ...batch }: Batch): StillsChange => ({ batch, stills });
