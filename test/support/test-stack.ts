// A whole stack for one test file. Most files borrow one, emptied, from the pool (stack-pool.ts), and begin in it as in a
// new one: no tenant, no runs, no faults. A file that needs variables of its own gets a stack of its own, started the short
// way. What a first start does by itself is for test/integration/stack.test.ts.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { inject } from 'vitest';
import type { Stack } from '../../stack/stack.ts';
import { type LentStack, type OwnStack, startOwnStack } from './stack-pool.ts';
import { databaseOf } from './supabase.ts';

export interface TestStack {
  stack: Stack;
  /** A folder of this file; `stop` removes it, with whatever a test puts there. */
  folder: string;
  /** Ends the stack, or gives it back. */
  stop(): Promise<void>;
}

export interface TestStackOptions {
  /** How long the sandbox pretends to train. */
  trainingMs: number;
  /** Variables for the stack's own processes. */
  settings?: Record<string, string>;
}

/** What the sandbox waits by itself is for people to watch; no test asks for it. */
const QUICK = { queueMs: 100, imageMs: 200 };
/** A part that the file before has killed comes back. */
const PATIENCE_MS = 120_000;
const NOBODY = '00000000-0000-0000-0000-000000000000';

export async function startTestStack({ trainingMs, settings = {} }: TestStackOptions): Promise<TestStack> {
  const isOwn = Object.keys(settings).length > 0;
  const folder = mkdtempSync(join(tmpdir(), 'likeness-test-stack-'));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 });
  let end: (() => Promise<void>) | undefined;
  try {
    const { stack, end: endIt } = isOwn ? await startOwnStack(inject('workflowBundle'), settings) : await borrowStack();
    end = endIt;
    await setSandbox(stack, { ...QUICK, trainingMs });
    return {
      stack,
      folder,
      async stop() {
        await endIt();
        remove();
      },
    };
  } catch (error) {
    await end?.();
    remove();
    throw error;
  }
}

async function borrowStack(): Promise<Pick<OwnStack, 'stack' | 'end'>> {
  const answer = await fetch(inject('stackPool'), { method: 'POST' });
  if (!answer.ok) throw new Error(`No stack could be started: ${await answer.text()}`);
  const { urls, temporalAddress, provider, serviceRoleKey, pidsFile } = (await answer.json()) as LentStack;
  const end = async () => {
    await fetch(`${inject('stackPool')}/?at=${encodeURIComponent(urls.api)}`, { method: 'DELETE' });
  };
  const stack: Stack = {
    urls,
    temporalAddress,
    provider,
    database: databaseOf({ url: urls.supabase, secretKey: serviceRoleKey }),
    pidOf: (part) => JSON.parse(readFileSync(pidsFile, 'utf8'))[part],
    stop: end,
  };
  await empty(stack);
  return { stack, end };
}

/** As a first start leaves it, but for the files in the storage and the histories of Temporal. */
async function empty(stack: Stack): Promise<void> {
  await isReady(stack);
  const answer = await fetch(`${stack.urls.sandbox}/admin/faults`, { method: 'PUT', body: '[]' });
  if (!answer.ok) throw new Error(`The sandbox did not take back its faults: ${answer.status}.`);
  await terminateAll(stack.temporalAddress);
  // Every other row goes with its tenant.
  const { database } = stack;
  await database.from('tenants').delete().neq('id', NOBODY).throwOnError();
  await database.from('circuit_breakers').delete().neq('provider', '').throwOnError();
}

async function isReady({ urls }: Stack): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(100)) {
    const isUp = await fetch(`${urls.api}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    if (Date.now() > deadline) throw new Error('A stack of the pool is not ready.');
  }
}

async function terminateAll(address: string): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    const { workflow } = new Client({ connection });
    for await (const { workflowId } of workflow.list({ query: "ExecutionStatus = 'Running'" })) {
      // It may have ended by itself.
      await workflow
        .getHandle(workflowId)
        .terminate('its test file is over')
        .catch(() => undefined);
    }
  } finally {
    await connection.close();
  }
}

async function setSandbox({ urls }: Stack, settings: object): Promise<void> {
  const answer = await fetch(`${urls.sandbox}/admin/settings`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(settings),
  });
  if (!answer.ok) throw new Error(`The sandbox did not take its settings: ${answer.status}.`);
}
