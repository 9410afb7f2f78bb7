// What every part stands on: the client, and one cache of answers, kept apart from a query cache of the page around us.

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useState } from 'react';
import { type LikenessClient, LikenessError } from '../../client/index.ts';

const Client = createContext<LikenessClient | undefined>(undefined);

interface LikenessProviderProps {
  client: LikenessClient;
  /** Called when the API does not take the key any more. */
  onUnauthorized?: () => void;
  children: ReactNode;
}

/** Put it once around all parts. A new `client` begins with an empty cache: give the provider a `key` of its own. */
export function LikenessProvider({ client, onUnauthorized, children }: LikenessProviderProps) {
  const [queries] = useState(() => newQueries(onUnauthorized));
  return (
    <Client value={client}>
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    </Client>
  );
}

/** The client of the provider above; throws when there is none. */
export function useLikeness(): LikenessClient {
  const client = useContext(Client);
  if (!client) throw new Error('Put <LikenessProvider client={…}> around the parts of Likeness.');
  return client;
}

/** Milliseconds that an answer counts as new. */
const FRESH_MS = 2000;

function newQueries(onUnauthorized: (() => void) | undefined): QueryClient {
  const queries = new QueryClient({
    defaultOptions: {
      // The client itself tries again where that is safe.
      queries: { retry: false, staleTime: FRESH_MS },
      mutations: { retry: false },
    },
  });
  const onError = (error: unknown) => {
    if (error instanceof LikenessError && error.status === 401) onUnauthorized?.();
  };
  queries.getQueryCache().config.onError = onError;
  queries.getMutationCache().config.onError = onError;
  return queries;
}
