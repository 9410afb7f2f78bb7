import { defineConfig } from 'vitest/config';

// One project a kind of test, so that `npx vitest run --project unit` answers in seconds; one kind after the other.
// The unit tests take every core. The others start servers and mostly wait for them: two files at a time keep two cores
// busy. The chaos has the machine to itself.
const kind = (name: string) => ({ name, include: [`test/${name}/**/*.test.ts`] });
const withServers = (name: string, groupOrder: number) => ({
  ...kind(name),
  maxWorkers: 2,
  testTimeout: 120_000,
  hookTimeout: 180_000,
  sequence: { groupOrder },
});

export default defineConfig({
  test: {
    projects: [
      { test: { ...kind('unit'), testTimeout: 60_000 } },
      { test: { ...withServers('workflow', 1), globalSetup: 'test/support/workflow-bundle.ts' } },
      { test: withServers('integration', 2) },
      { test: withServers('browser', 3) },
      { test: { ...withServers('chaos', 4), maxWorkers: 1, testTimeout: 600_000 } },
    ],
  },
});
