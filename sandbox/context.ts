// What the routes share, and the few things that every route asks of a request.
import { createHash } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Faults } from './faults.ts';
import type { FileStore } from './file-store.ts';
import type { JobQueue } from './job-queue.ts';
import type { Model } from './models/model.ts';
import type { Settings } from './settings.ts';
import type { SigningKey } from './signing-key.ts';

export interface Sandbox {
  keys: readonly string[];
  adminToken?: string;
  publicUrl?: string;
  models: ReadonlyMap<string, Model>;
  jobs: JobQueue;
  files: FileStore;
  faults: Faults;
  signingKey: SigningKey;
  /** Resolves when a webhook of this request has been tried, or after `ms`. */
  webhookAttempted(id: string, ms: number): Promise<void>;
  settings(): Settings;
  changeSettings(change: Partial<Settings>): void;
}

export interface Env {
  Bindings: HttpBindings;
}

/** The header by which fal's proxy protocol names the address that a request is for. */
export const TARGET_HEADER = 'x-fal-target-url';

/** The address that the caller means: its own, or in proxy mode the one in the header. */
export function askedUrl(c: Context<Env>): URL {
  return new URL(c.req.header(TARGET_HEADER) ?? c.req.url);
}

/** Where the caller reaches this server: the addresses in answers begin with it. */
export function ownOrigin(c: Context<Env>, sandbox: Sandbox): string {
  return sandbox.publicUrl ?? new URL(c.req.url).origin;
}

/** The caller's account, as the fingerprint of its key; undefined when the key is not one of ours. */
export function accountOf(c: Context<Env>, sandbox: Sandbox): string | undefined {
  const key = /^(?:Key|Bearer) (.+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
  if (key === undefined || !sandbox.keys.includes(key)) return undefined;
  return createHash('sha256').update(key).digest('hex').slice(0, 12);
}

/** fal's answer to a key that it does not know. */
export function unauthorized(c: Context<Env>): Response {
  return c.json({ detail: 'invalid key credentials' }, 401);
}

/** A failure of the request itself, in fal's shape for those. */
export function requestError(
  c: Context<Env>,
  status: 400 | 404 | 429 | 500 | 503,
  errorType: string,
  detail: string,
): Response {
  return c.json({ detail, error_type: errorType }, status, { 'x-fal-error-type': errorType });
}

/** Seconds that a throttled caller is asked to wait. */
const RETRY_AFTER_S = 1;

/** 429 with Retry-After. */
export function tooMany(c: Context<Env>, detail: string): Response {
  c.header('retry-after', String(RETRY_AFTER_S));
  return requestError(c, 429, 'rate_limited', detail);
}

/** Seconds of an object lifecycle header, or undefined when it names none. */
export function lifetimeSeconds(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  try {
    const seconds = (JSON.parse(header) as { expiration_duration_seconds?: unknown }).expiration_duration_seconds;
    // fal: "0 and None mean it never expires".
    return typeof seconds === 'number' && seconds > 0 ? seconds : undefined;
  } catch {
    return undefined;
  }
}
