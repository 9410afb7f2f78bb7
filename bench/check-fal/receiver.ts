// What fal fetches from us and sends to us: a file at an address that nobody can guess, and the webhooks that come to one.

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { CannotRun } from './options.ts';

export interface Delivery {
  headers: Headers;
  body: Buffer;
  /** Milliseconds since 1970. */
  at: number;
}

/** An address for one request, and what came to it. */
export interface Place {
  path: string;
  /** Who asked for the file, as `GET, by <user agent>`. */
  fetches: string[];
  deliveries: Delivery[];
}

export interface Receiver {
  /** Its own address on this machine. */
  url: string;
  place(): Place;
  close(): Promise<void>;
}

const POLL_MS = 100;
const MAX_BODY = 1_000_000;

/** Serves `file` at every place, and takes what is posted to one. */
export async function startReceiver(port: number, file: Buffer): Promise<Receiver> {
  const places = new Map<string, Place>();

  const server = createServer(async (request, response) => {
    const place = [...places.values()].find(({ path }) => request.url?.endsWith(path));
    if (!place) return void response.writeHead(404).end();
    if (request.method === 'POST') {
      if (Number(request.headers['content-length'] ?? 0) > MAX_BODY) return void response.writeHead(413).end();
      place.deliveries.push({ headers: headersOf(request), body: await buffer(request), at: Date.now() });
      return void response.writeHead(204).end();
    }
    place.fetches.push(`${request.method}, by ${request.headers['user-agent'] ?? 'nobody named'}`);
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': file.length });
    response.end(request.method === 'HEAD' ? undefined : file);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((error: Error) => {
    throw new CannotRun(
      `Port ${port} cannot be listened on (${error.message}): choose another --port. Nothing was sent.`,
    );
  });

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    place() {
      const place: Place = { path: `/${randomUUID()}/lora.safetensors`, fetches: [], deliveries: [] };
      places.set(place.path, place);
      return place;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The first delivery to a place; undefined when none came in time. */
export async function firstDelivery(place: Place, withinMs: number): Promise<Delivery | undefined> {
  for (const end = Date.now() + withinMs; Date.now() < end && place.deliveries.length === 0; ) await sleep(POLL_MS);
  return place.deliveries[0];
}

function headersOf(request: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
  return headers;
}
