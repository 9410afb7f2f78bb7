// A small dose of `npm run chaos`: a few runs, every fault that fits in, every process killed now and then.

import { expect, test } from 'vitest';
import { LAST_RUNS_WITHIN_MS, runChaos } from '../../chaos/run-chaos.ts';

const KILLS = 5;
/** No less than the chaos allows its runs, and time for a busy machine to bring the stack up and down. */
const timeout = LAST_RUNS_WITHIN_MS + 10 * 60_000;

test('nobody pays twice and nothing is lost while every process is killed again and again', { timeout }, async () => {
  const report = await runChaos({
    runs: 3,
    seed: 7,
    concurrency: 3,
    killEveryMs: 8000,
    minKills: KILLS,
    batches: 1,
    everyFault: false,
    say: () => undefined,
  });
  const { ambiguous, totals, ...broken } = report.verdict;
  expect(broken).toEqual({
    doubleSubmissions: [],
    differences: [],
    lost: [],
    stuck: [],
    orphans: [],
    needlessOperator: [],
    stills: [],
    openRows: [],
    openCalls: [],
    reservations: [],
    harmed: [],
  });
  expect(report.leftBehind).toEqual([]);
  expect(totals.ledgerMicros + totals.ambiguousMicros).toBe(totals.booksMicros);
  expect(Object.values(report.kills).reduce((sum, n) => sum + n, 0)).toBeGreaterThanOrEqual(KILLS);
  expect(Object.values(report.stills).reduce((sum, n) => sum + n, 0)).toBeGreaterThan(0);
  expect(report.submissions).toBeGreaterThan(0);
  expect(Object.values(report.stages).reduce((sum, n) => sum + n, 0)).toBe(report.runs);
});
