// The stack that the chaos breaks, in a folder of its own.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { quietPorts } from '../stack/free-ports.ts';
import type { Ports } from '../stack/options.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { watchGroups } from './left-behind.ts';

/** Long enough for a person to cancel the run. */
const TRAINING_MS = 3000;
const BUNDLER = fileURLToPath(new URL('../worker/bundle.ts', import.meta.url));
const RICH_USD = '1000000';

/** Starts the stack, plays on it, and ends it. `leftBehind`: processes of the stack that still run after its end. */
export async function withStack<T>(
  play: (stack: Stack, ports: Ports) => Promise<T>,
): Promise<{ result: T; leftBehind: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-chaos-'));
  const bundle = join(folder, 'workflow-bundle.js');
  // A worker that is killed every few seconds should not bundle the same workflows again each time.
  execFileSync(process.execPath, ['--import', import.meta.resolve('tsx'), BUNDLER, bundle], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ports = await quietPorts();
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    FAL_KEY: '',
    FAL_API_KEY: '',
    LIKENESS_WORKFLOW_BUNDLE: bundle,
    LIKENESS_MONTHLY_CAP_USD: RICH_USD,
    // All runs at once, each with a person who polls all the time.
    LIKENESS_MAX_OPEN_RUNS: '1000',
    LIKENESS_RATE_LIMIT: '1000000',
    LIKENESS_TRAINING_FIRST_POLL_MS: '1000',
    LIKENESS_TRAINING_POLL_MS: '1000',
    // One minute of searching, instead of sixteen, before an operator is asked.
    LIKENESS_RECONCILE_PAUSE_MS: '1000',
    LIKENESS_SWEEP_EVERY_MS: '5000',
  };
  const stack = await startStack({ dataFolder: folder, ports, env, sandboxTrainingMs: TRAINING_MS }, () => {});
  const groups = watchGroups(stack);
  let result: T;
  try {
    result = await play(stack, ports);
  } finally {
    await stack.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 });
  }
  return { result, leftBehind: groups.leftBehind() };
}
