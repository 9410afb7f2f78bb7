// What a person does with a batch: stop it, give it more budget, look at its report, keep its sheet.

import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useLikeness } from './likeness-provider.tsx';
import type { WatchedBatch } from './use-batch.ts';

/** Asks it to stop; the watch tells when it has ended. */
export function useStopBatch(batchId: string): () => Promise<unknown> {
  const client = useLikeness();
  return () => client.stills.cancel(batchId);
}

export function useSetBudget(batchId: string, { put }: Pick<WatchedBatch, 'put'>) {
  const client = useLikeness();
  return useMutation({
    mutationFn: (budgetUsd: number) => client.stills.setBudget(batchId, budgetUsd),
    onSuccess: (batch) => put({ batch, stills: [] }),
  });
}

/** @param revision of the batch: with each, the report is another one. */
export function useReport(batchId: string, revision: number) {
  const client = useLikeness();
  return useQuery({
    queryKey: ['likeness', 'report', batchId, revision],
    queryFn: () => client.stills.report(batchId),
    placeholderData: keepPreviousData,
  });
}

/** The sheet as a file of the reader's. It has all pictures in it, so it takes a while. */
export function useSheet(batchId: string) {
  const client = useLikeness();
  return useMutation({
    mutationFn: () => client.stills.sheet(batchId),
    onSuccess: (sheet) => saveFile(sheet, `${batchId}.html`),
  });
}

/** Through a link that nobody sees: the address is behind the key, so that a link alone would not open it. */
function saveFile(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun to save it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
