// What the test panel shows of each of the five tests, and in which order: pure, so that it is tested without a page.

import { type ComparedReferences, GATE, type ImageScore } from '../../domain/score.ts';
import { TEST_TYPES, type TestType } from '../../domain/test-suite.ts';
import type { ScoredAnew } from './score-version.ts';

type Seen = Pick<ImageScore, 'copyOf' | 'typeFindings'>;

/** As GET /v1/identities/{id} tells it: the sets of a round and of a try alike. */
export interface ImageSet {
  images: readonly { type: TestType; imageId: string; score?: ImageScore | undefined }[];
  failedImages: readonly { type: TestType; message: string }[];
  /** The version of the scores, when it is an older one, and what the newest made of the same images. */
  older?: string | undefined;
  anew?: ScoredAnew | undefined;
}

export type Tile = { type: TestType } & (
  | ScoredTile
  | { state: 'not_scorable'; imageId: string; reason: NotScorable; before: Before | undefined; seen: Seen }
  | { state: 'unscored'; imageId: string }
  | { state: 'failed'; message: string }
  | { state: 'missing' }
);
/** The score that an older version gave, beside today's. */
interface Before {
  version: string;
  score: number;
}
interface ScoredTile {
  state: 'scored';
  imageId: string;
  score: number;
  heldOut: number | undefined;
  /** The references that the score rests on; scores of old do not name them. */
  compared: ComparedReferences | undefined;
  /** The older version that made the score; undefined for one of today. */
  older: string | undefined;
  before: Before | undefined;
  seen: Seen;
}
export type NotScorable = Extract<ImageScore, { state: 'not_scorable' }>['reason'];
export type TilePicture = Extract<Tile, { imageId: string }>;

export type TileOrder = 'worst' | 'suite';

/** A tile for each type of the suite, whatever came of it. */
export function tilesOf(set: ImageSet, order: TileOrder = 'suite'): Tile[] {
  const tiles = TEST_TYPES.map((type) => tileOf(type, set));
  return order === 'suite' ? tiles : tiles.toSorted((a, b) => urgency(a) - urgency(b));
}

export const hasPicture = (tile: Tile): tile is TilePicture => 'imageId' in tile;

/** Whether the number itself is below what a round has to reach on average: says nothing of an older version's. */
export const isBelowTarget = (score: number): boolean => score < GATE.mean;

function tileOf(type: TestType, { images, failedImages, older, anew }: ImageSet): Tile {
  const image = images.find((one) => one.type === type);
  if (!image) {
    const failed = failedImages.find((one) => one.type === type);
    return failed ? { type, state: 'failed', message: failed.message } : { type, state: 'missing' };
  }
  const { imageId } = image;
  const again = anew?.images.find((one) => one.imageId === imageId)?.score;
  const score: ImageScore | undefined = again ?? image.score;
  const before =
    again && older !== undefined && image.score?.state === 'scored'
      ? { version: older, score: image.score.score }
      : undefined;
  if (!score) return { type, state: 'unscored', imageId };
  const seen = { copyOf: score.copyOf, typeFindings: score.typeFindings };
  if (score.state === 'not_scorable')
    return { type, state: 'not_scorable', imageId, reason: score.reason, before, seen };
  const { compared, heldOut } = score;
  const made = { older: again ? undefined : older, before };
  return { type, state: 'scored', imageId, score: score.score, heldOut: heldOut?.score, compared, ...made, seen };
}

/** What no number vouches for comes before all numbers: only eyes can judge it. Places are a hundred apart. */
function urgency(tile: Tile): number {
  switch (tile.state) {
    case 'failed':
      return -300;
    case 'not_scorable':
      return -200;
    case 'unscored':
      return -100;
    case 'scored':
      return tile.score;
    case 'missing':
      return 200;
  }
}
