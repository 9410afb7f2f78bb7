// Vitest's JSON report in one line that a machine can read.

/**
 * @param {unknown} report the parsed report, or undefined when Vitest wrote none
 * @returns {{passed: number, failed: number}}
 */
export function countResults(report) {
  const { numPassedTests, numFailedTests, success, testResults } =
    /** @type {{numPassedTests?: number, numFailedTests?: number, success?: boolean, testResults?: TestFile[]}} */ (
      report ?? {}
    );
  // A file that cannot be loaded has no failed test, yet it is a failure.
  const broken = (testResults ?? []).filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failed = (numFailedTests ?? 0) + broken;
  // A run that failed without a failed test, such as by an unhandled rejection, must not look like a success.
  return { passed: numPassedTests ?? 0, failed: success === true ? failed : Math.max(failed, 1) };
}

/** @typedef {{status: string, assertionResults: {status: string}[]}} TestFile */
