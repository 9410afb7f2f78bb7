// What somebody entered, kept while they look at another page: it goes with the provider.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';

/** As `useState`, under a name: a part that comes back finds what it left. */
export function useKept<Value>(name: string, first: Value): [Value, (change: (now: Value) => Value) => void] {
  const queries = useQueryClient();
  const { data = first } = useQuery<Value>({
    queryKey: keyOf(name),
    queryFn: () => first,
    enabled: false,
    gcTime: Number.POSITIVE_INFINITY,
  });
  const change = useCallback(
    (next: (now: Value) => Value) => {
      queries.setQueryData<Value>(keyOf(name), (now = first) => next(now));
    },
    [queries, name, first],
  );
  return [data, change];
}

const keyOf = (name: string) => ['likeness', 'kept', name] as const;
