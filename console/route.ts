// Which page the fragment of the address means.

import { useSyncExternalStore } from 'react';

export type Route =
  | { page: 'cast' }
  | { page: 'identity'; identityId: string }
  | { page: 'operations' }
  | { page: 'unknown' };

export const castHref = '#/';
export const operationsHref = '#/operations';
export const identityHref = (identityId: string): string => `#/identities/${encodeURIComponent(identityId)}`;

export function routeOf(hash: string): Route {
  const path = hash.replace(/^#\/?/, '');
  if (path === '') return { page: 'cast' };
  if (path === 'operations') return { page: 'operations' };
  const identityId = decoded(/^identities\/([^/]+)$/.exec(path)?.[1]);
  return identityId ? { page: 'identity', identityId } : { page: 'unknown' };
}

function decoded(part = ''): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** The fragment, as it changes. */
export function useHash(): string {
  return useSyncExternalStore(onHashChange, () => location.hash);
}

function onHashChange(changed: () => void): () => void {
  window.addEventListener('hashchange', changed);
  return () => window.removeEventListener('hashchange', changed);
}
