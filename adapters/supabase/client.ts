// supabase-js for every process of ours: with the service role, without a session, and with time-outs.

import { createClient, type SupabaseClient, type WebSocketLikeConstructor } from '@supabase/supabase-js';
import ws from 'ws';
import type { Database } from './database.ts';

export type Supabase = SupabaseClient<Database>;

/** Milliseconds until the answer to a query has to start. */
const QUERY_TIMEOUT_MS = 15_000;
/** Milliseconds until an address has to be signed: this reads no file, and a whole list may wait for it. */
const SIGN_TIMEOUT_MS = 5_000;
/** The storage service's own route; ours never contain it. */
const SIGN_PATH = '/storage/v1/object/sign/';
/** Milliseconds until any request has to end; a LoRA of 170 MB passes at 5 Mbit/s. */
const REQUEST_TIMEOUT_MS = 300_000;

interface SupabaseOptions {
  /** `SUPABASE_URL`: the project's address, without a path. */
  url: string;
  /** `SUPABASE_SERVICE_ROLE_KEY`: a secret key or the legacy service role key. It passes row level security. */
  serviceRoleKey: string;
  /** Milliseconds until the answer to a query has to start; 15 s when absent. */
  queryTimeoutMs?: number;
}

/** A client for the server side. It opens no connection of its own and needs no close. */
export function createSupabaseClient({
  url,
  serviceRoleKey,
  queryTimeoutMs = QUERY_TIMEOUT_MS,
}: SupabaseOptions): Supabase {
  return createClient<Database>(url, serviceRoleKey, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    // Node 20 has no WebSocket, and the client requires one even without subscriptions. The types differ in an overload
    // of `ws` that takes no address.
    realtime: { transport: ws as unknown as WebSocketLikeConstructor },
    db: { timeout: queryTimeoutMs },
    global: { fetch: fetchWithTimeout },
  });
}

function fetchWithTimeout(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const signs = init.method === 'POST' && addressOf(input).includes(SIGN_PATH);
  const timeout = AbortSignal.timeout(signs ? SIGN_TIMEOUT_MS : REQUEST_TIMEOUT_MS);
  const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
  return fetch(input, { ...init, ...(init.body instanceof ReadableStream && SENT_ONCE), signal });
}

/**
 * For a body that is a stream. fetch keeps a copy of the whole body in memory for a request that could be redirected,
 * and none otherwise (Fetch standard, "HTTP-network-or-cache fetch").
 */
const SENT_ONCE = { redirect: 'error', window: null } as const satisfies RequestInit;

const addressOf = (input: RequestInfo | URL): string => (input instanceof Request ? input.url : String(input));
