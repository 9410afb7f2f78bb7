// The whole stack on one machine: Temporal, Supabase, the sandbox, worker and API, each a process, started and ended in
// order. Not for production: see docker-compose.yml.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSupabaseClient, type Supabase } from '../adapters/supabase/client.ts';
import { enginePaths } from '../engine/paths.mjs';
import { requireFree } from './free-ports.ts';
import type { StackOptions } from './options.ts';
import { Part } from './part.ts';
import { supabaseSecrets } from './secrets.ts';
import { takeOwnership } from './supabase/owner-lock.ts';
import { endLeftover, temporalAnswers, temporalArguments } from './temporal-server.ts';

export interface Stack {
  urls: { api: string; temporalUi: string; supabase: string; sandbox: string | undefined };
  temporalAddress: string;
  provider: 'fal' | 'sandbox';
  /** With the service role: sees every tenant. */
  database: Supabase;
  /** The process of a part, for tests that stop it. */
  pidOf(part: 'worker' | 'api' | 'sandbox' | 'supabase' | 'temporal'): number | undefined;
  stop(): Promise<void>;
}

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const seconds = (sinceMs: number): string => `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`;

/** Starts all parts, with a line for each. When one can't start, the others are ended and it throws. */
export async function startStack(options: StackOptions, say: (line: string) => void): Promise<Stack> {
  const { dataFolder, ports, env } = options;
  mkdirSync(dataFolder, { recursive: true });
  const lock = takeOwnership(dataFolder);
  const parts: Part[] = [];
  const stop = async () => {
    // In the opposite order, so that each part ends before the parts that it needs.
    for (const part of parts.toReversed()) await part.stop();
    lock.release();
  };
  const databaseFile = join(dataFolder, 'temporal.db');
  const pidFile = join(dataFolder, 'temporal.pid');
  const temporalAddress = `127.0.0.1:${ports.temporal}`;
  const url = (port: number): string => `http://127.0.0.1:${port}`;
  const start = async (name: string, where: string, command: string[], own: NodeJS.ProcessEnv, ready?: PartReady) => {
    const began = Date.now();
    const logFile = join(dataFolder, 'logs', `${name}.log`);
    const part = new Part({
      name,
      command,
      env: { ...env, ...own },
      logFile,
      say,
      ...(ready ? { ready } : {}),
      onGuarded: (pid) => writeFileSync(pidFile, String(pid)),
    });
    parts.push(part);
    await part.start();
    say(`${name.padEnd(9)} ${where.padEnd(24)} ${seconds(began)}`);
  };

  try {
    if (endLeftover(pidFile, databaseFile)) say('ended a Temporal server that a killed stack left behind');
    await requireFree(ports);
    const keys = await supabaseSecrets(dataFolder);
    const temporal = [
      here('guard.ts'),
      enginePaths().temporalCli,
      ...temporalArguments({ port: ports.temporal, uiPort: ports.temporalUi, databaseFile }),
    ];
    const falKey = env.FAL_KEY || env.FAL_API_KEY;
    const sandboxSettings =
      options.sandboxTrainingMs === undefined ? [] : ['--set', `trainingMs=${options.sandboxTrainingMs}`];
    const sandbox = [
      here('../sandbox/main.ts'),
      '--port',
      String(ports.sandbox),
      '--data',
      join(dataFolder, 'sandbox'),
      ...sandboxSettings,
      ...(options.sandboxStrangers === undefined ? [] : ['--strangers', options.sandboxStrangers]),
    ];
    const supabase = [
      here('supabase/main.ts'),
      '--root',
      join(dataFolder, 'supabase'),
      '--migrations',
      here('../supabase/migrations'),
      '--port',
      String(ports.supabase),
    ];
    const services = await Promise.allSettled([
      start('temporal', temporalAddress, temporal, {}, (signal) => temporalAnswers(temporalAddress, signal)),
      start('supabase', url(ports.supabase), supabase, {
        SUPABASE_PUBLISHABLE_KEY: keys.publishableKey,
        SUPABASE_SECRET_KEY: keys.secretKey,
        SUPABASE_JWT_SECRET: keys.jwtSecret,
      }),
      ...(falKey ? [] : [start('sandbox', url(ports.sandbox), sandbox, {})]),
    ]);
    throwFirst(services);

    const ours: NodeJS.ProcessEnv = {
      TEMPORAL_ADDRESS: temporalAddress,
      TEMPORAL_NAMESPACE: 'default',
      TEMPORAL_UI_URL: url(ports.temporalUi),
      SUPABASE_URL: url(ports.supabase),
      SUPABASE_SERVICE_ROLE_KEY: keys.secretKey,
      ...(falKey ? {} : sandboxEnvironment(url(ports.sandbox), url(ports.api), env)),
    };
    const programs = await Promise.allSettled([
      start('worker', url(ports.worker), [here('../worker/main.ts')], {
        ...ours,
        LIKENESS_WORKER_PORT: String(ports.worker),
        // With a version it would get no tasks before that version is made the current one.
        LIKENESS_DEPLOYMENT_NAME: '',
        LIKENESS_BUILD_ID: '',
      }),
      start('api', url(ports.api), [here('../api/main.ts')], { ...ours, LIKENESS_API_PORT: String(ports.api) }),
    ]);
    throwFirst(programs);
    return {
      urls: {
        api: url(ports.api),
        temporalUi: url(ports.temporalUi),
        supabase: url(ports.supabase),
        sandbox: falKey ? undefined : url(ports.sandbox),
      },
      temporalAddress,
      provider: falKey ? 'fal' : 'sandbox',
      database: createSupabaseClient({ url: url(ports.supabase), serviceRoleKey: keys.secretKey }),
      pidOf: (name) => parts.find((part) => part.name === name)?.pid,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type PartReady = (signal: AbortSignal) => Promise<void>;

/** The sandbox is fast: webhooks reach us, and polls may be frequent. Set variables are kept. */
function sandboxEnvironment(sandboxUrl: string, apiUrl: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    LIKENESS_SANDBOX_URL: sandboxUrl,
    PUBLIC_URL: env.PUBLIC_URL || apiUrl,
    LIKENESS_TRAINING_FIRST_POLL_MS: env.LIKENESS_TRAINING_FIRST_POLL_MS || '5000',
    LIKENESS_TRAINING_POLL_MS: env.LIKENESS_TRAINING_POLL_MS || '2000',
  };
}

function throwFirst(results: readonly PromiseSettledResult<void>[]): void {
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
