// The start and the failure of the engine's commands.

import { existsSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SetUpError } from './machine.mjs';

/**
 * Runs a command's main function. A failure with its own explanation is printed without a stack.
 * @param {() => Promise<void>} main
 */
export async function asCommand(main) {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`);
    process.exitCode = 1;
  }
}

/** @param {unknown} error */
function describe(error) {
  if (error instanceof SetUpError) return error.message;
  return error instanceof Error ? error.stack : String(error);
}

/**
 * Whether Node.js was started with this module, and did not only import it.
 * @param {string} url the module's `import.meta.url`
 */
export function isMain(url) {
  const script = process.argv[1];
  // Node.js resolves symbolic links in the one and not in the other.
  return script !== undefined && existsSync(script) && realpathSync(script) === fileURLToPath(url);
}
