// `npm run fuzz:photos -- --seed 1 --count 1000`: hostile files through POST /v1/photos/inspect. Exit status 1 when one
// of them is answered by anything but a verdict or a 4xx; `--index I` sends that one file again.

import { parseArgs } from 'node:util';
import { type FuzzReport, fuzzPhotos } from './fuzz.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '1000' },
    index: { type: 'string' },
  },
});

function whole(name: keyof typeof values): number {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} is a whole number, not ${values[name]}.`);
  return value;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const range = values.index === undefined ? { from: 0, count: whole('count') } : { from: whole('index'), count: 1 };
const report = await fuzzPhotos({ seed: whole('seed'), ...range, say });
print(report);
process.exitCode = report.faults.length === 0 ? 0 : 1;

function print({ seed, count, seconds, outcomes, findings, worst, memoryMb, faults }: FuzzReport): void {
  const list = (counts: Record<string, number>) =>
    Object.entries(counts)
      .toSorted(([, p], [, q]) => q - p)
      .map(([name, times]) => `${name} ${times}`)
      .join(', ');
  say('');
  say(`files      ${count} (seed ${seed}, ${seconds} s)`);
  say(`answers    ${list(outcomes)}`);
  say(`findings   ${list(findings)}`);
  say(`slowest    ${worst.ms} ms: ${worst.recipe} (index ${worst.index})`);
  say(
    `memory     ${memoryMb.first} MB after the first photo, ${memoryMb.last} MB at the end, ${memoryMb.peak} MB at most`,
  );
  say(`faults     ${faults.length}`);
  for (const { index, recipe, what, savedAs } of faults) {
    say(`  ! ${recipe}: ${what}`);
    say(`    ${savedAs}; again: npm run fuzz:photos -- --seed ${seed} --index ${index}`);
  }
}
