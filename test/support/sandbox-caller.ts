// A caller of the sandbox over HTTP, with its webhook receiver: what the tests of faults share.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../sandbox/server.ts';

export const TRAINING = 'fal-ai/flux-lora-fast-training';
export const IMAGE = 'fal-ai/flux-lora';
const QUICK = { queueMs: 0, trainingMs: 50, imageMs: 40, concurrency: 2, webhookRetryMs: 20, listQueued: false };
export const PICTURE = { prompt: 'headshot', seed: 1, image_size: { width: 64, height: 64 } };
/** 64 × 64 is billed as one megapixel. */
export const PICTURE_MICROS = 35_000;

export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
  text: string;
}
export interface Delivery {
  headers: IncomingHttpHeaders;
  raw: Buffer;
  body: Record<string, unknown>;
}

/** One sandbox for the tests of a file, without rules and with quick settings at the start of each. */
export function sandboxCaller() {
  let running: RunningSandbox | undefined;
  const world = {
    get sandbox(): RunningSandbox {
      if (!running) throw new Error('the sandbox runs inside of tests only');
      return running;
    },
    /** The query that asks for a webhook to the receiver. */
    hook: '',
    deliveries: [] as Delivery[],
    /** Statuses that the receiver answers next; then 200. */
    webhookAnswers: [] as number[],
  };
  let receiver: Server;

  beforeAll(async () => {
    running = await startSandbox({ settings: QUICK });
    receiver = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const raw = Buffer.concat(chunks);
      world.deliveries.push({ headers: request.headers, raw, body: JSON.parse(raw.toString()) });
      response.writeHead(world.webhookAnswers.shift() ?? 200).end();
    });
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    world.hook = `?fal_webhook=http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  });
  afterAll(async () => {
    receiver.close();
    receiver.closeAllConnections();
    await world.sandbox.close();
  });
  beforeEach(() => {
    world.deliveries = [];
    world.webhookAnswers = [];
    world.sandbox.setFaults([]);
    world.sandbox.changeSettings(QUICK);
  });

  async function ask(path: string, init: RequestInit = {}, base = world.sandbox.url): Promise<Answer> {
    const response = await fetch(base + path, { ...init, headers: { authorization: 'Key sandbox', ...init.headers } });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : {}, text };
  }
  const post = (path: string, body: unknown) => ask(path, { method: 'POST', body: JSON.stringify(body) });
  const submit = (input: unknown = PICTURE, query = '', endpoint = IMAGE) => post(`/queue/${endpoint}${query}`, input);
  const request = (id: string, operation = '') => ask(`/queue/${IMAGE}/requests/${id}${operation}`);
  const status = (id: string) => request(id, '/status');
  const cancel = (id: string) => ask(`/queue/${IMAGE}/requests/${id}/cancel`, { method: 'PUT' });

  async function submitted(query = '', input: unknown = PICTURE, endpoint = IMAGE): Promise<string> {
    const { body } = await submit(input, query, endpoint);
    return String(body.request_id);
  }

  async function until(what: () => boolean | Promise<boolean>): Promise<void> {
    for (let waited = 0; waited < 10_000; waited += 10) {
      if (await what()) return;
      await sleep(10);
    }
    throw new Error('it did not come to that');
  }

  const entryOf = (id: string) => world.sandbox.books().entries.find((entry) => entry.requestId === id);
  const ended = (id: string) => until(() => entryOf(id)?.finishedAt !== undefined);
  const allEnded = () => until(() => world.sandbox.books().entries.every((entry) => entry.finishedAt !== undefined));

  /** The entries that `work` adds to the books, all ended. */
  async function booked(work: () => Promise<unknown>) {
    const before = world.sandbox.books().entries.length;
    await work();
    await allEnded();
    return world.sandbox.books().entries.slice(before);
  }

  async function result(id: string): Promise<Answer> {
    await ended(id);
    return request(id);
  }

  async function delivered(count: number): Promise<Delivery[]> {
    await until(() => world.deliveries.length >= count);
    return world.deliveries;
  }

  return {
    world,
    ask,
    post,
    submit,
    request,
    status,
    cancel,
    submitted,
    until,
    entryOf,
    ended,
    allEnded,
    booked,
    result,
    delivered,
  };
}
