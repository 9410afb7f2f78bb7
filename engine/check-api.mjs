// `npm run check:api`: Schemathesis sends a running stack all that its OpenAPI document allows, and much that it does
// not. The tool is installed once from Python packages; arguments go on to the check (test/check-api).

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeOnce } from './artefact.mjs';
import { endLike, runInherited } from './child.mjs';
import { endingProgramsOnSignal, run } from './command.mjs';
import { asCommand } from './entry.mjs';
import { announced, findOnPath, SetUpError, thisMachine } from './machine.mjs';
import { environmentOf, needsOf, setUp } from './setup.mjs';

const VERSION = '4.32.5';

await asCommand(async () => {
  const machine = thisMachine();
  const paths = await setUp({ needs: needsOf('start'), machine });
  const python = await endingProgramsOnSignal(() => withSchemathesis(machine));
  const env = { ...process.env, ...environmentOf(paths), LIKENESS_SCHEMATHESIS_PYTHON: python };
  const program = join(machine.root, 'test', 'check-api', 'main.ts');
  const args = ['--import', import.meta.resolve('tsx'), program, ...process.argv.slice(2)];
  endLike(await runInherited(process.execPath, args, { env }));
});

/**
 * @param {import('./setup.d.mts').Machine} machine
 * @returns {Promise<string>} a Python that has Schemathesis
 */
async function withSchemathesis(machine) {
  const name = `schemathesis-${VERSION}`;
  // Not the program `schemathesis` in that folder: it contains the path of the folder in which it was installed.
  const python = join(machine.cache, name, 'bin', 'python');
  if (existsSync(python)) return python;
  const python3 = findOnPath(machine, 'python3');
  if (!python3)
    throw new SetUpError('There is no Python 3 on PATH, which Schemathesis runs on. Install Python 3.10 or newer.');
  await makeOnce(machine, name, (draft) =>
    announced(machine, `Schemathesis ${VERSION} from its Python packages`, async () => {
      await run(python3, ['-m', 'venv', draft], { env: machine.env });
      const wanted = join(machine.root, 'engine', 'schemathesis', 'requirements.txt');
      await run(join(draft, 'bin', 'pip'), ['install', '--quiet', '--no-deps', '-r', wanted], { env: machine.env });
    }),
  );
  return python;
}
