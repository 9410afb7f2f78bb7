import type { Machine, Program } from './setup.d.mts';

/** The executable in the cache, fetched from the first source that has it. */
export function bringProgram(
  machine: Machine,
  program: Program,
  names: { folder: string; variable: string; hint: string },
): Promise<string>;
