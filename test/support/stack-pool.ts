// The stacks that test files borrow (test-stack.ts). A start costs some 14 seconds of a core, so a stack that a file gives
// back goes to the next one. They run in Vitest's own process, which ends them when all tests are over.

import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { quietPorts } from '../../stack/free-ports.ts';
import { supabaseSecrets } from '../../stack/secrets.ts';
import { type Stack, startStack } from '../../stack/stack.ts';
import { emptyDatabase } from './supabase.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The address of the pool. */
    stackPool: string;
  }
}

/** What a test process has to know of a stack. */
export interface LentStack extends Pick<Stack, 'urls' | 'temporalAddress' | 'provider'> {
  serviceRoleKey: string;
  /** The ids of its processes by part: a JSON that is written anew when one of them is started again. */
  pidsFile: string;
}

/** Runs are told of every end at once, and an operator is asked within seconds. */
const QUICK_POLLS = {
  LIKENESS_TRAINING_FIRST_POLL_MS: '500',
  LIKENESS_TRAINING_POLL_MS: '500',
  LIKENESS_RECONCILE_PAUSE_MS: '20',
};

const PARTS = ['worker', 'api', 'sandbox', 'supabase', 'temporal'] as const;

export interface OwnStack {
  stack: Stack;
  lent: LentStack;
  /** Ends it and removes its folder. */
  end(): Promise<void>;
}

/** Each kind of test loads this module anew, in one process. */
const shared = globalThis as { likenessStacks?: Promise<Pool> | undefined };

interface Pool {
  address: string;
  end(): Promise<void>;
}

export default async function lendStacks(project: TestProject): Promise<() => Promise<void>> {
  const isFirst = shared.likenessStacks === undefined;
  shared.likenessStacks ??= openPool(project);
  const pool = await shared.likenessStacks;
  project.provide('stackPool', pool.address);
  return async () => {
    if (isFirst) await pool.end();
  };
}

/** `POST /` borrows a stack, `DELETE /?at=ADDRESS` gives back the one whose API is there. */
async function openPool(project: TestProject): Promise<Pool> {
  const all = new Map<string, OwnStack>();
  const idle: OwnStack[] = [];
  const server = createServer(async ({ method, url }, response) => {
    try {
      if (method === 'DELETE') {
        const back = all.get(new URL(url ?? '', 'http://pool').searchParams.get('at') ?? '');
        if (back) idle.push(back);
        response.end();
        return;
      }
      const own = idle.pop() ?? (await startOwnStack(project.getProvidedContext().workflowBundle));
      all.set(own.stack.urls.api, own);
      response.end(JSON.stringify(own.lent));
    } catch (error) {
      response.writeHead(500).end(error instanceof Error ? error.message : String(error));
    }
  });
  server.requestTimeout = 0;
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async end() {
      server.closeAllConnections();
      await Promise.all([...[...all.values()].map((own) => own.end()), closed(server)]);
    },
  };
}

const closed = (server: Server) => new Promise((resolve) => server.close(resolve));

/** On a copy of an empty database whose migrations are applied; what a first start does is for integration/stack.test.ts. */
export async function startOwnStack(bundle: string, settings: Record<string, string> = {}): Promise<OwnStack> {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-lent-stack-'));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 });
  const pidsFile = join(folder, 'pids.json');
  let stack: Stack | undefined;
  const writePids = () => {
    if (!stack) return;
    const { pidOf } = stack;
    writeFileSync(`${pidsFile}.new`, JSON.stringify(Object.fromEntries(PARTS.map((part) => [part, pidOf(part)]))));
    renameSync(`${pidsFile}.new`, pidsFile);
  };
  try {
    await cp(await emptyDatabase(), join(folder, 'supabase'), { recursive: true });
    const own = { FAL_KEY: '', FAL_API_KEY: '', LIKENESS_WORKFLOW_BUNDLE: bundle, ...QUICK_POLLS, ...settings };
    const env = { ...process.env, ...own };
    // It says a line whenever a part ends or is back.
    stack = await startStack({ dataFolder: folder, ports: await quietPorts(), env }, writePids);
    writePids();
    const { urls, temporalAddress, provider, stop } = stack;
    const { secretKey: serviceRoleKey } = await supabaseSecrets(folder);
    return {
      stack,
      lent: { urls, temporalAddress, provider, serviceRoleKey, pidsFile },
      async end() {
        await stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}
