// The API over a stack of its own: how much it costs beside Temporal's bare client, how fast a webhook wakes a run, and
// what a thousand watchers take. The worker has the workflows alone, so that runs begin, answer, and wait for a vision
// worker that never comes: nothing reads pictures or pays meanwhile.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { quietPorts } from '../stack/free-ports.ts';
import { startStack } from '../stack/stack.ts';
import { newCaller } from './api/caller.ts';
import { measureReads } from './api/reads.ts';
import { measureStarts } from './api/starts.ts';
import { measureWatchers } from './api/watchers.ts';
import { measureWebhooks } from './api/webhooks.ts';
import type { Figure } from './figure.ts';

/** Nothing here may meet a limit that is for people. */
const RICH_USD = '1000000';
const MANY = '1000000';

export async function measureApi(say: (line: string) => void): Promise<Figure[]> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'likeness-bench-api-'));
  const ports = await quietPorts();
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    FAL_KEY: '',
    FAL_API_KEY: '',
    LIKENESS_ROLES: 'workflow',
    LIKENESS_MONTHLY_CAP_USD: RICH_USD,
    LIKENESS_RATE_LIMIT: MANY,
    LIKENESS_MAX_OPEN_RUNS: MANY,
  };
  const stack = await startStack({ dataFolder, ports, env, sandboxTrainingMs: 1 }, (line) => say(`api: ${line}`));
  const connection = await Connection.connect({ address: stack.temporalAddress });
  try {
    const bench = {
      stack,
      ports,
      temporal: new Client({ connection }),
      caller: await newCaller(stack),
      say: (line: string) => say(`api: ${line}`),
    };
    const { figures, identityIds } = await measureStarts(bench);
    return [
      ...figures,
      ...(await measureReads(bench, identityIds)),
      ...(await measureWebhooks(bench, identityIds)),
      ...(await measureWatchers(bench, identityIds)),
    ];
  } finally {
    await connection.close();
    await stack.stop();
    rmSync(dataFolder, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 });
  }
}
