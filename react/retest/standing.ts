// What is said of a test on request: pure, so that it is tested without a page.

import type { IdentityTest, Rescore, RunEstimate } from '../../client/types.ts';
import { formatUsd, microUsd } from '../../domain/money.ts';
import { TEST_TYPES } from '../../domain/test-suite.ts';
import { anewOf, olderVersion } from '../review/score-version.ts';
import { type Tile, tilesOf } from '../review/tiles.ts';
import { texts } from '../texts.ts';

const t = texts.retest;

/** What so many images cost, as a run's estimate says of one image of each type. */
export const priceOf = (images: number, { testImages }: Pick<RunEstimate, 'testImages'>): string =>
  formatUsd(Math.round((images * microUsd(testImages)) / TEST_TYPES.length));

/** A tile for each type that was asked for, in the order of the suite. */
export function testTiles(test: IdentityTest, rescore?: Rescore): Tile[] {
  const set = { ...test, older: olderVersion(test), anew: anewOf(test.images, rescore) };
  return tilesOf(set).filter(({ type }) => test.types.includes(type));
}

/** How far it is, or how it ended, in a sentence. */
export function standingOf({ number, state, types, images, failedImages }: IdentityTest): string {
  if (state === 'needs_operator') return t.waitsForOperator(number);
  if (state !== 'running') return t.ended[state](number);
  return t.progress(number, images.length + failedImages.length, types.length);
}

/** `All types`, or those of the test by name. */
export function typeWords({ types }: Pick<IdentityTest, 'types'>): string {
  if (types.length === TEST_TYPES.length) return t.allTypes;
  return types.map((type) => texts.review.types[type]).join(', ');
}
