// The worker as a process: when one of its workers fails, it ends, so that whoever restarts processes notices.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, inject, test } from 'vitest';
import { TASK_QUEUES } from '../../workflows/messages.ts';
import { type RefusingProxy, startRefusingProxy } from '../support/refusing-proxy.ts';
import { startDevServer, type TestServer } from '../support/test-server.ts';

let temporal: TestServer | undefined;
let proxy: RefusingProxy | undefined;
let worker: ChildProcess | undefined;
afterEach(async () => {
  worker?.kill('SIGKILL');
  proxy?.stop();
  await temporal?.stop();
});

function startWorker(address: string): { child: ChildProcess; log: () => string } {
  const child = spawn(process.execPath, ['--import', 'tsx', 'worker/main.ts'], {
    env: {
      ...process.env,
      TEMPORAL_ADDRESS: address,
      SUPABASE_URL: 'http://127.0.0.1:1',
      SUPABASE_SERVICE_ROLE_KEY: 'none',
      LIKENESS_SANDBOX_URL: 'http://127.0.0.1:1',
      LIKENESS_ROLES: 'workflow,provider',
      LIKENESS_WORKER_PORT: '0',
      LIKENESS_WORKFLOW_BUNDLE: inject('workflowBundle'),
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  worker = child;
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (text) => {
      log += text;
    });
  }
  return { child, log: () => log };
}

// The SDK tries a refused poll again for a minute, and the other workers get half a minute to finish.
test('one dead worker ends the whole process, with an error', { timeout: 300_000 }, async () => {
  temporal = await startDevServer();
  proxy = await startRefusingProxy(temporal.env.address, TASK_QUEUES.provider);
  const { child, log } = startWorker(proxy.address);
  const [code] = await once(child, 'exit');
  expect(code, log()).toBe(1);
  expect(log()).toContain('worker is running');
  expect(log()).toContain('worker could not run');
});
