import { defineConfig } from 'vitest/config';

// One project a kind of test, so that `npx vitest run --project unit` answers in seconds. Only the unit tests run
// side by side: the others start servers, and a machine of two cores has none to spare.
const servers = { fileParallelism: false, testTimeout: 120_000, hookTimeout: 180_000 } as const;

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 60_000 } },
      { test: { name: 'workflow', include: ['test/workflow/**/*.test.ts'], ...servers } },
      { test: { name: 'integration', include: ['test/integration/**/*.test.ts'], ...servers } },
      { test: { name: 'browser', include: ['test/browser/**/*.test.ts'], ...servers } },
      { test: { name: 'chaos', include: ['test/chaos/**/*.test.ts'], ...servers, testTimeout: 600_000 } },
    ],
  },
});
