import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

// One project a kind of test, so that `npx vitest run --project unit` answers in seconds. The unit tests come first and
// take every core. The others start servers and wait for them half of the time: two files at once keep two cores busy,
// of whatever kind they are, so that no kind waits for the last file of another. The chaos has the machine to itself.
const kind = (name: string) => ({ name, include: [`test/${name}/**/*.test.ts`] });
const withServers = (name: string) => ({
  ...kind(name),
  maxWorkers: 2,
  globalSetup: 'test/support/workflow-bundle.ts',
  testTimeout: 120_000,
  hookTimeout: 180_000,
  sequence: { groupOrder: 1 },
});

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      { test: { ...kind('unit'), maxWorkers: '100%', testTimeout: 120_000, hookTimeout: 120_000 } },
      { test: withServers('workflow') },
      { test: withServers('integration') },
      { test: withServers('browser') },
      { test: { ...kind('chaos'), maxWorkers: 1, sequence: { groupOrder: 2 } } },
    ],
  },
});
