// Finds the request of a lost submit in fal's own listing. fal has no idempotency key, but stores the posted body, and
// our bodies are unique: each has a new archive address or its own seed.

import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { Failure } from '../../domain/failure.ts';
import { parseJson } from './answer.ts';
import { REQUEST_ID } from './ids.ts';

const pageSchema = z.object({
  items: z.array(z.object({ request_id: z.string().regex(REQUEST_ID), json_input: z.unknown().optional() })),
  next_cursor: z.string().nullish(),
  has_more: z.boolean().nullish(),
});

const PAGE_SIZE = 100;
/** After this many pages a match may not be the only one. */
const MOST_PAGES = 50;
/** Our clock and fal's may differ by this much. */
const CLOCK_SLACK_MS = 120_000;

interface ListingQuery {
  /** The platform API's address, with its version. */
  api: string;
  credentials: string;
  endpoint: string;
  input: Record<string, unknown>;
  since: Date;
}

/**
 * The id of the only request since then with this exact body; undefined for none or several. Waiting requests may not
 * be listed, so undefined proves nothing.
 */
export async function findByInput(query: ListingQuery, fetch: typeof globalThis.fetch): Promise<string | undefined> {
  const posted: unknown = JSON.parse(JSON.stringify(query.input));
  const url = new URL(`${query.api}/models/requests/by-endpoint`);
  url.searchParams.set('endpoint_id', query.endpoint);
  url.searchParams.set('start', new Date(query.since.getTime() - CLOCK_SLACK_MS).toISOString());
  url.searchParams.set('expand', 'payloads');
  url.searchParams.set('limit', String(PAGE_SIZE));

  // A set: the listing changes while it is read, so that one request can be on two pages.
  const matches = new Set<string>();
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const headers = { authorization: `Key ${query.credentials}`, accept: 'application/json' };
    const response = await fetch(url, { headers });
    const parsed = pageSchema.safeParse(parseJson(await response.text()));
    if (!parsed.success) throw new Failure('ProviderUnavailable', 'fal lists its requests in a form that is not known');
    const { items, next_cursor, has_more } = parsed.data;
    for (const item of items) if (isDeepStrictEqual(item.json_input, posted)) matches.add(item.request_id);
    if (!next_cursor || has_more === false) return matches.size === 1 ? [...matches][0] : undefined;
    url.searchParams.set('cursor', next_cursor);
  }
  return undefined;
}
