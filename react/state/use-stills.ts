// Batches of stills: what one would cost, a new one, and those that there are.

import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import type { StillsEstimate, StillsInput } from '../../client/index.ts';
import { newId } from '../../client/new-id.ts';
import { useLikeness } from './likeness-provider.tsx';
import { changeOf, useBatchPut } from './use-batch.ts';
import { useSettled } from './use-settled.ts';

const BATCHES_KEY = ['likeness', 'batches'] as const;
const BATCHES = 10;
/** One of them is being drawn: its counts change. */
const SOON_MS = 3000;
/** Another person may start one. */
const LATER_MS = 15_000;
/** Between two keys that somebody types. */
const PAUSE_MS = 400;

export interface KnownEstimate {
  /** Of this request, or while it is asked for of the one before. */
  estimate: StillsEstimate | undefined;
  /** Whether it is of this very request. */
  isCurrent: boolean;
  error: Error | null;
  again: () => void;
}

/** What a request would cost, asked when nobody types any more. */
export function useStillsEstimate(request: StillsInput | undefined): KnownEstimate {
  const client = useLikeness();
  // By its words: each render makes the request anew.
  const body = request && JSON.stringify(request);
  const asked = useSettled(body, PAUSE_MS);
  const { data, error, isFetching, isPlaceholderData, refetch } = useQuery({
    queryKey: ['likeness', 'stills-estimate', asked],
    queryFn: (): Promise<StillsEstimate> => client.stills.dryRun(JSON.parse(asked ?? '')),
    enabled: asked !== undefined,
    placeholderData: keepPreviousData,
  });
  return {
    estimate: body === undefined ? undefined : data,
    isCurrent: body !== undefined && body === asked && data !== undefined && !isPlaceholderData && !error,
    error: isFetching || body !== asked ? null : error,
    again: () => void refetch(),
  };
}

/** Starts a batch once, however often it is pressed: the key is the same until one with these words has started. */
export function useStartStills() {
  const client = useLikeness();
  const queries = useQueryClient();
  const put = useBatchPut();
  const key = useRef<{ intent: string; value: string }>(undefined);
  return useMutation({
    mutationFn: (request: StillsInput) => {
      const intent = JSON.stringify(request);
      if (key.current?.intent !== intent) key.current = { intent, value: newId() };
      return client.stills.create(request, { idempotencyKey: key.current.value });
    },
    onSuccess: (batch) => {
      key.current = undefined;
      put(changeOf(batch));
      return queries.invalidateQueries({ queryKey: BATCHES_KEY });
    },
  });
}

/** Newest first, page by page. */
export function useBatches() {
  const client = useLikeness();
  const query = useInfiniteQuery({
    queryKey: BATCHES_KEY,
    queryFn: ({ pageParam }) => client.stills.list({ limit: BATCHES, ...(pageParam ? { cursor: pageParam } : {}) }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(({ closedAt }) => closedAt === undefined)) ? SOON_MS : LATER_MS,
  });
  return { ...query, batches: query.data?.pages.flatMap(({ items }) => items) ?? [] };
}
