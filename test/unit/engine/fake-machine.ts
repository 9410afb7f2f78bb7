// A machine in a temporary folder for set-up's tests: its PATH holds only what a test puts there.

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Machine } from '../../../engine/setup.mjs';
import { MODELS_JSON } from './fake-networks.ts';

export const repository = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/** What the fakes' shell scripts call. */
const TOOLS = ['sh', 'chmod', 'cp', 'mkdir', 'sleep', 'tar', 'gzip'];

export interface FakeMachine extends Machine {
  readonly folder: string;
  /** What set-up said, line by line. */
  readonly said: string[];
  /** Puts a shell script of that name on PATH; each call of it is noted in `calls`. */
  install(name: string, script: string): string;
  /** The arguments of each call of an installed script, in order. */
  calls(name: string): string[];
}

/** A machine of its own for one test, removed when the test ends. */
export function fakeMachine(overrides: Partial<Machine> = {}): FakeMachine {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-engine-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const tool of TOOLS)
    symlinkSync(execFileSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim(), join(bin, tool));
  const said: string[] = [];
  const log = (name: string) => join(folder, `${name}.calls`);
  return {
    env: { PATH: bin, HOME: join(folder, 'home') },
    root: makeCheckout(folder),
    cache: join(folder, 'cache'),
    platform: 'linux',
    arch: 'x64',
    isRoot: false,
    // Nothing listens there: the discard port.
    downloadHost: 'http://127.0.0.1:9',
    modelHost: 'http://127.0.0.1:9',
    packageIndex: 'http://127.0.0.1:9/simple',
    say: (line) => said.push(line),
    ...overrides,
    folder,
    said,
    install(name, script) {
      const file = join(bin, name);
      writeFileSync(file, `#!/bin/sh\necho "$*" >> '${log(name)}'\n${script}\n`, { mode: 0o755 });
      return file;
    },
    calls: (name) => (existsSync(log(name)) ? readFileSync(log(name), 'utf8').trim().split('\n') : []),
  };
}

/** A checkout with the real engine in it, small networks pinned, and packages that are already installed. */
function makeCheckout(folder: string): string {
  const root = join(folder, 'checkout');
  cpSync(join(repository, 'engine'), join(root, 'engine'), { recursive: true });
  cpSync(join(repository, 'package.json'), join(root, 'package.json'));
  mkdirSync(join(root, 'adapters', 'vision'), { recursive: true });
  writeFileSync(join(root, 'adapters', 'vision', 'models.json'), JSON.stringify(MODELS_JSON));
  const packages = {
    '': { version: '1.0.0' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/a-for-macos': { version: '1.0.0', optional: true },
  };
  writeLock(join(root, 'package-lock.json'), packages);
  mkdirSync(join(root, 'node_modules'));
  writeLock(join(root, 'node_modules', '.package-lock.json'), { 'node_modules/a': packages['node_modules/a'] });
  return root;
}

/** Writes a lock file in npm's format. */
export function writeLock(file: string, packages: Record<string, object>): void {
  writeFileSync(file, JSON.stringify({ lockfileVersion: 3, packages }));
}
