// `npm start` and `npm run demo`: sets the machine up, then runs a TypeScript program of the project in our place.

import { parseArgs } from 'node:util';
import { endLike, runInherited } from './child.mjs';
import { asCommand } from './entry.mjs';
import { SetUpError } from './machine.mjs';
import { environmentOf, needsOf, setUp } from './setup.mjs';

// So that the program can print the whole waiting time, set-up included. Milliseconds since 1970.
const startedAt = Date.now();

await asCommand(async () => {
  const { own, script } = splitArguments(process.argv.slice(2));
  const { values } = parseArgs({ args: own, options: { for: { type: 'string', default: 'start' } } });
  if (!script[0])
    throw new SetUpError('Usage: node engine/run.mjs [--for packages|vision|start|test] <script.ts> [arguments]');
  const paths = await setUp({ needs: needsOf(values.for) });
  const env = { ...process.env, ...environmentOf(paths), LIKENESS_STARTED_AT: String(startedAt) };
  endLike(await runInherited(process.execPath, ['--import', import.meta.resolve('tsx'), ...script], { env }));
});

/**
 * The arguments before the script are ours; the script and all later ones are its own.
 * @param {string[]} args
 */
function splitArguments(args) {
  const at = args.findIndex((arg) => /\.[cm]?ts$/.test(arg));
  return at < 0 ? { own: args, script: [] } : { own: args.slice(0, at), script: args.slice(at) };
}
