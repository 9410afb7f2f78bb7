// `npm run check:fal -- --max-usd 0.50`: real answers of fal beside the sandbox's. See `--help` and docs/money.md.

import { writeFileSync } from 'node:fs';
import { checkFal, type FalReport } from './check.ts';
import { CannotRun, HELP, readOptions } from './options.ts';
import { linesOf } from './table.ts';

const DIFFERS = 1;
const COULD_NOT_RUN = 2;

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (!options) {
    process.stdout.write(HELP);
    return 0;
  }
  const report = await checkFal(options, (line) => void process.stderr.write(`${line}\n`));
  const json = `${JSON.stringify(report, null, 2)}\n`;
  if (options.reportFile !== undefined) writeFileSync(options.reportFile, json);
  process.stdout.write(options.json ? json : `${linesOf(report).join('\n')}\n`);
  return statusOf(report);
}

/** What fal did not answer is not "as the sandbox"; what was not tried or left out says nothing against it. */
function statusOf({ rows }: FalReport): number {
  if (rows.some(({ verdict }) => verdict === 'differs')) return DIFFERS;
  return rows.some(({ verdict }) => verdict === 'no answer') ? COULD_NOT_RUN : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof CannotRun)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = COULD_NOT_RUN;
}
