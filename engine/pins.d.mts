import type { Networks, Program } from './setup.d.mts';

export const TEMPORAL_CLI: Program & { readonly oldestOnPath: string };
export const TEST_SERVER: Program;
export const FACE_NETWORKS: Networks;
