// Scoring again what an older version scored: it costs nothing, and is done once.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Rescore } from '../../client/types.ts';
import { useLikeness } from './likeness-provider.tsx';

/** It takes some seconds. */
const WHILE_RUNNING_MS = 2000;

export interface Rescoring {
  rescore: Rescore | undefined;
  error: Error | null;
  isBusy: boolean;
  start: () => void;
}

/** Nothing is asked unless `wanted`: there are scores of an older version. */
export function useRescore(identityId: string, wanted: boolean): Rescoring {
  const client = useLikeness();
  const queries = useQueryClient();
  const queryKey = ['likeness', 'rescore', identityId] as const;
  const { data, error } = useQuery({
    queryKey,
    queryFn: () => client.identities.rescored(identityId),
    enabled: wanted,
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? WHILE_RUNNING_MS : false),
  });
  const start = useMutation({
    mutationFn: () => client.identities.rescore(identityId),
    onSuccess: (answer) => queries.setQueryData<Rescore>(queryKey, answer),
  });
  return {
    rescore: data,
    error: start.error ?? error,
    isBusy: start.isPending || data?.state === 'running',
    start: () => start.mutate(),
  };
}
