// A gRPC proxy in front of Temporal that refuses the polls of one task queue: an error that a worker can't get over.

import { once } from 'node:events';
import { connect, createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** Of gRPC; the SDK tries nothing of this code again. */
const INVALID_ARGUMENT = '3';

export interface RefusingProxy {
  address: string;
  stop(): void;
}

export async function startRefusingProxy(temporalAddress: string, refused: string): Promise<RefusingProxy> {
  const target = connect(`http://${temporalAddress}`);
  target.on('error', () => undefined);

  const server = createServer();
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => void sessions.add(session));
  server.on('stream', async (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on('error', () => undefined);
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    if (headers[':path']?.includes('/Poll') && messageOf(body).includes(refused)) {
      return stream.respond(
        {
          ':status': 200,
          'content-type': 'application/grpc',
          'grpc-status': INVALID_ARGUMENT,
          'grpc-message': 'refused',
        },
        { endStream: true },
      );
    }
    forward(stream, headers, body);
  });

  function forward(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, body: Buffer): void {
    const { ':authority': _, ...kept } = headers;
    const call = target.request({ ...kept });
    call.on('error', () => stream.destroy());
    stream.on('close', () => call.destroy());
    call.on('response', (answer, flags) => {
      const endStream = (flags & 1) === 1;
      if (stream.destroyed) return;
      stream.respond(answer, { endStream, waitForTrailers: !endStream });
    });
    let trailers: IncomingHttpHeaders = {};
    call.on('trailers', (last) => {
      trailers = last;
    });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    call.on('data', (chunk) => stream.write(chunk));
    call.on('end', () => stream.end());
    call.end(body);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      for (const session of sessions) session.destroy();
      target.destroy();
      server.close();
    },
  };
}

/** A gRPC frame: whether it is compressed, four bytes of length, the message. */
function messageOf(frame: Buffer): Buffer {
  const message = frame.subarray(5);
  return frame[0] === 1 ? gunzipSync(message) : message;
}
