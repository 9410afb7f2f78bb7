import type { Machine, Networks } from './setup.d.mts';

/**
 * A folder that holds every file of the networks, each with the hash that is pinned: the one that `LIKENESS_MODELS` names,
 * else one in the cache, brought from the first source that has it.
 */
export function resolveModels(machine: Machine, networks?: Networks): Promise<string>;
