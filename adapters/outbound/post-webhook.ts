// One signed POST to a tenant's receiver (https://www.standardwebhooks.com). The addresses that a name stands for are judged
// at the very connection, so that a name that changed since it was registered leads nowhere; redirects are not followed.

import http, { type RequestOptions } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';
import { Webhook } from 'standardwebhooks';
import type { PendingDelivery, WebhookAnswer } from '../../core/ports/webhook-outbox.ts';

/** From the look-up of the name to the first line of the answer. */
const TIMEOUT_MS = 10_000;
const LOOPBACK = ['127.0.0.0/8', '::1'];

interface PostOptions {
  /** For development: private addresses, and plain http to this machine. */
  allowPrivate: boolean;
  /** Stands in for the name servers. */
  lookup?: LookupFunction;
  timeoutMs?: number;
}

/** The POST of `Ports.postWebhook`. Whatever the receiver says beyond its status is not read. */
export function createWebhookPost({ allowPrivate, lookup, timeoutMs = TIMEOUT_MS }: PostOptions) {
  const secure = new RequestFilteringHttpsAgent({ allowPrivateIPAddress: allowPrivate });
  const plain = new RequestFilteringHttpAgent({ allowIPAddressList: LOOPBACK });

  return async function postWebhook({ deliveryId, url, secret, body }: PendingDelivery): Promise<WebhookAnswer> {
    const { protocol } = new URL(url);
    if (protocol !== 'https:' && !allowPrivate) return { error: 'The address is not https' };
    const payload = JSON.stringify(body);
    const now = new Date();
    const options: RequestOptions = {
      method: 'POST',
      agent: protocol === 'https:' ? secure : plain,
      signal: AbortSignal.timeout(timeoutMs),
      ...(lookup && { lookup }),
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

/** In our words: those of the socket and of the agent quote addresses. */
function reasonOf(error: unknown): string {
  const { name, message, code } = error as NodeJS.ErrnoException;
  if (name === 'AbortError' || name === 'TimeoutError') return 'The receiver did not answer in time';
  if (/ is not allowed\./.test(message)) return 'The host is in a private network';
  if (code === 'ENOTFOUND') return 'The host is not known to the name servers';
  if (code?.includes('CERT') || code?.includes('SELF_SIGNED') || code?.startsWith('ERR_TLS')) {
    return `The certificate of the receiver is not valid (${code})`;
  }
  return `The receiver cannot be reached${code ? ` (${code})` : ''}`;
}
