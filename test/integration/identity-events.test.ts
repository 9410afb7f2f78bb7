// The event stream of an identity over real HTTP: the real app on a real server, runs that a test changes.

import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { afterEach, describe, expect, test } from 'vitest';
import type { IdentityRow } from '../../core/ports/identities.ts';
import { RunError } from '../../core/ports/run-error.ts';
import type { IdentityState } from '../../domain/identity-state.ts';
import { problemIn } from '../unit/api/problem-in.ts';
import { KEY, newWorld, OTHER_TENANT, type World } from '../unit/api/world.ts';

interface SentEvent {
  event: string;
  id: string | undefined;
  data: string;
}

let world: World;
let server: Server;
let url: string;
let identity: IdentityRow;
let stop: AbortController;
const open: EventReader[] = [];

async function startApi(): Promise<void> {
  stop = new AbortController();
  world = newWorld({ stopping: stop.signal });
  identity = world.addIdentity(world.addCharacter());
  server = createServer(getRequestListener(world.app.fetch));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
afterEach(async () => {
  for (const reader of open.splice(0)) reader.leave();
  stop?.abort();
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
});

/** Reads as an EventSource does (WHATWG HTML, section 9.2.6). */
class EventReader {
  readonly events: SentEvent[] = [];
  comments = 0;
  retryMs: number | undefined;
  lastEventId: string | undefined;
  ended = false;
  readonly #response: IncomingMessage;
  #rest = '';

  constructor(response: IncomingMessage) {
    this.#response = response;
    open.push(this);
    response.setEncoding('utf8');
    response.on('error', () => undefined);
    response.on('end', () => {
      this.ended = true;
    });
    response.on('data', (text: string) => this.#take(text));
  }

  get status(): number | undefined {
    return this.#response.statusCode;
  }

  get contentType(): string | undefined {
    return this.#response.headers['content-type'];
  }

  leave(): void {
    this.#response.destroy();
  }

  async until(done: (reader: EventReader) => boolean, ms = 10_000): Promise<void> {
    for (const deadline = Date.now() + ms; !done(this); ) {
      if (Date.now() > deadline) throw new Error(`not within ${ms} ms: ${JSON.stringify(this.events)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  #take(text: string): void {
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) this.#dispatch(block.split('\n'));
  }

  #dispatch(lines: string[]): void {
    const found: Partial<Record<string, string>> = {};
    for (const line of lines) {
      const [name = '', value = ''] = line.split(/: ?(.*)/s);
      if (name === '') this.comments += 1;
      else if (name === 'retry') this.retryMs = Number(value);
      else found[name] = value;
    }
    if (found.data === undefined) return;
    this.lastEventId = found.id ?? this.lastEventId;
    this.events.push({ event: found.event ?? 'message', id: found.id, data: found.data });
  }
}

function watch(path = `/v1/identities/${identity.id}/events`, headers: Record<string, string> = {}) {
  return new Promise<EventReader>((resolve, reject) => {
    const asked = request(url + path, { headers: { authorization: `Bearer ${KEY}`, ...headers } });
    asked.on('response', (response) => resolve(new EventReader(response)));
    asked.on('error', reject);
    asked.end();
  });
}

function change(patch: Partial<IdentityState>): void {
  const state = world.rows.states.get(identity.id);
  if (!state) throw new Error('no such run');
  Object.assign(state, { revision: state.revision + 1 }, patch);
}

const looks = () => world.told.filter(([name]) => name === 'state').length;
const ids = (reader: EventReader) => reader.events.map(({ id }) => id);

describe('the events of an identity', () => {
  test('are its states: first the current one as GET answers it, then each new one, then the end', async () => {
    await startApi();
    const reader = await watch();
    expect([reader.status, reader.contentType]).toEqual([200, 'text/event-stream']);
    await reader.until(({ events }) => events.length === 1);
    const answer = await world.ask('GET', `/v1/identities/${identity.id}`);
    expect(JSON.parse(reader.events[0]?.data ?? '')).toEqual(await answer.json());
    expect(reader.events[0]).toMatchObject({ event: 'state', id: '7' });
    expect(reader.retryMs).toBe(3000);

    change({ stage: 'publishing' });
    await reader.until(({ events }) => events.length === 2);
    change({ stage: 'ready', version: 1 });
    await reader.until(({ ended }) => ended);
    expect(reader.events.map(({ event, id }) => [event, id])).toEqual([
      ['state', '7'],
      ['state', '8'],
      ['state', '9'],
      ['end', undefined],
    ]);
    expect(reader.events.at(-1)?.data).toBe('{"stage":"ready"}');
  });

  test('go on after the one that came last, by header or by query', async () => {
    await startApi();
    const path = `/v1/identities/${identity.id}/events`;
    const readers = [await watch(path, { 'last-event-id': '7' }), await watch(`${path}?lastEventId=7`)];
    const behind = await watch(path, { 'last-event-id': '6' });
    await behind.until(({ events }) => events.length === 1);
    change({ stage: 'publishing' });
    for (const reader of readers) await reader.until(({ events }) => events.length === 1);
    expect(readers.map(ids)).toEqual([['8'], ['8']]);
  });

  test('are not sent again to whoever has the last one: 204 keeps an EventSource away', async () => {
    await startApi();
    change({ stage: 'ready' });
    identity.stage = 'ready';
    const path = `/v1/identities/${identity.id}/events`;
    expect((await watch(path, { 'last-event-id': '8' })).status).toBe(204);
    const behind = await watch(path, { 'last-event-id': '7' });
    await behind.until(({ ended }) => ended);
    expect(behind.events.map(({ event, id }) => [event, id])).toEqual([
      ['state', '8'],
      ['end', undefined],
    ]);
  });

  test('cost one look a second for many who watch, and none when all have left', async () => {
    await startApi();
    const readers = await Promise.all(Array.from({ length: 50 }, () => watch()));
    for (const reader of readers) await reader.until(({ events }) => events.length === 1);
    const [before, began] = [looks(), Date.now()];
    change({ stage: 'publishing' });
    for (const reader of readers) await reader.until(({ events }) => events.length === 2);
    expect(looks() - before).toBeLessThanOrEqual(Math.ceil((Date.now() - began) / 1000) + 1);
    for (const reader of readers) reader.leave();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const left = looks();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(looks()).toBe(left);
  });

  test('come from the rows while no worker answers, and from the run again when one does', async () => {
    await startApi();
    identity.stage = 'training';
    world.broken.runs = new RunError('no_worker', 'No worker answered.');
    const reader = await watch();
    await reader.until(({ events }) => events.length === 1);
    expect(reader.events[0]?.id).toBeUndefined();
    expect(JSON.parse(reader.events[0]?.data ?? '')).toMatchObject({ source: 'record', stage: 'training' });
    delete world.broken.runs;
    await reader.until(({ events }) => events.length === 2);
    expect(reader.events[1]).toMatchObject({ event: 'state', id: '7' });

    world.broken.runs = new RunError('unavailable', 'Temporal is away.');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    delete world.broken.runs;
    change({ stage: 'publishing' });
    await reader.until(({ events }) => events.length === 3);
    expect(reader.lastEventId).toBe('8');
  });

  test('end with the record when the run is no longer kept', async () => {
    await startApi();
    world.rows.states.delete(identity.id);
    identity.stage = 'expired';
    const reader = await watch();
    await reader.until(({ ended }) => ended);
    expect(reader.events.map(({ event }) => event)).toEqual(['state', 'end']);
    expect(reader.events[1]?.data).toBe('{"stage":"expired"}');
  });

  test('end with a hint when to come back, when the process stops', async () => {
    await startApi();
    const reader = await watch();
    await reader.until(({ events }) => events.length === 1);
    stop.abort();
    await reader.until(({ ended }) => ended, 1000);
    expect(reader.events).toHaveLength(1);
    expect(reader.retryMs).toBeGreaterThanOrEqual(3000);
  });

  test('that a slow reader misses are not kept for it: it gets the newest', async () => {
    await startApi();
    const quick = await watch();
    // Without a socket, whose buffers would read on.
    const slow = await world.ask('GET', `/v1/identities/${identity.id}/events`);
    for (const revision of ['7', '8', '9', '10']) {
      await quick.until(({ lastEventId }) => lastEventId === revision);
      change({});
    }
    await quick.until(({ lastEventId }) => lastEventId === '11');
    change({ stage: 'ready' });
    await quick.until(({ ended }) => ended);
    expect((await slow.text()).match(/^id: .*$/gm)).toEqual(['id: 7', 'id: 12']);
  });

  test('are opened by nobody who only asks for their headers', async () => {
    await startApi();
    const headers = { authorization: `Bearer ${KEY}` };
    for (let n = 0; n < 150; n++) {
      const answer = await fetch(`${url}/v1/identities/${identity.id}/events`, { method: 'HEAD', headers });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    }
    const before = looks();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect([before, looks()]).toEqual([0, 0]);
    expect((await watch()).status).toBe(200);
  });

  test('are not for another tenant, nor for more than a hundred streams of one key', async () => {
    await startApi();
    const theirs = world.addIdentity(world.addCharacter(OTHER_TENANT));
    const refused = await world.ask('GET', `/v1/identities/${theirs.id}/events`);
    expect((await problemIn(refused)).code).toBe('not_found');
    const readers = await Promise.all(Array.from({ length: 100 }, () => watch()));
    expect(new Set(readers.map(({ status }) => status))).toEqual(new Set([200]));
    const full = await world.ask('GET', `/v1/identities/${identity.id}/events`);
    expect((await problemIn(full)).code).toBe('too_many_streams');
    expect(full.headers.get('retry-after')).toBeTruthy();
    readers[0]?.leave();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await watch()).status).toBe(200);
  });
});
