// Endpoint and request ids become part of addresses that are called with our key, and a request id may come from a
// webhook or from a person. Each is checked before it is used.

import { Failure } from '../../domain/failure.ts';

/** fal's request id: a UUID today; here any one plain path segment. */
export const REQUEST_ID = /^[A-Za-z0-9][\w.:-]{0,127}$/;

const ENDPOINT = /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)+$/i;

export function isEndpoint(endpoint: string): boolean {
  return ENDPOINT.test(endpoint);
}

/** Throws Failure unless both are safe in an address. */
export function requireIds(endpoint: string, requestId: string): void {
  if (!isEndpoint(endpoint)) throw new Failure('Internal', `"${endpoint}" is no fal endpoint: use owner/app`);
  if (!REQUEST_ID.test(requestId)) {
    throw new Failure('NotFound', 'The request id is none of fal: look the request up in the fal dashboard');
  }
}
