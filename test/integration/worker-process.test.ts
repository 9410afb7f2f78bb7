// The worker as a process: when one of its workers fails, it ends, so that whoever restarts processes notices.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterEach, expect, test } from 'vitest';
import { enginePaths } from '../../engine/paths.mjs';
import { SEARCH_ATTRIBUTES, TASK_QUEUES } from '../../workflows/messages.ts';
import { type RefusingProxy, startRefusingProxy } from '../support/refusing-proxy.ts';

let environment: TestWorkflowEnvironment | undefined;
let proxy: RefusingProxy | undefined;
let worker: ChildProcess | undefined;
afterEach(async () => {
  worker?.kill('SIGKILL');
  proxy?.stop();
  await environment?.teardown();
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
  environment = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: enginePaths().temporalCli },
      searchAttributes: Object.values(SEARCH_ATTRIBUTES),
    },
  });
  proxy = await startRefusingProxy(environment.address, TASK_QUEUES.provider);
  const { child, log } = startWorker(proxy.address);
  const [code] = await once(child, 'exit');
  expect(code, log()).toBe(1);
  expect(log()).toContain('worker is running');
  expect(log()).toContain('worker could not run');
});
