import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

/** For what takes seconds: only a test that hangs meets it, however much else the machine does. */
const PATIENCE_MS = 5 * 60_000;

// One project a kind of test. The unit tests and those of the networks come first and take every core. The others start
// servers and wait for them most of the time: three files at once keep two cores busy, of whatever kind they are, so that
// no kind waits for the last file of another. The chaos, which waits most and takes longest, begins first and goes on beside
// them: its promises hold on a busy machine too, and its patience is in tens of minutes.
const SERVER_FILES = 3;

const kind = (name: string) => ({ name, include: [`test/${name}/**/*.test.ts`] });
const onEveryCore = (name: string) => ({
  ...kind(name),
  maxWorkers: '100%',
  testTimeout: PATIENCE_MS,
  hookTimeout: PATIENCE_MS,
});
const withServers = (name: string) => ({
  ...kind(name),
  maxWorkers: SERVER_FILES,
  globalSetup: 'test/support/workflow-bundle.ts',
  testTimeout: PATIENCE_MS,
  hookTimeout: PATIENCE_MS,
  sequence: { groupOrder: 1 },
});

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      // Loading the modules anew for each file takes more time than many of the tests. So a file of a kind that does not
      // leaves nothing changed behind it, and mocks no module (short-pauses.ts).
      { test: { ...onEveryCore('unit'), isolate: false } },
      { test: { ...onEveryCore('vision'), isolate: false } },
      { test: { ...withServers('workflow'), isolate: false } },
      { test: withServers('integration') },
      { test: withServers('browser') },
      { test: { ...kind('chaos'), maxWorkers: SERVER_FILES, sequence: { groupOrder: 1 } } },
    ],
  },
});
