import type { Program } from './setup.d.mts';

export const TEMPORAL_CLI: Program & { readonly oldestOnPath: string };
export const TEST_SERVER: Program;
