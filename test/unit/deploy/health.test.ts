// The health check of the containers: it believes only an answer that is well.

import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const SCRIPT = join(fileURLToPath(new URL('../../..', import.meta.url)), 'deploy/health.mjs');

async function serverThatAnswers(status: number): Promise<number> {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/healthz' ? status : 404).end();
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const exitCodeFor = (port: number) =>
  new Promise<number | null>((resolve) => {
    const child = execFile(process.execPath, [SCRIPT, String(port)]).on('exit', () => resolve(child.exitCode));
  });

test('a process that answers is healthy', async () => {
  expect(await exitCodeFor(await serverThatAnswers(200))).toBe(0);
});

test('a process that is stopping, or none at all, is not', async () => {
  expect(await exitCodeFor(await serverThatAnswers(503))).toBe(1);
  expect(await exitCodeFor(1)).toBe(1);
});
