// What a person does with a still that has ended: a repair or a new drawing, with its price before, or accepting it.

import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import type { Still } from '../../client/index.ts';
import { newId } from '../../client/new-id.ts';
import { useLikeness } from './likeness-provider.tsx';
import type { WatchedBatch } from './use-batch.ts';

export type AgainKind = 'repair' | 'redraw';

/** What one more pass costs at most. */
export function useAgainPrice({ batchId, stillId, revision }: Still, kind: AgainKind) {
  const client = useLikeness();
  return useQuery({
    queryKey: ['likeness', 'again-price', stillId, revision, kind],
    queryFn: () => client.stills.againPrice(batchId, stillId, kind),
  });
}

/** Pays once, however often it is pressed: the key is the same until the still has changed. */
export function useDrawAgain({ batchId, stillId, revision }: Still, kind: AgainKind, watched: WatchedBatch) {
  const client = useLikeness();
  const key = useRef<{ intent: string; value: string }>(undefined);
  return useMutation({
    mutationFn: () => {
      const intent = `${kind} ${stillId} ${revision}`;
      if (key.current?.intent !== intent) key.current = { intent, value: newId() };
      return client.stills[kind](batchId, stillId, { idempotencyKey: key.current.value });
    },
    onSuccess: ({ still }) => putStill(watched, still),
    // Also a refusal may tell of a change that this page has not seen.
    onSettled: watched.again,
  });
}

export function useAcceptStill({ batchId, stillId }: Still, watched: WatchedBatch) {
  const client = useLikeness();
  return useMutation({
    mutationFn: (reason: string) => client.stills.accept(batchId, stillId, reason),
    onSuccess: (still) => putStill(watched, still),
    onSettled: watched.again,
  });
}

function putStill({ known, put }: WatchedBatch, still: Still): void {
  if (known) put({ batch: known.batch, stills: [still] });
}
