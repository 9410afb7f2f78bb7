/**
 * How many tests passed and failed, from Vitest's JSON report. Never answers zero failures for a run that did not
 * succeed, nor for one that left no report.
 */
export function countResults(report: unknown): { passed: number; failed: number };
