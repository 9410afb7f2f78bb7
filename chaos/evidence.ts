// The evidence after the chaos, from independent sources: the sandbox's books, the ledger, the buckets, and the state
// of each run.

import { createHash } from 'node:crypto';
import type { Supabase } from '../adapters/supabase/client.ts';
import { BUCKETS } from '../domain/keys.ts';
import type { Stage } from '../domain/stage.ts';

export interface BookEntry {
  requestId: string;
  endpoint: string;
  outcome: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  chargedMicros: number;
  /** SHA-256, hex, of the request's webhook address: unique to a ledger row. */
  webhookSha256?: string;
}

export interface LedgerRow {
  key: string;
  /** What it is paid for: an identity or a still. */
  subjectId: string;
  state: string;
  requestId: string | null;
  token: string;
  chargedMicros: number | null;
  estimateMicros: number;
  posted: boolean;
  reason: string | null;
}

export interface Evidence {
  books: BookEntry[];
  ledger: LedgerRow[];
  /** `bucket/key` of every stored object. */
  files: string[];
  /** Open rows, and the reserved amount of all months' budgets. */
  open: {
    runs: { identityId: string; stage: Stage }[];
    tests: { name: string; state: string }[];
    /** Batches and stills. */
    stills: { name: string; state: string }[];
  };
  reservedMicros: number;
  /** How often each fault occurred. */
  faults: Record<string, number>;
}

const PAGE = 1000;

/** All entries of the sandbox's books so far. */
export async function requestIds(sandboxUrl: string): Promise<Set<string>> {
  return new Set((await readBooks(sandboxUrl)).map(({ requestId }) => requestId));
}

/** The evidence without the requests of `strangers`, which came from other programs. */
export async function gather(
  database: Supabase,
  sandboxUrl: string,
  strangers: ReadonlySet<string>,
): Promise<Evidence> {
  const books = await readBooks(sandboxUrl);
  const faults = (await json(`${sandboxUrl}/admin/faults`)) as { counts: Record<string, number> };
  return {
    books: books.filter(({ requestId }) => !strangers.has(requestId)),
    ledger: await readLedger(database),
    ...(await readOpen(database)),
    files: await listFiles(database),
    faults: faults.counts,
  };
}

/** The fingerprint of a ledger row in the sandbox's books. */
export function webhookFingerprint(publicUrl: string, token: string): string {
  return createHash('sha256')
    .update(new URL(`/webhooks/fal/${token}`, publicUrl).href)
    .digest('hex');
}

async function readBooks(sandboxUrl: string): Promise<BookEntry[]> {
  return ((await json(`${sandboxUrl}/admin/books`)) as { entries: BookEntry[] }).entries;
}

async function json(url: string): Promise<unknown> {
  return (await fetch(url)).json();
}

async function readLedger(database: Supabase): Promise<LedgerRow[]> {
  const rows: LedgerRow[] = [];
  for (let from = 0; ; from += PAGE) {
    const { data, error } = await database
      .from('provider_calls')
      .select('key, subject_kind, subject_id, state, request_id, token, charged_micros, estimate_micros, input, reason')
      .order('key')
      .range(from, from + PAGE - 1);
    if (error) throw new Error(`The ledger could not be read: ${error.message}`);
    for (const row of data) {
      // Of the proxy, which the chaos runs do not use.
      if (row.subject_kind === 'app') continue;
      rows.push({
        key: row.key,
        subjectId: row.subject_id,
        state: row.state,
        requestId: row.request_id,
        token: row.token,
        chargedMicros: row.charged_micros === null ? null : Number(row.charged_micros),
        estimateMicros: Number(row.estimate_micros),
        posted: row.input !== null,
        reason: row.reason,
      });
    }
    if (data.length < PAGE) return rows;
  }
}

async function readOpen(database: Supabase): Promise<Pick<Evidence, 'open' | 'reservedMicros'>> {
  const [runs, tests, batches, stills, budgets] = await Promise.all([
    database.from('identities').select('id, stage').is('closed_at', null),
    database.from('picture_sets').select('identity_id, number, state').eq('kind', 'retest').is('closed_at', null),
    database.from('batches').select('id, state').is('closed_at', null),
    database.from('stills').select('batch_id, number, state').is('closed_at', null),
    database.from('budgets').select('reserved_micros'),
  ]);
  const error = runs.error ?? tests.error ?? batches.error ?? stills.error ?? budgets.error;
  if (error) throw new Error(`The open rows could not be read: ${error.message}`);
  return {
    open: {
      runs: (runs.data ?? []).map(({ id, stage }) => ({ identityId: id, stage })),
      tests: (tests.data ?? []).map((row) => ({ name: `${row.identity_id} test ${row.number}`, state: row.state })),
      stills: [
        ...(batches.data ?? []).map(({ id, state }) => ({ name: `batch ${id}`, state })),
        ...(stills.data ?? []).map((row) => ({ name: `batch ${row.batch_id} still ${row.number}`, state: row.state })),
      ],
    },
    reservedMicros: (budgets.data ?? []).reduce((sum, row) => sum + Number(row.reserved_micros), 0),
  };
}

async function listFiles(database: Supabase): Promise<string[]> {
  const files: string[] = [];
  const walk = async (bucket: string, folder: string): Promise<void> => {
    const { data, error } = await database.storage.from(bucket).list(folder, { limit: PAGE });
    if (error) throw new Error(`The bucket ${bucket} could not be listed: ${error.message}`);
    for (const entry of data) {
      const path = folder ? `${folder}/${entry.name}` : entry.name;
      if (entry.id === null) await walk(bucket, path);
      else files.push(`${bucket}/${path}`);
    }
  };
  for (const bucket of Object.values(BUCKETS)) await walk(bucket, '');
  return files;
}
