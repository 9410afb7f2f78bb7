// A small dose of chaos in every test run; `npm run chaos -- --runs 100 --min-kills 50` is the full one.

import { expect, it } from 'vitest';
import { runChaos } from '../../chaos/run-chaos.ts';

it('runs survive faults and kills: nothing is paid twice, nothing is lost, nothing is stuck', async () => {
  const report = await runChaos({ runs: 4, seed: 7, concurrency: 4, killEveryMs: 7000, minKills: 4, say: () => {} });
  const { totals, ambiguous, ...broken } = report.verdict;
  expect(broken).toEqual({
    doubleSubmissions: [],
    differences: [],
    lost: [],
    stuck: [],
    orphans: [],
    needlessOperator: [],
  });
  expect(totals.ledgerMicros + totals.ambiguousMicros).toBe(totals.booksMicros);
  expect(Object.values(report.kills).reduce((a, b) => a + b, 0)).toBeGreaterThanOrEqual(4);
  expect(report.submissions).toBeGreaterThan(0);
  expect(ambiguous.length).toBeLessThanOrEqual(report.runs);
});
