// The worker's port: /healthz for its supervisor, /metrics for Prometheus.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { mayScrape } from '../adapters/telemetry/metrics-access.ts';
import type { WorkerMetrics } from './metrics.ts';

export interface Status {
  port: number;
  running: () => boolean;
  roles: readonly string[];
  metrics: Pick<WorkerMetrics, 'scrape'>;
  /** The token that a scraper must send; undefined: only this machine may read it. */
  metricsToken: string | undefined;
}

/** Resolves when it listens. */
export function serveStatus(status: Status): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url === '/healthz') return answerHealth(status, response);
    if (request.url === '/metrics') return void answerMetrics(status, request, response);
    response.writeHead(404).end();
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(status.port, () => resolve(server));
  });
}

function answerHealth({ running, roles }: Status, response: ServerResponse): void {
  const [code, status] = running() ? [200, 'ok'] : [503, 'stopping'];
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify({ status, roles }));
}

async function answerMetrics(
  { metrics, metricsToken }: Status,
  { headers, socket }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const header = (name: string) => headers[name]?.toString();
  if (!mayScrape({ header, remoteAddress: socket.remoteAddress }, metricsToken)) {
    response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
    return;
  }
  const { text, contentType } = await metrics.scrape();
  response.writeHead(200, { 'content-type': contentType }).end(text);
}
