// The server that the other files of this folder stand on.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { enginePaths } from '../../engine/paths.mjs';
import '../support/quiet-runtime.ts';
import { startTestServer } from '../support/test-server.ts';

/** Longer than the five seconds that the SDK gives a server. */
const LATE_S = 6;
const WEEK_MS = 7 * 24 * 3_600_000;

function script(body: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-test-server-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'server');
  writeFileSync(file, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return file;
}

it('a test server that answers late is waited for, and skips time all the same', async () => {
  const { env, stop } = await startTestServer(script(`sleep ${LATE_S}; exec '${enginePaths().testServer}' "$@"`));
  onTestFinished(stop);
  const before = await env.currentTimeMs();
  await env.sleep('7 days');
  expect((await env.currentTimeMs()) - before).toBeGreaterThanOrEqual(WEEK_MS);
});

it('two servers at once have a time of their own', async () => {
  const [one, another] = await Promise.all([startTestServer(), startTestServer()]);
  onTestFinished(() => Promise.all([one.stop(), another.stop()]).then(() => undefined));
  await one.env.sleep('7 days');
  expect((await one.env.currentTimeMs()) - (await another.env.currentTimeMs())).toBeGreaterThan(WEEK_MS / 2);
});

it('a test server that ends at its start fails at once, with what it said', async () => {
  const begun = Date.now();
  await expect(startTestServer(script('echo "no such library" >&2; exit 1'))).rejects.toThrow('no such library');
  await expect(startTestServer('/nowhere/server')).rejects.toThrow('ENOENT');
  expect(Date.now() - begun).toBeLessThan(60_000);
});
