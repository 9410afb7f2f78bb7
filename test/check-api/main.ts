// `npm run check:api -- --examples 12 --seed 1`: starts a stack of its own, lets Schemathesis loose on it, and says which
// operations did what they are for. Exit status 1 when a check fails or an operation was never reached.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PHOTO_LIMITS } from '../../domain/photo-limits.ts';
import { demoKey } from '../../stack/first-key.ts';
import { quietPorts } from '../../stack/free-ports.ts';
import { startStack } from '../../stack/stack.ts';
import { answersOf, unreached } from './report.ts';
import { seed } from './seed.ts';
import { settings } from './settings.ts';

/** The tool's own way in: its program names a folder that it no longer lies in. */
const SCHEMATHESIS = ['-c', 'from schemathesis.cli import schemathesis; schemathesis()'];
/** So that it is the API that answers, and neither its limits nor an empty purse. */
const GENEROUS = {
  LIKENESS_RATE_LIMIT: '1000000',
  LIKENESS_MAX_PHOTOS: String(PHOTO_LIMITS.maxPhotosEver),
  LIKENESS_MAX_OPEN_RUNS: '1000000',
  LIKENESS_MONTHLY_CAP_USD: '1000000',
  LIKENESS_IDENTITY_CAP_USD: '1000000',
  // The receiver of the webhooks is on this machine, and never answers.
  LIKENESS_WEBHOOKS_ALLOW_PRIVATE: 'true',
};

const { values } = parseArgs({
  options: { examples: { type: 'string', default: '12' }, seed: { type: 'string', default: '1' } },
});
const python = process.env.LIKENESS_SCHEMATHESIS_PYTHON;
if (!python) throw new Error('Start the check with `npm run check:api`: it brings Schemathesis.');

interface OpenApi {
  paths: Record<string, Record<string, unknown>>;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const folder = mkdtempSync(join(tmpdir(), 'likeness-check-api-'));
const env = { ...process.env, FAL_KEY: '', FAL_API_KEY: '', ...GENEROUS };
const ports = await quietPorts();
const stack = await startStack({ dataFolder: join(folder, 'stack'), ports, env, sandboxTrainingMs: 500 }, say);
try {
  const { api } = stack.urls;
  const key = await demoKey(stack.database);
  say('\nmaking what the requests are about …');
  writeFileSync(join(folder, 'schemathesis.toml'), settings(await seed(api, key)));
  const status = await schemathesis(python, api, key);
  const { paths } = (await (await fetch(`${api}/openapi.json`)).json()) as OpenApi;
  const answers = answersOf(readFileSync(join(folder, 'report.har'), 'utf8'), paths);
  say('');
  for (const [operation, statuses] of answers) {
    const counts = [...statuses].toSorted().map(([code, times]) => `${code}: ${times}`);
    say(`${operation.padEnd(52)} ${counts.join(', ')}`);
  }
  const missed = unreached(answers);
  say(missed.length === 0 ? `\nall ${answers.size} operations reached` : `\nnever reached: ${missed.join(', ')}`);
  process.exitCode = status === 0 && missed.length === 0 ? 0 : 1;
} finally {
  await stack.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 });
}

async function schemathesis(python: string, api: string, key: string): Promise<number> {
  const child = spawn(
    python,
    [
      ...SCHEMATHESIS,
      ...['run', `${api}/openapi.json`, '--header', `Authorization: Bearer ${key}`],
      ...['--max-examples', values.examples, '--seed', values.seed, '--continue-on-failure'],
      ...['--report', 'har', '--report-har-path', join(folder, 'report.har')],
    ],
    { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const [code] = await once(child, 'exit');
  return typeof code === 'number' ? code : 1;
}
