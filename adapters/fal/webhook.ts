// Whether a webhook comes from fal (its page on webhooks): Ed25519 over the request id, the user id, the time and the
// SHA-256 of the raw body, each on a line. fal signs for all its customers with the same keys, so a valid signature
// does not prove that the request is ours: the token in the address does.

import { createHash, createPublicKey, type KeyObject, verify as verifySignature } from 'node:crypto';
import { z } from 'zod';
import { Failure } from '../../domain/failure.ts';

/** `stale`: signed by fal, but not recently. Its content may be old; the event itself did happen. */
type WebhookVerdict = 'valid' | 'stale' | 'invalid';

interface WebhookVerifier {
  /** `rawBody`: the bytes as received, before any parsing. */
  verify(headers: Headers, rawBody: Uint8Array): Promise<WebhookVerdict>;
}

interface WebhookVerifierOptions {
  jwksUrl: string;
  fetch?: typeof globalThis.fetch;
  /** Milliseconds since 1970. */
  now?: () => number;
}

/** fal: more than five minutes apart is a replay. */
const TOLERANCE_S = 300;
/** fal: "cache the keys for at most 24 hours". */
const KEYS_LIVE_MS = 86_400_000;
/** Anyone can post a bad signature: that must not make us fetch fal's keys each time. */
const REFETCH_AFTER_MS = 60_000;
const FETCH_TIMEOUT_MS = 10_000;

const jwksSchema = z.object({ keys: z.array(z.object({ x: z.string().optional() })) });

/**
 * A check that caches fal's public keys. It throws ProviderUnavailable when the keys can't be fetched, so that the
 * answer is a 503 and fal delivers again.
 */
export function createWebhookVerifier(options: WebhookVerifierOptions): WebhookVerifier {
  const { jwksUrl, fetch = globalThis.fetch, now = Date.now } = options;
  let known: { keys: KeyObject[]; fetchedAt: number } | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<KeyObject[]> | undefined;

  async function ask(): Promise<KeyObject[]> {
    askedAt = now();
    const keys = await fetchKeys(jwksUrl, fetch);
    known = { keys, fetchedAt: askedAt };
    return keys;
  }

  /** Undefined when it is too early to fetch again. */
  function freshKeys(): Promise<KeyObject[]> | undefined {
    if (asking) return asking;
    if (now() - askedAt < REFETCH_AFTER_MS) return undefined;
    asking = ask().finally(() => {
      asking = undefined;
    });
    return asking;
  }

  async function verify(headers: Headers, rawBody: Uint8Array): Promise<WebhookVerdict> {
    const signed = readSignature(headers, rawBody);
    if (!signed) return 'invalid';
    const isSigned = (keys: readonly KeyObject[]) =>
      keys.some((key) => verifySignature(null, signed.message, key, signed.signature));
    const verdict = () => (Math.abs(now() / 1000 - signed.timestamp) <= TOLERANCE_S ? 'valid' : 'stale');

    if (known && now() - known.fetchedAt <= KEYS_LIVE_MS) {
      if (isSigned(known.keys)) return verdict();
      const rotated = await freshKeys();
      return rotated && isSigned(rotated) ? verdict() : 'invalid';
    }
    const keys = await freshKeys();
    if (!keys) throw new Failure('ProviderUnavailable', "fal's webhook keys could not be fetched: deliver again later");
    return isSigned(keys) ? verdict() : 'invalid';
  }

  return { verify };
}

interface Signed {
  message: Buffer;
  signature: Buffer;
  /** Unix seconds. */
  timestamp: number;
}

function readSignature(headers: Headers, rawBody: Uint8Array): Signed | undefined {
  const read = (name: string) => headers.get(`x-fal-webhook-${name}`) ?? '';
  const [requestId, userId, timestamp, signature] = [
    read('request-id'),
    read('user-id'),
    read('timestamp'),
    read('signature'),
  ];
  if (requestId === '' || userId === '' || !/^\d{1,12}$/.test(timestamp) || !/^[0-9a-f]{128}$/i.test(signature)) {
    return undefined;
  }
  const bodyHash = createHash('sha256').update(rawBody).digest('hex');
  return {
    message: Buffer.from([requestId, userId, timestamp, bodyHash].join('\n')),
    signature: Buffer.from(signature, 'hex'),
    timestamp: Number(timestamp),
  };
}

async function fetchKeys(jwksUrl: string, fetch: typeof globalThis.fetch): Promise<KeyObject[]> {
  try {
    const response = await fetch(jwksUrl, { redirect: 'error', signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    const keys = jwksSchema.parse(await response.json()).keys.flatMap(({ x }) => publicKey(x) ?? []);
    if (keys.length === 0) throw new Error('no Ed25519 key among them');
    return keys;
  } catch (cause) {
    throw new Failure('ProviderUnavailable', "fal's webhook keys cannot be fetched: deliver again later", { cause });
  }
}

/** Undefined for another kind of key, which does not invalidate the others. */
function publicKey(x: string | undefined): KeyObject | undefined {
  if (x === undefined) return undefined;
  try {
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  } catch {
    return undefined;
  }
}
