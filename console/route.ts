// Which page the fragment of the address means.

import { useSyncExternalStore } from 'react';

export type Route =
  | { page: 'cast' }
  | { page: 'identity'; identityId: string }
  /** `characterIds`: who comes into the scene that is put together. */
  | { page: 'stills'; batchId?: string; characterIds?: string[] }
  | { page: 'operations' }
  | { page: 'unknown' };

export const castHref = '#/';
export const stillsHref = '#/stills';
export const operationsHref = '#/operations';
export const identityHref = (identityId: string): string => `#/identities/${encodeURIComponent(identityId)}`;
export const batchHref = (batchId: string): string => `${stillsHref}/${encodeURIComponent(batchId)}`;
/** The scene form, with this character in it. */
export const sceneHref = (characterId: string): string => `${stillsHref}?${CAST}=${encodeURIComponent(characterId)}`;

const CAST = 'cast';

export function routeOf(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  if (path === '') return { page: 'cast' };
  if (path === 'operations') return { page: 'operations' };
  if (path === 'stills') {
    const characterIds = new URLSearchParams(query).get(CAST)?.split(',').filter(Boolean) ?? [];
    return { page: 'stills', ...(characterIds.length > 0 ? { characterIds } : {}) };
  }
  const batchId = decoded(/^stills\/([^/]+)$/.exec(path)?.[1]);
  if (batchId) return { page: 'stills', batchId };
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

/** What is on the page: another place of the same page begins at its top. */
export function placeOf(route: Route): string {
  if (route.page === 'identity') return route.identityId;
  return route.page === 'stills' ? (route.batchId ?? route.page) : route.page;
}
