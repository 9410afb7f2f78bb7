// What was drawn for stills, as the provider has it: of each picture the request, whose face it shows where, the faults
// that struck it, and its times.

import type { Supabase } from '../../adapters/supabase/client.ts';
import { stillCallKey } from '../../domain/keys.ts';
import type { ShownFace } from '../../sandbox/shown-faces.ts';

export interface BookEntry {
  requestId: string;
  endpoint: string;
  outcome: string;
  chargedMicros: number;
  receivedAt: string;
  finishedAt?: string;
  faults: string[];
  pictures?: ShownFace[][];
}

export interface Drawn {
  requestId: string;
  people: ShownFace[];
  faults: string[];
  chargedMicros: number;
  /** Milliseconds from the provider's acceptance to its end, with the wait in its queue. */
  tookMs: number;
}

const PAGE = 1000;

export async function readBooks(sandboxUrl: string): Promise<BookEntry[]> {
  const answer = await fetch(`${sandboxUrl}/admin/books`);
  return ((await answer.json()) as { entries: BookEntry[] }).entries;
}

/** The request ids of all paid requests for stills, by their keys. */
async function readRequests(database: Supabase): Promise<Map<string, string>> {
  const requests = new Map<string, string>();
  for (let from = 0; ; from += PAGE) {
    const rows = database.from('provider_calls').select('key, request_id').eq('subject_kind', 'still');
    const { data, error } = await rows.order('key').range(from, from + PAGE - 1);
    if (error) throw new Error(`The ledger could not be read: ${error.message}`);
    for (const { key, request_id: id } of data) if (id !== null) requests.set(key, id);
    if (data.length < PAGE) return requests;
  }
}

/** Answers what was drawn for a picture of a still, by its number; undefined where nothing was. */
export async function drawnStills(
  database: Supabase,
  sandboxUrl: string,
): Promise<(stillId: string, picture: number) => Drawn | undefined> {
  const [books, requests] = await Promise.all([readBooks(sandboxUrl), readRequests(database)]);
  const entries = new Map(books.map((entry) => [entry.requestId, entry]));
  return (stillId, picture) => {
    const entry = entries.get(requests.get(stillCallKey(stillId, picture)) ?? '');
    if (entry?.outcome !== 'succeeded' || entry.finishedAt === undefined) return undefined;
    const { requestId, faults, chargedMicros } = entry;
    const tookMs = Date.parse(entry.finishedAt) - Date.parse(entry.receivedAt);
    return { requestId, people: entry.pictures?.[0] ?? [], faults, chargedMicros, tookMs };
  };
}
