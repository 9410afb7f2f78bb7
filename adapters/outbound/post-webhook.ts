// One signed POST to a tenant's receiver (https://www.standardwebhooks.com). The addresses of a host name are checked
// at the connection itself, so that a name that changed since it was registered is refused. Redirects are not followed.

import { lookup as systemLookup } from 'node:dns';
import http, { type RequestOptions } from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { PendingDelivery, WebhookAnswer } from '../../core/ports/webhook-outbox.ts';
import { isLoopback, isPublic } from './address-rules.ts';

/** Milliseconds from the look-up of the name to the first line of the answer. */
const TIMEOUT_MS = 10_000;
const PRIVATE = 'The host is in a private network';

interface PostOptions {
  /** For development: private addresses, and plain http to this machine. */
  allowPrivate: boolean;
  /** Replaces the name servers. */
  lookup?: LookupFunction;
  timeoutMs?: number;
}

/** The POST of `Ports.postWebhook`. Only the status of the answer is read. */
export function createWebhookPost({ allowPrivate, lookup = systemLookup, timeoutMs = TIMEOUT_MS }: PostOptions) {
  return async function postWebhook({ deliveryId, url, secret, body }: PendingDelivery): Promise<WebhookAnswer> {
    const { protocol, hostname } = new URL(url);
    if (protocol !== 'https:' && !allowPrivate) return { error: 'The address is not https' };
    const mayReach = protocol !== 'https:' ? isLoopback : allowPrivate ? () => true : isPublic;
    const literal = hostname.replace(/^\[|\]$/g, '');
    // A socket makes no look-up for an IP address.
    if (isIP(literal) && !mayReach(literal)) return { error: PRIVATE };
    const payload = JSON.stringify(body);
    const now = new Date();
    const options: RequestOptions = {
      method: 'POST',
      // A new connection each time: a kept one would skip the look-up.
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
      lookup: guarded(lookup, mayReach),
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(payload),
        'user-agent': 'likeness-webhooks',
        'webhook-id': deliveryId,
        'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
        'webhook-signature': new Webhook(secret).sign(deliveryId, now, payload),
      },
    };
    try {
      const send = protocol === 'https:' ? https.request : http.request;
      return { status: await statusOf(send(url, options), payload) };
    } catch (error) {
      return { error: reasonOf(error) };
    }
  };
}

/** A look-up that fails as soon as one address of a name is not allowed. */
function guarded(lookup: LookupFunction, mayReach: (address: string) => boolean): LookupFunction {
  return (host, options, done) =>
    lookup(host, options, (error, found, family) => {
      const addresses = typeof found === 'string' ? [found] : (found ?? []).map(({ address }) => address);
      done(error ?? (addresses.every(mayReach) ? null : new PrivateNetwork()), found, family);
    });
}

class PrivateNetwork extends Error {}

function statusOf(request: http.ClientRequest, payload: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => {
      response.on('error', () => undefined);
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    request.end(payload);
  });
}

/** In our own words: the socket's messages quote addresses. */
function reasonOf(error: unknown): string {
  if (error instanceof PrivateNetwork) return PRIVATE;
  const { name, code } = error as NodeJS.ErrnoException;
  if (name === 'AbortError' || name === 'TimeoutError') return 'The receiver did not answer in time';
  if (code === 'ENOTFOUND') return 'The host is not known to the name servers';
  if (code?.includes('CERT') || code?.includes('SELF_SIGNED') || code?.startsWith('ERR_TLS')) {
    return `The certificate of the receiver is not valid (${code})`;
  }
  return `The receiver cannot be reached${code ? ` (${code})` : ''}`;
}
