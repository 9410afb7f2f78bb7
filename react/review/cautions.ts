// What to look at again before a round is approved.

import { texts } from '../texts.ts';
import { isBelowTarget, type Tile } from './tiles.ts';

const t = texts.review.approve;

/** A sentence for each kind of doubt; none when nothing speaks against it. */
export function cautionsOf(tiles: readonly Tile[]): string[] {
  const kinds: [(types: string) => string, (tile: Tile) => boolean][] = [
    [t.cautionBelow, (tile) => tile.state === 'scored' && tile.older === undefined && isBelowTarget(tile.score)],
    [t.cautionOlder, (tile) => tile.state === 'scored' && tile.older !== undefined],
    [t.cautionUnscored, ({ state }) => state === 'not_scorable' || state === 'unscored'],
    [t.cautionMissing, ({ state }) => state === 'failed' || state === 'missing'],
    [t.cautionCopies, (tile) => 'seen' in tile && tile.seen.copyOf !== undefined],
    [t.cautionType, (tile) => 'seen' in tile && (tile.seen.typeFindings ?? []).length > 0],
  ];
  return kinds.flatMap(([sentence, holds]) => {
    const types = tiles.filter(holds).map(({ type }) => texts.review.types[type].toLowerCase());
    return types.length > 0 ? [sentence(types.join(', '))] : [];
  });
}
