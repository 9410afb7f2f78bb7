// The versions that the project is tested with. temporal-cli/go.mod and test-server/pom.xml name the same ones: a test
// compares.

export const TEMPORAL_CLI = {
  version: '1.8.2',
  // A CLI found on PATH must bring server 1.31, the first in which task priorities work without a setting.
  oldestOnPath: '1.8.0',
};

export const TEST_SERVER = { version: '1.38.0' };
