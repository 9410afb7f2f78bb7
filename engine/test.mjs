// `npm test`: sets the machine up, checks the code, runs the tests, and ends with one line of counts. Arguments go to
// Vitest, and the checks are left out: `npm test -- --project unit`.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endLike, runInherited } from './child.mjs';
import { asCommand } from './entry.mjs';
import { countResults } from './results.mjs';
import { environmentOf, needsOf, setUp } from './setup.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

await asCommand(async () => {
  const wanted = process.argv.slice(2);
  const paths = await setUp({ needs: needsOf('test') });
  const env = { ...process.env, ...environmentOf(paths) };

  // The tests run after a failed check too; the first failure decides the exit code.
  const checked =
    wanted.length === 0 ? await runInherited('npm', ['run', 'check'], { env, cwd: root }) : { code: 0, signal: null };
  if (checked.signal) return endLike(checked);
  const tested = await test(wanted, env);
  endLike(checked.code === 0 ? tested : checked);
});

/**
 * @param {string[]} wanted
 * @param {NodeJS.ProcessEnv} env
 */
async function test(wanted, env) {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-test-'));
  const file = join(folder, 'report.json');
  try {
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const slowest = join(root, 'engine', 'slowest-files.mjs');
    const reporters = ['default', 'json', slowest].map((reporter) => `--reporter=${reporter}`);
    const end = await runInherited(
      process.execPath,
      [vitest, 'run', ...reporters, `--outputFile.json=${file}`, ...wanted],
      { env, cwd: root },
    );
    const { passed, failed } = countResults(readReport(file));
    process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
    return end;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} file */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
