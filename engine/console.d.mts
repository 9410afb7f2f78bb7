import type { Machine } from './setup.d.mts';

/** Builds dist/console when it is missing or its sources have changed since; needs the packages. Safe twice at once. */
export function buildConsole(machine?: Machine): Promise<void>;
