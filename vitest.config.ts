import { defineConfig } from 'vitest/config';

// One project a kind of test, so that `npx vitest run --project unit` answers in seconds; one kind after the other.
// The unit tests take every core. The others start servers and mostly wait for them: two files at a time keep two cores
// busy. The chaos has the machine to itself.
const servers = { maxWorkers: 2, testTimeout: 120_000, hookTimeout: 180_000 } as const;

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 60_000 } },
      { test: { name: 'workflow', include: ['test/workflow/**/*.test.ts'], ...servers, sequence: { groupOrder: 1 } } },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          ...servers,
          sequence: { groupOrder: 2 },
        },
      },
      { test: { name: 'browser', include: ['test/browser/**/*.test.ts'], ...servers, sequence: { groupOrder: 3 } } },
      {
        test: {
          name: 'chaos',
          include: ['test/chaos/**/*.test.ts'],
          ...servers,
          maxWorkers: 1,
          testTimeout: 600_000,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
