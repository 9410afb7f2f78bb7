// A bare node HTTP server for tests about what goes over the wire. It keeps every request that reached it.

import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Arrived {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface TinyServer {
  url: string;
  arrived: Arrived[];
  close(): Promise<void>;
}

/** Answers each request, once its body has come, with `answer`. */
export async function startTinyServer(
  answer: (request: IncomingMessage, response: ServerResponse, arrived: Arrived) => void,
): Promise<TinyServer> {
  const arrived: Arrived[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const entry = { method, url, headers, body: await text(request) };
    arrived.push(entry);
    answer(request, response, entry);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
