// A part of the stack that is slow to start: it is waited for, aloud, and given up only when it is hopeless.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Part } from '../../../stack/part.ts';

const MINUTE = 60_000;

let folder: string;
let said: string[];
let isReady: () => void;
let part: Part;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  folder = mkdtempSync(join(tmpdir(), 'likeness-part-'));
  said = [];
  const file = join(folder, 'part.ts');
  writeFileSync(file, 'process.on("SIGTERM", () => process.exit(0)); setInterval(() => {}, 1000);\n');
  part = new Part({
    name: 'slowcoach',
    command: [file],
    env: process.env,
    logFile: join(folder, 'slowcoach.log'),
    ready: () => new Promise((resolve) => (isReady = resolve)),
    say: (line) => said.push(line),
  });
});
afterEach(async () => {
  await part.stop();
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

test('is waited for on a machine that is busy, with a line every half minute that names its log', async () => {
  const started = part.start();
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  expect(said).toHaveLength(4);
  expect(said[0]).toMatch(/^slowcoach is not ready yet after 30 s: waiting \(its log: .*slowcoach\.log\)$/);
  isReady();
  await started;
  await vi.advanceTimersByTimeAsync(10 * MINUTE);
  expect(said).toHaveLength(4);
  expect(part.pid).toBeDefined();
});

test('that never comes is ended, and its log is named', async () => {
  const refused = expect(part.start()).rejects.toThrow(
    /not ready within 5 minutes\. What it said last is in .*slowcoach\.log/,
  );
  await vi.advanceTimersByTimeAsync(6 * MINUTE);
  await refused;
  expect(part.pid).toBeUndefined();
});
