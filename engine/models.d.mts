import type { Machine, Networks } from './setup.d.mts';

/**
 * A folder with every file of the networks, each with its pinned hash: the folder of `LIKENESS_MODELS`, else one in the
 * cache, fetched from the first source that has it.
 */
export function resolveModels(machine: Machine, networks?: Networks): Promise<string>;
