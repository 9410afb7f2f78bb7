// `npm run chaos -- --runs 100 --seed 1 --report chaos.json`, or `-- --stills 200` for one large batch: exit status 0 only
// when every promise was kept.

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type BatchChaosReport, runBatchChaos } from './batch-chaos.ts';
import type { ChaosReport } from './run-chaos.ts';
import { runChaos } from './run-chaos.ts';
import type { Verdict } from './verdict.ts';

const { values } = parseArgs({
  allowNegative: true,
  options: {
    runs: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    concurrency: { type: 'string', default: '8' },
    'kill-every': { type: 'string', default: '9000' },
    /** Default: half the runs. */
    'min-kills': { type: 'string' },
    /** Default: a quarter of the runs. */
    batches: { type: 'string' },
    /** Frames of one large batch, drawn in place of the runs while worker and sandbox are killed. */
    stills: { type: 'string' },
    'worker-kills': { type: 'string', default: '5' },
    'sandbox-kills': { type: 'string', default: '3' },
    'every-fault': { type: 'boolean', default: true },
    report: { type: 'string' },
  },
});

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

type Whole = Exclude<keyof typeof values, 'every-fault' | 'report'>;

function whole(name: Whole): number {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} is a whole number, not ${values[name]}.`);
  return value;
}

if (values.stills !== undefined) {
  const kills = { worker: whole('worker-kills'), sandbox: whole('sandbox-kills') };
  const report = await runBatchChaos({ frames: whole('stills'), seed: whole('seed'), kills, say });
  if (values.report) writeFileSync(values.report, `${JSON.stringify(report, null, 2)}\n`);
  printBatch(report);
  process.exit(report.kept ? 0 : 1);
}

const report = await runChaos({
  runs: whole('runs'),
  seed: whole('seed'),
  concurrency: whole('concurrency'),
  killEveryMs: whole('kill-every'),
  minKills: values['min-kills'] === undefined ? Math.ceil(whole('runs') / 2) : whole('min-kills'),
  batches: values.batches === undefined ? Math.ceil(whole('runs') / 4) : whole('batches'),
  everyFault: values['every-fault'],
  say,
});
if (values.report) writeFileSync(values.report, `${JSON.stringify(report, null, 2)}\n`);
printTable(report);
process.exit(report.kept ? 0 : 1);

function list(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

function printRows(rows: readonly [string, string | number][], findings: readonly string[]): void {
  say('');
  for (const [name, value] of rows) say(`${name.padEnd(24)} ${value}`);
  for (const finding of findings) say(`  ! ${finding}`);
}

function printBatch({ frames, seconds, states, kills, faults, events, verdict, leftBehind }: BatchChaosReport): void {
  const { totals } = verdict;
  const struck = Object.fromEntries(Object.entries(faults).filter(([, count]) => count > 0));
  printRows(
    [
      ['stills', `${frames} in one batch (${seconds} s)`],
      ['ends', list(states)],
      ['kills', list(kills)],
      ['faults', list(struck) || 'none'],
      ['double submissions', verdict.doubleSubmissions.length],
      ['ledger and books differ', verdict.differences.length],
      ['charged', `books ${totals.booksMicros}, ledger ${totals.ledgerMicros} (micro-dollars)`],
      ['events of the batch', `${events.batch} at most in a run, of ${events.batchRuns}`],
      ['events of a still', `${events.still} at most, ${events.stillMedian} at the median`],
    ],
    [...findingsOf(verdict), ...leftBehind],
  );
}

function findingsOf({ ambiguous: _, totals: __, ...broken }: Verdict): string[] {
  return Object.values(broken).flat();
}

function printTable({
  runs,
  seed,
  seconds,
  stages,
  stills,
  plans,
  kills,
  faults,
  submissions,
  slowestSeconds,
  late,
  leftBehind,
  verdict,
}: ChaosReport): void {
  const { totals } = verdict;
  const struck = Object.fromEntries(Object.entries(faults).filter(([, count]) => count > 0));
  const rows: [string, string | number][] = [
    ['runs', `${runs} (seed ${seed}, ${seconds} s)`],
    ['people', list(plans)],
    ['stages', list(stages)],
    ['stills', list(stills)],
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
    ['broken stills', verdict.stills.length],
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
  printRows(rows, [...findingsOf(verdict), ...leftBehind]);
}
