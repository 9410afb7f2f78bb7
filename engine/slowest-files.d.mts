import type { TestModule } from 'vitest/node';

export interface MeasuredFile {
  name: string;
  testsMs: number;
  loadMs: number;
}

/** Lines for the slowest files, slowest first, in seconds; none for a run of few files. */
export function slowestFiles(files: readonly MeasuredFile[]): string[];

/** For Vitest's `--reporter`. */
export default class SlowestFiles {
  onTestRunEnd(modules: readonly TestModule[]): void;
}
