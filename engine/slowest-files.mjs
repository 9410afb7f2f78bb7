// A reporter for Vitest: the slowest files of a run, which shows the cost of the tests.

const SHOWN = 10;

/**
 * Lines for the slowest files, with the seconds of their tests and hooks and of loading their modules. None for a run
 * of few files, where Vitest's own lines are enough.
 *
 * @param {readonly MeasuredFile[]} files
 * @returns {string[]}
 */
export function slowestFiles(files) {
  if (files.length <= SHOWN) return [];
  const slowest = files.map(({ name, testsMs, loadMs }) => ({ name, ms: testsMs + loadMs }));
  return slowest
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, SHOWN)
    .map(({ name, ms }) => `${(ms / 1000).toFixed(1).padStart(7)} s  ${name}`);
}

export default class SlowestFiles {
  /** @param {readonly import('vitest/node').TestModule[]} modules */
  onTestRunEnd(modules) {
    const lines = slowestFiles(
      modules.map((module) => {
        const { duration, collectDuration } = module.diagnostic();
        return { name: module.relativeModuleId, testsMs: duration, loadMs: collectDuration };
      }),
    );
    if (lines.length > 0) process.stdout.write(`\nThe slowest files:\n${lines.join('\n')}\n`);
  }
}

/** @typedef {{name: string, testsMs: number, loadMs: number}} MeasuredFile */
