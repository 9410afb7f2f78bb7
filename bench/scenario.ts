// Scoring five test images and validating five photos of 12 megapixels: one identity's worth of looking. Rounds of the
// pool and of the plain way take turns, so that what else the machine does falls on all alike.

import { availableParallelism } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createVision, type VisionThreads } from '../adapters/vision/vision.ts';
import { type Figure, larger, smaller } from './figure.ts';
import { largePhotos, testImages } from './pictures.ts';
import { createPlainWay } from './plain-way.ts';
import { spreadOf, timed } from './stats.ts';

const ROUNDS = 5;
const PICTURES = 5;
/** Of the timer that measures the delay; it is part of every figure. Milliseconds. */
const DELAY_RESOLUTION_MS = 1;
const NANOSECONDS_PER_MS = 1e6;
/** The percentile of the event loop's delay that has an aim. */
const DELAY_PERCENTILE = 99;

interface Round {
  scoreMs: number;
  validateMs: number;
  /** Delay of the caller's event loop meanwhile: the 99th percentile and the longest. */
  delayMs: number;
  longestMs: number;
}

interface Way {
  score(image: Buffer): Promise<unknown>;
  validate(photo: Buffer): Promise<unknown>;
}

export async function measureScenario(say: (line: string) => void): Promise<Figure[]> {
  const [images, photos] = [await testImages(PICTURES), await largePhotos(PICTURES)];
  const cores = availableParallelism();
  const [pool, single, plain] = [
    createVision({ threads: cores }),
    createVision({ threads: 1 }),
    await createPlainWay(),
  ];
  const ways = {
    pool: atOnce(pool),
    single: atOnce(single),
    plain: { score: plain.read, validate: plain.prepare } satisfies Way,
  };
  const rounds: Record<keyof typeof ways, Round[]> = { pool: [], single: [], plain: [] };
  try {
    for (const way of Object.values(ways)) await runRound(way, images, photos);
    for (let i = 1; i <= ROUNDS; i++) {
      for (const name of ['pool', 'plain', 'single'] as const) {
        rounds[name].push(await runRound(ways[name], images, photos));
      }
      say(`scenario: round ${i} of ${ROUNDS}`);
    }
  } finally {
    await Promise.all([pool.close(), single.close()]);
  }
  return figuresOf(rounds, cores);
}

function atOnce(vision: VisionThreads): Way {
  return { score: (image) => vision.read(image), validate: (photo) => vision.prepare(photo) };
}

/** Everything is handed over at once: a pool shares it out, the plain way works it off one by one. */
async function runRound(way: Way, images: readonly Buffer[], photos: readonly Buffer[]): Promise<Round> {
  const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  delay.enable();
  const scoreMs = await timed(() => Promise.all(images.map((image) => way.score(image))));
  const validateMs = await timed(() => Promise.all(photos.map((photo) => way.validate(photo))));
  delay.disable();
  const [delayMs, longestMs] = [
    delay.percentile(DELAY_PERCENTILE) / NANOSECONDS_PER_MS,
    delay.max / NANOSECONDS_PER_MS,
  ];
  return { scoreMs, validateMs, delayMs, longestMs };
}

function figuresOf({ pool, single, plain }: Record<'pool' | 'single' | 'plain', Round[]>, cores: number): Figure[] {
  const spread = (rounds: readonly Round[], of: (round: Round) => number) => spreadOf(rounds.map(of));
  const against = (of: (round: Round) => number) => ({ name: 'plain way', spread: spread(plain, of) });
  const seconds = (round: Round) => (round.scoreMs + round.validateMs) / 1000;
  const scored = (round: Round) => (PICTURES * 1000) / round.scoreMs;
  const validated = (round: Round) => (PICTURES * 1000) / round.validateMs;
  const [threads, one] = [`${cores} threads`, '1 thread'];
  return [
    smaller({
      name: `5 images scored and 5 photos validated, ${threads}`,
      unit: 's',
      ours: spread(pool, seconds),
      other: against(seconds),
      aim: 'at least 4 times faster',
    }),
    smaller({
      name: `the same, ${one}`,
      unit: 's',
      ours: spread(single, seconds),
      other: against(seconds),
    }),
    larger({
      name: `photos of 12 MP validated, ${threads}`,
      unit: '1/s',
      ours: spread(pool, validated),
      other: against(validated),
    }),
    larger({
      name: `photos of 12 MP validated, ${one}`,
      unit: '1/s',
      ours: spread(single, validated),
      other: against(validated),
    }),
    larger({
      name: `images of 1024² scored, ${threads}`,
      unit: '1/s',
      ours: spread(pool, scored),
      other: against(scored),
    }),
    larger({
      name: `images of 1024² scored, ${one}`,
      unit: '1/s',
      ours: spread(single, scored),
      other: against(scored),
    }),
    larger({
      name: 'images of 1024² scored, per core',
      unit: '1/s',
      ours: spread(pool, (round) => scored(round) / cores),
      other: against(scored),
    }),
    {
      name: `event loop delay of the caller, p${DELAY_PERCENTILE}`,
      unit: 'ms',
      ours: spread(pool, ({ delayMs }) => delayMs),
      aim: 'under 20 ms',
    },
    smaller({
      name: 'event loop delay of the caller, longest',
      unit: 'ms',
      ours: spread(pool, ({ longestMs }) => longestMs),
      other: against(({ longestMs }) => longestMs),
    }),
  ];
}
