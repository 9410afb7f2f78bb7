// The embedded Supabase as a process of its own:
//   node --import tsx stack/supabase/main.ts --root <folder> [--migrations supabase/migrations] [--port 54321]
// with SUPABASE_PUBLISHABLE_KEY, SUPABASE_SECRET_KEY and SUPABASE_JWT_SECRET in the environment.
// Says `{"ready":true,"url":…}` on stdout, or `{ type: 'ready', url }` to a parent that forked it; ends on SIGINT,
// SIGTERM and with that parent.

import { parseArgs } from 'node:util';
import { type EmbeddedSupabaseOptions, startEmbeddedSupabase } from './embedded.ts';

/** The port of `supabase start`. */
const DEFAULT_PORT = '54321';

async function main(): Promise<void> {
  let stopping = false;
  const starting = startEmbeddedSupabase(readOptions());
  const end = async () => {
    if (stopping) return;
    stopping = true;
    await (await starting).stop();
    process.exit(0);
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  process.once('disconnect', end);

  const { url } = await starting;
  if (process.send) process.send({ type: 'ready', url });
  else process.stdout.write(`${JSON.stringify({ ready: true, url })}\n`);
}

function readOptions(): EmbeddedSupabaseOptions {
  const { values } = parseArgs({
    options: {
      root: { type: 'string' },
      migrations: { type: 'string', default: 'supabase/migrations' },
      port: { type: 'string', default: DEFAULT_PORT },
    },
  });
  if (!values.root) throw new Error('Name the data folder: --root <folder>.');
  return {
    root: values.root,
    migrationsDir: values.migrations,
    port: Number(values.port),
    publishableKey: fromEnvironment('SUPABASE_PUBLISHABLE_KEY'),
    secretKey: fromEnvironment('SUPABASE_SECRET_KEY'),
    jwtSecret: fromEnvironment('SUPABASE_JWT_SECRET'),
  };
}

function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`Set ${name}: keys are read from the environment, so that no process list shows them.`);
  return value;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
