// Reading from fal: one request a question, our failures only, and no more trust in an answer than it deserves.

import type { ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFalProvider } from '../../../adapters/fal/provider.ts';
import type { Provider } from '../../../core/ports/provider.ts';
import { type Arrived, startTinyServer, type TinyServer } from './tiny-server.ts';

const APP = 'fal-ai/flux-lora';
const ID = '764cabcf-b745-4b3e-ae38-1200304cf45b';

let server: TinyServer;
let provider: Provider;
/** What each path answers; the test sets it. */
let answers: Record<string, (response: ServerResponse, request: Arrived) => void>;

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

beforeEach(async () => {
  answers = {};
  server = await startTinyServer((_request, response, arrived) => {
    const answer = answers[arrived.url.split('?')[0] ?? ''];
    if (answer) answer(response, arrived);
    else json(404, { detail: 'no such path' })(response);
  });
  provider = createFalProvider({ credentials: 'sandbox', sandboxUrl: server.url });
});
afterEach(() => server.close());

const STATUS = `/queue/${APP}/requests/${ID}/status`;
const RESULT = `/queue/${APP}/requests/${ID}`;

describe('status', () => {
  it.each([
    [
      { status: 'IN_QUEUE', queue_position: 3 },
      { state: 'queued', position: 3 },
    ],
    [{ status: 'IN_QUEUE' }, { state: 'queued', position: undefined }],
    [{ status: 'IN_PROGRESS', logs: [] }, { state: 'running' }],
    [{ status: 'COMPLETED', metrics: {} }, { state: 'done' }],
    [{ status: 'COMPLETED', error: 'x', error_type: 'runner_server_error' }, { state: 'done' }],
  ])('reads %j', async (body, state) => {
    answers[STATUS] = json(202, body);
    expect(await provider.status(APP, ID)).toEqual(state);
    expect(server.arrived[0]?.headers.authorization).toBe('Key sandbox');
  });

  it.each([
    ['a 503', json(503, {}), 'ProviderUnavailable'],
    ['a 500', json(500, { detail: 'x' }), 'ProviderUnavailable'],
    ['a 429', json(429, {}, { 'retry-after': '4' }), 'ProviderThrottled'],
    ['a reset', (r: ServerResponse) => void r.socket?.resetAndDestroy(), 'ProviderUnavailable'],
    [
      'a page of HTML',
      (r: ServerResponse) => void r.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
      'ProviderUnavailable',
    ],
    [
      'broken JSON',
      (r: ServerResponse) => void r.writeHead(200, { 'content-type': 'application/json' }).end('{'),
      'ProviderUnavailable',
    ],
    ['a new state', json(200, { status: 'PAUSED' }), 'ProviderUnavailable'],
  ])('asks once and leaves the next try to the workflow after %s', async (_name, answer, code) => {
    answers[STATUS] = answer;
    await expect(provider.status(APP, ID)).rejects.toMatchObject({ name: 'Failure', code });
    expect(server.arrived).toHaveLength(1);
  });

  it('stops with the caller’s own reason when the caller aborts', async () => {
    answers[STATUS] = () => {};
    const controller = new AbortController();
    const reason = new Error('the activity was cancelled');
    const asked = provider.status(APP, ID, controller.signal);
    setTimeout(() => controller.abort(reason), 50);
    await expect(asked).rejects.toBe(reason);
  });

  it('calls nobody for an id that would lead elsewhere', async () => {
    for (const id of ['../../admin', 'a/b', '', '..', 'x?y']) {
      await expect(provider.status(APP, id)).rejects.toMatchObject({ code: 'NotFound' });
    }
    expect(server.arrived).toHaveLength(0);
  });
});

describe('result', () => {
  it('gives the data with the units that fal billed, in one request', async () => {
    answers[RESULT] = json(200, { images: [] }, { 'x-fal-billable-units': '1.5' });
    expect(await provider.result(APP, ID)).toEqual({ data: { images: [] }, billableUnits: 1.5 });
    expect(server.arrived).toHaveLength(1);
  });

  it('gives no units when fal says none', async () => {
    answers[RESULT] = json(200, { seed: 1 });
    expect(await provider.result(APP, ID)).toEqual({ data: { seed: 1 }, billableUnits: undefined });
  });

  it('takes a 5xx for the job’s end when the status says so', async () => {
    answers[RESULT] = json(504, { detail: 'x', error_type: 'request_timeout' });
    answers[STATUS] = json(200, { status: 'COMPLETED', error: 'x', error_type: 'request_timeout' });
    await expect(provider.result(APP, ID)).rejects.toMatchObject({
      code: 'ProviderFailed',
      message: expect.stringContaining('request_timeout'),
    });
  });

  it('takes a 5xx for the gateway’s trouble when the job ended well: a paid result is not given up', async () => {
    answers[RESULT] = json(500, { detail: 'x', error_type: 'internal_error' });
    answers[STATUS] = json(200, { status: 'COMPLETED' });
    await expect(provider.result(APP, ID)).rejects.toMatchObject({ code: 'ProviderUnavailable' });
  });

  it('says that the job runs while fal answers that it does', async () => {
    answers[RESULT] = json(400, { detail: 'Request is still in progress' });
    await expect(provider.result(APP, ID)).rejects.toMatchObject({ code: 'NotReadyYet' });
    answers[RESULT] = json(202, { status: 'IN_PROGRESS' });
    await expect(provider.result(APP, ID)).rejects.toMatchObject({ code: 'NotReadyYet' });
  });
});

