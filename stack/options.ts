// The options of a stack: its data folder and its ports. Flags override the environment.

import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';

/** Each port with its variable and its part. */
export const STACK_PORTS = {
  api: { env: 'LIKENESS_API_PORT', standard: 8787, title: 'API' },
  temporal: { env: 'LIKENESS_TEMPORAL_PORT', standard: 7233, title: 'Temporal' },
  temporalUi: { env: 'LIKENESS_TEMPORAL_UI_PORT', standard: 8233, title: 'Temporal Web UI' },
  supabase: { env: 'LIKENESS_SUPABASE_PORT', standard: 54_321, title: 'Supabase' },
  sandbox: { env: 'LIKENESS_SANDBOX_PORT', standard: 8788, title: 'sandbox' },
  worker: { env: 'LIKENESS_WORKER_PORT', standard: 8789, title: 'worker health' },
} as const;
export type PortName = keyof typeof STACK_PORTS;
export type Ports = Record<PortName, number>;

export interface StackOptions {
  /** The folder of all data that outlives a stop. */
  dataFolder: string;
  ports: Ports;
  /** How long the sandbox pretends to train, in milliseconds; undefined: its own default. */
  sandboxTrainingMs?: number | undefined;
  /** A folder of photos of people whom the sandbox draws as "a man" or "a woman" that no LoRA shows. */
  sandboxStrangers?: string | undefined;
  env: NodeJS.ProcessEnv;
}

const port = z.coerce.number().int().min(1).max(65_535);

/** Reads `--data DIR` and the environment. Throws an Error that names the wrong option. */
export function readStackOptions(args: string[], env: NodeJS.ProcessEnv): StackOptions {
  const { values } = parseArgs({ args, options: { data: { type: 'string' } } });
  return { dataFolder: dataFolder(values.data, env), ports: readPorts(env), env };
}

export function dataFolder(flag: string | undefined, env: NodeJS.ProcessEnv): string {
  return resolve(flag ?? env.LIKENESS_DATA ?? '.likeness');
}

export function readPorts(env: NodeJS.ProcessEnv): Ports {
  const read = (name: PortName): number => {
    const { env: variable, standard } = STACK_PORTS[name];
    const text = env[variable];
    if (!text) return standard;
    const parsed = port.safeParse(text);
    if (!parsed.success) throw new Error(`${variable}=${text} is no port: use a number from 1 to 65535.`);
    return parsed.data;
  };
  return {
    api: read('api'),
    temporal: read('temporal'),
    temporalUi: read('temporalUi'),
    supabase: read('supabase'),
    sandbox: read('sandbox'),
    worker: read('worker'),
  };
}
