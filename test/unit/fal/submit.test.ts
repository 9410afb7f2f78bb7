// Whatever happens on the wire, a paid request is sent exactly once, and the outcome never claims more than is known.

import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createFalProvider } from '../../../adapters/fal/provider.ts';
import { postOnce } from '../../../adapters/fal/submit.ts';
import { TRAINER } from '../../support/models.ts';
import { startTinyServer, type TinyServer } from './tiny-server.ts';

const ID = '764cabcf-b745-4b3e-ae38-1200304cf45b';
/** For an answer that never comes; every other one gets the time that a busy machine needs. */
const SHORT_MS = 300;
const PATIENCE_MS = 60_000;
/** Long enough for a client that repeats requests to have done so: fal's own waits about a second. */
const WATCH_MS = 1500;

const servers: TinyServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(answer: (response: ServerResponse) => void): Promise<TinyServer> {
  const server = await startTinyServer((_request, response) => answer(response));
  servers.push(server);
  return server;
}

const post = (url: string, timeoutMs = PATIENCE_MS) =>
  postOnce({ url, headers: {}, body: '{"steps":1000}', timeoutMs }, fetch, Date.now);

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

const WIRE: [string, (response: ServerResponse) => void, Record<string, unknown>, number?][] = [
  ['an id', json(200, { request_id: ID }), { kind: 'accepted', requestId: ID }],
  ['a connection reset after the request was taken', (r) => r.socket?.resetAndDestroy(), { kind: 'unknown' }],
  ['a connection closed without a word', (r) => r.socket?.end(), { kind: 'unknown' }],
  ['no answer at all', () => {}, { kind: 'unknown', reason: expect.stringContaining('TimeoutError') }, SHORT_MS],
  [
    'a 503 page of a proxy',
    (r) => r.writeHead(503, { 'content-type': 'text/html' }).end('<html>'),
    { kind: 'unknown' },
  ],
  ['a 200 without an id', json(200, { status: 'IN_QUEUE' }), { kind: 'unknown' }],
  [
    'an answer that breaks off behind its headers',
    (r) => {
      r.writeHead(200, { 'content-length': '100', 'x-fal-request-id': ID }).write('{"request');
      setTimeout(() => r.destroy(), 20);
    },
    { kind: 'accepted', requestId: ID },
  ],
  ['a redirect', (r) => r.writeHead(307, { location: '/elsewhere' }).end(), { kind: 'unknown' }],
  ['a 429', json(429, {}, { 'retry-after': '2' }), { kind: 'refused', retry: 'later', retryAfterMs: 2000 }],
];

describe('a paid POST', () => {
  it.concurrent.each(WIRE)('answered with %s is sent once', async (_name, answer, outcome, timeoutMs) => {
    const server = await startTinyServer((_request, response) => answer(response));
    try {
      expect(await post(server.url, timeoutMs)).toMatchObject(outcome);
      await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
      expect(server.arrived).toHaveLength(1);
    } finally {
      await server.close();
    }
  });

  it('to a port where nobody listens was surely not taken', async () => {
    const server = await startTinyServer(() => {});
    await server.close();
    expect(await post(server.url)).toMatchObject({
      kind: 'refused',
      retry: 'later',
      reason: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

describe('the provider’s submit', () => {
  it('sends the input as it is, the webhook, and the headers that keep fal from deciding for us', async () => {
    const server = await serve(json(200, { request_id: ID }));
    const provider = createFalProvider({ credentials: 'sandbox', sandboxUrl: server.url });
    const hook = 'https://likeness.test/webhooks/fal/tok?x=1';
    expect(await provider.submit(TRAINER.endpoint, { steps: 1000 }, hook)).toEqual({
      kind: 'accepted',
      requestId: ID,
    });
    const [request] = server.arrived;
    expect(request).toMatchObject({
      method: 'POST',
      url: `/queue/${TRAINER.endpoint}?fal_webhook=${encodeURIComponent(hook)}`,
      body: '{"steps":1000}',
      headers: {
        authorization: 'Key sandbox',
        'x-fal-no-retry': '1',
        'x-app-fal-disable-fallback': 'true',
        'x-fal-object-lifecycle-preference': '{"expiration_duration_seconds":604800}',
      },
    });
  });

  it('lets fal repeat an image, whose failures are cheap, and asks for no webhook without an address', async () => {
    const server = await serve(json(200, { request_id: ID }));
    const provider = createFalProvider({ credentials: 'sandbox', sandboxUrl: server.url });
    await provider.submit('fal-ai/flux-lora', { prompt: 'x' }, undefined);
    expect(server.arrived[0]?.url).toBe('/queue/fal-ai/flux-lora');
    expect(server.arrived[0]?.headers).not.toHaveProperty('x-fal-no-retry');
  });

  it('sends nothing to an endpoint that is an address', async () => {
    const server = await serve(json(200, { request_id: ID }));
    const provider = createFalProvider({ credentials: 'sandbox', sandboxUrl: server.url });
    for (const endpoint of ['https://evilfal.run/x', 'fal-ai/../x', 'fal-ai', 'fal-ai/x?y']) {
      expect(await provider.submit(endpoint, {}, undefined)).toMatchObject({ kind: 'refused', retry: 'never' });
    }
    expect(server.arrived).toHaveLength(0);
  });

  it('says at the start that a key with a line break can’t work, without showing it', () => {
    expect(() => createFalProvider({ credentials: 'secret-key\n' })).toThrow(/FAL_KEY/);
    expect(() => createFalProvider({ credentials: 'secret-key\n' })).not.toThrow(/secret-key/);
    expect(() => createFalProvider({ credentials: '' })).toThrow(/FAL_KEY/);
  });
});