describe('cancel', () => {
  const CANCEL = `${RESULT}/cancel`;
  it.each([
    ['asked for', 202, 'CANCELLATION_REQUESTED'],
    ['too late', 400, 'ALREADY_COMPLETED'],
    ['of nothing', 404, 'NOT_FOUND'],
  ])('is done when it is %s', async (_name, code, status) => {
    answers[CANCEL] = json(code, { status });
    await expect(provider.cancel(APP, ID)).resolves.toBeUndefined();
    expect(server.arrived).toMatchObject([{ method: 'PUT' }]);
  });

  it('is not done when fal has trouble', async () => {
    answers[CANCEL] = json(500, {});
    await expect(provider.cancel(APP, ID)).rejects.toMatchObject({ code: 'ProviderUnavailable' });
  });
});

describe('findRequest', () => {
  const LISTING = '/api/v1/models/requests/by-endpoint';
  const input = { prompt: 'x', loras: [{ path: 'https://a.test/l', scale: 0.8 }], seed: 7, absent: undefined };
  const posted = { seed: 7, loras: [{ scale: 0.8, path: 'https://a.test/l' }], prompt: 'x' };
  const other = { ...posted, seed: 8 };
  const page = (items: unknown[], next: string | null = null) => ({
    items,
    next_cursor: next,
    has_more: next !== null,
  });
  const item = (request_id: string, json_input?: unknown) => ({ request_id, endpoint_id: APP, json_input });
  const since = new Date('2026-11-22T12:00:00Z');

  it('asks for the bodies posted since two minutes before', async () => {
    answers[LISTING] = json(200, page([]));
    await provider.findRequest(APP, input, since);
    const query = new URL(server.arrived[0]?.url ?? '', server.url).searchParams;
    expect(Object.fromEntries(query)).toEqual({
      endpoint_id: APP,
      start: '2026-11-22T11:58:00.000Z',
      expand: 'payloads',
      limit: '100',
    });
    expect(server.arrived[0]?.headers.authorization).toBe('Key sandbox');
  });

  it.each([
    ['the only match', [item('a', other), item('b', posted), item('c')], 'b'],
    ['none', [item('a', other)], undefined],
    ['none of several: a guess could adopt another one’s work', [item('a', posted), item('b', posted)], undefined],
    ['one that is listed twice', [item('b', posted), item('b', posted)], 'b'],
    ['none for a body with one field more', [item('a', { ...posted, num_images: 1 })], undefined],
  ])('answers %s', async (_name, items, id) => {
    answers[LISTING] = json(200, page(items));
    expect(await provider.findRequest(APP, input, since)).toBe(id);
  });

  it('reads all pages before it calls a match the only one', async () => {
    const pages: Record<string, unknown> = {
      '': page([item('a', posted)], '2'),
      '2': page([item('x', other)], '3'),
      '3': page([item('b', posted)]),
    };
    answers[LISTING] = (response, request) => {
      const cursor = new URL(request.url, server.url).searchParams.get('cursor') ?? '';
      json(200, pages[cursor])(response);
    };
    expect(await provider.findRequest(APP, input, since)).toBeUndefined();
    expect(server.arrived).toHaveLength(3);
    pages['3'] = page([]);
    expect(await provider.findRequest(APP, input, since)).toBe('a');
  });

  it.each([
    [401, { error: { type: 'authorization_error', message: 'x' } }, 'ProviderAccount'],
    [500, {}, 'ProviderUnavailable'],
    [200, { results: [] }, 'ProviderUnavailable'],
  ])('throws for HTTP %i %j instead of answering that there is none', async (status, body, code) => {
    answers[LISTING] = json(status, body);
    await expect(provider.findRequest(APP, input, since)).rejects.toMatchObject({ code });
  });
});

