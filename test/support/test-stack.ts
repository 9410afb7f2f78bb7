// A whole stack for one test file, in a folder of its own, started the short way: on a copy of an empty database whose
// migrations are applied, with the workflows that were bundled once for the run (workflow-bundle.ts). What a first start
// does by itself is for test/integration/stack.test.ts.

import { mkdtempSync, rmSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { quietPorts } from '../../stack/free-ports.ts';
import { type Stack, startStack } from '../../stack/stack.ts';
import { strangersIn } from './strangers.ts';
import { emptyDatabase } from './supabase.ts';

export interface TestStack {
  stack: Stack;
  /** Its data folder; `stop` removes it, with whatever a test puts there. */
  folder: string;
  stop(): Promise<void>;
}

export interface TestStackOptions {
  /** How long the sandbox pretends to train. */
  trainingMs: number;
  /** Variables for the stack's own processes. */
  settings?: Record<string, string>;
  /** Whether the sandbox draws photos of people whom no LoRA shows (strangers.ts). */
  strangers?: boolean;
}

/** What the sandbox waits by itself is for people to watch; no test asks for it. */
const QUICK = { queueMs: 100, imageMs: 200 };

export async function startTestStack({
  trainingMs,
  settings = {},
  strangers = false,
}: TestStackOptions): Promise<TestStack> {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-test-stack-'));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 });
  try {
    await cp(await emptyDatabase(), join(folder, 'supabase'), { recursive: true });
    const env = {
      ...process.env,
      FAL_KEY: '',
      FAL_API_KEY: '',
      LIKENESS_WORKFLOW_BUNDLE: inject('workflowBundle'),
      ...settings,
    };
    const sandboxStrangers = strangers ? await strangersIn(join(folder, 'strangers')) : undefined;
    const ports = await quietPorts();
    const options = { dataFolder: folder, ports, env, sandboxTrainingMs: trainingMs, sandboxStrangers };
    const stack = await startStack(options, () => {});
    await setSandbox(stack, QUICK);
    return {
      stack,
      folder,
      async stop() {
        await stack.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
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
