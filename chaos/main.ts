// `npm run chaos -- --runs 100 --seed 1 --report chaos.json`: exit status 0 only when every promise was kept.

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { ChaosReport } from './run-chaos.ts';
import { runChaos } from './run-chaos.ts';

const { values } = parseArgs({
  allowNegative: true,
  options: {
    runs: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    concurrency: { type: 'string', default: '8' },
    'kill-every': { type: 'string', default: '9000' },
    /** Default: half the runs. */
    'min-kills': { type: 'string' },
    'every-fault': { type: 'boolean', default: true },
    report: { type: 'string' },
  },
});

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

function whole(name: 'runs' | 'seed' | 'concurrency' | 'kill-every' | 'min-kills'): number {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} is a whole number, not ${values[name]}.`);
  return value;
}

const report = await runChaos({
  runs: whole('runs'),
  seed: whole('seed'),
  concurrency: whole('concurrency'),
  killEveryMs: whole('kill-every'),
  minKills: values['min-kills'] === undefined ? Math.ceil(whole('runs') / 2) : whole('min-kills'),
  everyFault: values['every-fault'],
  say,
});
if (values.report) writeFileSync(values.report, `${JSON.stringify(report, null, 2)}\n`);
printTable(report);
process.exit(report.kept ? 0 : 1);

function printTable({
  runs,
  seed,
  seconds,
  stages,
  plans,
  kills,
  faults,
  submissions,
  slowestSeconds,
  late,
  leftBehind,
  verdict,
}: ChaosReport): void {
  const list = (counts: Record<string, number>) =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  const { totals } = verdict;
  const struck = Object.fromEntries(Object.entries(faults).filter(([, count]) => count > 0));
  const rows: [string, string | number][] = [
    ['runs', `${runs} (seed ${seed}, ${seconds} s)`],
    ['people', list(plans)],
    ['stages', list(stages)],
    ['kills', `${Object.values(kills).reduce((a, b) => a + b, 0)} (${list(kills)})`],
    ['faults', list(struck) || 'none'],
    [
      'faults that never struck',
      Object.keys(faults)
        .filter((name) => !faults[name])
        .join(', ') || 'none',
    ],
    ['slowest run', `${slowestSeconds} s; ${late} ended only after the chaos`],
    ['submissions', submissions],
    ['double submissions', verdict.doubleSubmissions.length],
    ['ledger and books differ', verdict.differences.length],
    ['lost', verdict.lost.length],
    ['stuck', verdict.stuck.length],
    ['orphan files', verdict.orphans.length],
    ['needless operator', verdict.needlessOperator.length],
    ['open rows', verdict.openRows.length],
    ['open requests', verdict.openCalls.length],
    ['reservations left', verdict.reservations.length],
    ['harmed by deleted photos', verdict.harmed.length],
    ['processes left behind', leftBehind.length],
    ['truly ambiguous', verdict.ambiguous.length],
    [
      'charged',
      `books ${totals.booksMicros}, ledger ${totals.ledgerMicros}, unclear ${totals.ambiguousMicros} (micro-dollars)`,
    ],
  ];
  say('');
  for (const [name, value] of rows) say(`${name.padEnd(24)} ${value}`);
  const { doubleSubmissions, differences, lost, stuck, orphans, needlessOperator } = verdict;
  const { openRows, openCalls, reservations, harmed } = verdict;
  for (const finding of [
    ...doubleSubmissions,
    ...differences,
    ...lost,
    ...stuck,
    ...orphans,
    ...needlessOperator,
    ...openRows,
    ...openCalls,
    ...reservations,
    ...harmed,
    ...leftBehind,
  ])
    say(`  ! ${finding}`);
}