describe('upload', () => {
  it('asks by both header names for a file that is gone in time, and shows the key to fal’s API only', async () => {
    answers['/rest/storage/upload/initiate'] = json(200, {
      upload_url: `${server.url}/uploads/1`,
      file_url: `${server.url}/files/1/photos.zip`,
    });
    answers['/uploads/1'] = json(200, {});
    const url = await provider.upload(
      { bytes: Buffer.from('zip'), contentType: 'application/zip', fileName: 'photos.zip' },
      3600,
    );
    expect(url).toBe(`${server.url}/files/1/photos.zip`);
    const [initiate, put] = server.arrived;
    const lifetime = '{"expiration_duration_seconds":3600}';
    expect(initiate?.headers).toMatchObject({
      'x-fal-object-lifecycle': lifetime,
      'x-fal-object-lifecycle-preference': lifetime,
      authorization: 'Key sandbox',
    });
    expect(initiate?.body).toBe('{"content_type":"application/zip","file_name":"photos.zip"}');
    expect(put).toMatchObject({ method: 'PUT', body: 'zip' });
    expect(put?.headers).not.toHaveProperty('authorization');
  });

  it('can be tried again when the place for the file is refused', async () => {
    answers['/rest/storage/upload/initiate'] = json(200, { upload_url: `${server.url}/uploads/1`, file_url: 'x' });
    answers['/uploads/1'] = json(403, {});
    await expect(
      provider.upload({ bytes: Buffer.from('zip'), contentType: 'application/zip', fileName: 'a.zip' }, 3600),
    ).rejects.toMatchObject({
      code: 'ProviderUnavailable',
    });
  });
});

describe('download', () => {
  const bytes = Buffer.alloc(300_000, 7);
  const file = () => `${server.url}/files/1/lora.safetensors`;
  const download = async (...asked: Parameters<Provider['download']>) => buffer(await provider.download(...asked));

  it('gives the file whole, up to the very limit', async () => {
    answers['/files/1/lora.safetensors'] = (r) => void r.end(bytes);
    expect((await download(file(), bytes.length)).equals(bytes)).toBe(true);
    expect(server.arrived[0]?.headers).not.toHaveProperty('authorization');
  });

  it('stops at the limit, announced or not', async () => {
    answers['/files/1/lora.safetensors'] = (r) => void r.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    await expect(download(file(), bytes.length - 1)).rejects.toMatchObject({ code: 'ProviderFailed' });
    answers['/files/1/lora.safetensors'] = (r) => {
      r.write(bytes);
      r.end();
    };
    await expect(download(file(), bytes.length - 1)).rejects.toMatchObject({ code: 'ProviderFailed' });
  });

  it('throws for a file that breaks off', async () => {
    answers['/files/1/lora.safetensors'] = (r) => {
      r.writeHead(200, { 'content-length': bytes.length }).write(bytes.subarray(0, 100));
      setTimeout(() => r.destroy(), 20);
    };
    await expect(download(file(), bytes.length)).rejects.toMatchObject({ code: 'ProviderUnavailable' });
  });

  it('says that an expired file is gone', async () => {
    await expect(download(file(), 10)).rejects.toMatchObject({ code: 'NotFound' });
  });

  it('follows a redirect within the file hosts, and none that leads out of them', async () => {
    answers['/files/1/lora.safetensors'] = (r) => void r.writeHead(302, { location: '/files/2/x' }).end();
    answers['/files/2/x'] = (r) => void r.end('moved');
    expect((await download(file(), 10)).toString()).toBe('moved');
    answers['/files/2/x'] = (r) => void r.writeHead(302, { location: 'http://169.254.169.254/latest' }).end();
    await expect(download(file(), 10)).rejects.toMatchObject({ code: 'ProviderFailed' });
  });

  it('gives up a redirect that goes in a circle', async () => {
    answers['/files/1/lora.safetensors'] = (r) => void r.writeHead(302, { location: file() }).end();
    await expect(download(file(), 10)).rejects.toMatchObject({ code: 'ProviderFailed' });
    expect(server.arrived).toHaveLength(4);
  });

  it('stops with the caller’s own reason in the middle of a file', async () => {
    answers['/files/1/lora.safetensors'] = (r) => void r.writeHead(200, { 'content-length': bytes.length }).write('x');
    const controller = new AbortController();
    const reason = new Error('the activity was cancelled');
    const fetched = download(file(), bytes.length, controller.signal);
    setTimeout(() => controller.abort(reason), 100);
    await expect(fetched).rejects.toBe(reason);
  });
});
