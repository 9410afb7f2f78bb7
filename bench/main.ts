// `npm run bench -- --only scenario --report bench.json`: how fast pictures are read and what the API costs, as ratios
// against the plain way in the same run. docs/benchmarks.md tells what is measured, and shows a run.

import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { measureApi } from './api.ts';
import type { Figure } from './figure.ts';
import { measureColdStart, measureMemory } from './fresh.ts';
import { measureHash } from './hash.ts';
import { measureLists } from './lists.ts';
import { measureScenario } from './scenario.ts';
import type { Spread } from './stats.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const MEASUREMENTS: Readonly<Record<string, (say: (line: string) => void) => Promise<Figure[]>>> = {
  hash: measureHash,
  'cold-start': measureColdStart,
  scenario: measureScenario,
  memory: measureMemory,
  api: measureApi,
  lists: measureLists,
};

const { values } = parseArgs({ options: { only: { type: 'string' }, report: { type: 'string' } } });
const chosen = values.only === undefined ? Object.keys(MEASUREMENTS) : [values.only];

const machine = { cpu: cpus()[0]?.model.trim() ?? 'unknown', cores: availableParallelism(), node: process.version };
say(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}`);
const figures: Figure[] = [];
for (const name of chosen) {
  const measure = MEASUREMENTS[name];
  if (!measure) throw new Error(`There is no measurement "${name}": ${Object.keys(MEASUREMENTS).join(', ')}.`);
  figures.push(...(await measure(say)));
}
print(figures);
if (values.report) writeFileSync(values.report, `${JSON.stringify({ machine, figures }, null, 2)}\n`);

/** A table in Markdown, as docs/benchmarks.md shows it. */
function print(rows: readonly Figure[]): void {
  say('');
  say('| what | ours | against | times better | aim |');
  say('| --- | --- | --- | --- | --- |');
  for (const { name, unit, ours, other, ratio, aim } of rows) {
    const against = other ? `${other.name}: ${shown(other.spread, unit)}` : '';
    say(
      `| ${name} | ${shown(ours, unit)} | ${against} | ${ratio === undefined ? '' : ratio.toFixed(2)} | ${aim ?? ''} |`,
    );
  }
}

/** The median, and the range of the rounds. */
function shown({ median, min, max }: Spread, unit: Figure['unit']): string {
  const number = (value: number) => value.toFixed(value < 100 && unit !== 'MB' ? 2 : 0);
  return `${number(median)} ${unit} (${number(min)}–${number(max)})`;
}
