// What somebody entered, kept while they look at another page: it goes with the provider.

import { useQueryClient } from '@tanstack/react-query';
import { type Dispatch, type SetStateAction, useEffect, useState } from 'react';

/** As `useState`, under a name: a part that comes back finds what it left. */
export function useKept<Value>(name: string, first: Value): [Value, Dispatch<SetStateAction<Value>>] {
  const queries = useQueryClient();
  // The cache tells of a change too late for a field in which somebody types, so it only keeps the value.
  const [value, setValue] = useState(() => queries.getQueryData<Value>(keyOf(name)) ?? first);
  useEffect(() => {
    queries.setQueryDefaults(keyOf(name), { gcTime: Number.POSITIVE_INFINITY });
    queries.setQueryData(keyOf(name), value);
  }, [queries, name, value]);
  return [value, setValue];
}

const keyOf = (name: string) => ['likeness', 'kept', name] as const;
