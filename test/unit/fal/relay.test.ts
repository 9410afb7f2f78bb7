// A look that is handed on: the provider's own status and body, and nothing of the caller or of our account with it.

import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { createFalRelay } from '../../../adapters/fal/relay.ts';
import type { Relay, RelayedLook } from '../../../core/ports/relay.ts';
import { startTinyServer, type TinyServer } from './tiny-server.ts';

const CALL = { endpoint: 'fal-ai/flux-lora', requestId: 'a1' };
const OURS = 'our-key';
const never = new AbortController().signal;

let server: TinyServer | undefined;
afterEach(async () => {
  await server?.close();
});

async function relayTo(answer: (response: ServerResponse) => void): Promise<Relay> {
  server = await startTinyServer((_request, response) => answer(response));
  return createFalRelay({ credentials: OURS, sandboxUrl: server.url });
}

describe('a relayed look', () => {
  test.each<[RelayedLook, string, string]>([
    ['status', 'GET', '/queue/fal-ai/flux-lora/requests/a1/status'],
    ['status_with_logs', 'GET', '/queue/fal-ai/flux-lora/requests/a1/status?logs=1'],
    ['status_stream', 'GET', '/queue/fal-ai/flux-lora/requests/a1/status/stream?logs=0'],
    ['status_stream_with_logs', 'GET', '/queue/fal-ai/flux-lora/requests/a1/status/stream?logs=1'],
    ['result', 'GET', '/queue/fal-ai/flux-lora/requests/a1'],
    ['cancel', 'PUT', '/queue/fal-ai/flux-lora/requests/a1/cancel'],
  ])('%s asks %s %s with our key and no header of the caller', async (look, method, url) => {
    const relay = await relayTo((response) => response.end('{}'));
    await relay(look, CALL, never);
    expect(server?.arrived[0]).toMatchObject({ method, url, headers: { authorization: `Key ${OURS}` } });
    const sent = Object.keys(server?.arrived[0]?.headers ?? {});
    for (const header of ['cookie', 'x-fal-target-url', 'x-forwarded-for']) expect(sent).not.toContain(header);
  });

  test.each([202, 200, 400, 404, 422, 429, 499, 500, 503])('answers %i with the same body', async (status) => {
    const body = JSON.stringify({ detail: `said with ${status}` });
    const headers = { 'content-type': 'application/json', 'x-fal-request-id': 'a1', 'retry-after': '3' };
    const relay = await relayTo((response) => response.writeHead(status, headers).end(body));
    const answer = await relay('result', CALL, never);
    expect([answer.status, await answer.text()]).toEqual([status, body]);
    expect(Object.fromEntries(answer.headers)).toEqual(headers);
  });

  test('hands on no cookie, no hop-by-hop header and no key', async () => {
    const headers = { 'set-cookie': 'a=b', 'keep-alive': 'timeout=9', server: 'x', 'x-key': OURS };
    const relay = await relayTo((response) => response.writeHead(200, headers).end('{}'));
    expect([...(await relay('status', CALL, never)).headers.keys()]).toEqual([]);
  });

  test.each([401, 403])('a %i for our account is not the app’s, unless the model itself said it', async (status) => {
    const account = await relayTo((response) => response.writeHead(status).end('{"detail":"User is locked"}'));
    await expect(account('status', CALL, never)).rejects.toMatchObject({ code: 'ProviderAccount' });
    await server?.close();
    const body = '{"detail":[{"type":"content_policy_violation","msg":"no"}]}';
    const model = await relayTo((response) => response.writeHead(status).end(body));
    const answer = await model('result', CALL, never);
    expect([answer.status, await answer.text()]).toEqual([status, body]);
  });

  test('a 403 that closes an endpoint is not the app’s either', async () => {
    const relay = await relayTo((response) => response.writeHead(403).end('{"detail":"Access denied"}'));
    await expect(relay('status', CALL, never)).rejects.toMatchObject({ code: 'ProviderUnavailable' });
  });

  test('a stream that breaks before the job has ended goes on, and only with whole events', async () => {
    const event = (status: string) => `data: ${JSON.stringify({ status })}\n\n`;
    let opened = 0;
    const relay = await relayTo((response) => {
      opened += 1;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (opened === 3) return response.end(event('COMPLETED'));
      response.write(`${event('IN_QUEUE')}data: {"stat`);
      return opened === 1 ? setTimeout(() => response.destroy(), 20) : response.end();
    });
    const answer = await relay('status_stream', CALL, never);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    expect(await answer.text()).toBe(event('IN_QUEUE') + event('IN_QUEUE') + event('COMPLETED'));
  });

  test('a stream that cannot be opened is the provider’s own answer', async () => {
    const relay = await relayTo((response) => response.writeHead(404).end('{"status":"NOT_FOUND"}'));
    expect((await relay('status_stream', CALL, never)).status).toBe(404);
  });

  test('follows no redirect, and is ProviderUnavailable without an answer', async () => {
    const elsewhere = await relayTo((response) => response.writeHead(302, { location: 'https://evil.example' }).end());
    await expect(elsewhere('status', CALL, never)).rejects.toMatchObject({ code: 'ProviderUnavailable' });
    await server?.close();
    const silent = await relayTo((response) => response.socket?.destroy());
    await expect(silent('status', CALL, never)).rejects.toMatchObject({ code: 'ProviderUnavailable' });
  });

  test('an id that could lead elsewhere goes nowhere', async () => {
    const relay = await relayTo((response) => response.end('{}'));
    await expect(relay('status', { ...CALL, requestId: '../x' }, never)).rejects.toMatchObject({ code: 'NotFound' });
    expect(server?.arrived).toEqual([]);
  });
});
