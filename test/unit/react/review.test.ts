// What the test panel says of images and decisions, without a page.

import { describe, expect, it } from 'vitest';
import { CALIBRATION, type ImageScore } from '../../../domain/score.ts';
import type { TestType } from '../../../domain/test-suite.ts';
import { cautionsOf } from '../../../react/review/cautions.ts';
import { decisionKey, isOvertaken, newestUnknown, verdictWords } from '../../../react/review/decisions.ts';
import { firstBeside, referencesOf, stepAround } from '../../../react/review/references.ts';
import { anewOf, olderVersion } from '../../../react/review/score-version.ts';
import { hasPicture, type ImageSet, isBelowTarget, tilesOf } from '../../../react/review/tiles.ts';
import { spanWords } from '../../../react/review/time-words.ts';

const scored = (type: TestType, score: number, more: Partial<ImageScore> = {}) => {
  const imageId = `image-${type}`;
  const judged = { type, imageId, state: 'scored', score, distance: 0.5, ...more } as ImageScore;
  return { type, imageId, score: judged };
};
const unscorable = (type: TestType) => ({
  type,
  imageId: `image-${type}`,
  score: { type, imageId: `image-${type}`, state: 'not_scorable', reason: 'no_face' } as const,
});
const types = (set: ImageSet) => tilesOf(set, 'worst').map(({ type }) => type);

describe('the order of the tests', () => {
  it('worst first begins with what no number vouches for, then the lowest score', () => {
    const images = [scored('portrait', 97), scored('fullbody', 61.2), unscorable('profile'), scored('expression', 88)];
    const failedImages = [{ type: 'lighting', message: 'The provider could not draw it.' }] as const;
    expect(types({ images, failedImages })).toEqual(['lighting', 'profile', 'fullbody', 'expression', 'portrait']);
  });

  it('a score of 0 is a low score, not a missing one', () => {
    const images = [unscorable('portrait'), scored('fullbody', 0), scored('profile', 0.1)];
    expect(types({ images, failedImages: [] }).slice(0, 3)).toEqual(['portrait', 'fullbody', 'profile']);
  });

  it('the suite keeps its order, and types that were not made yet have a place', () => {
    const tiles = tilesOf({ images: [scored('lighting', 12)], failedImages: [] });
    expect(tiles.map(({ type, state }) => `${type} ${state}`)).toEqual([
      'portrait missing',
      'fullbody missing',
      'profile missing',
      'lighting scored',
      'expression missing',
    ]);
    expect(tiles.filter(hasPicture)).toHaveLength(1);
  });

  it('85 itself is on target', () => {
    expect([84.9, 85].map(isBelowTarget)).toEqual([true, false]);
  });
});

describe('scores of an older version', () => {
  const images = [scored('portrait', 97), scored('profile', 60)];
  const v1 = { images, failedImages: [], older: 'v1' };
  const anewScores = [
    { type: 'portrait', imageId: 'image-portrait', state: 'scored', score: 71, distance: 1.04 },
    { type: 'profile', imageId: 'image-profile', state: 'not_scorable', reason: 'extreme_pose' },
  ] as const;
  const anew = {
    referenceStrength: 80,
    images: anewScores.map((score) => ({ type: score.type, imageId: score.imageId, score })),
    scores: { calibration: 'v2', scorable: 1, of: 2, passed: false, missed: [] },
  };
  const tileOf = (set: ImageSet, type: TestType) => tilesOf(set).find((tile) => tile.type === type);

  it('are told by their version, whatever it is, and today’s by none', () => {
    expect(olderVersion({ calibration: 'v1' })).toBe('v1');
    expect(olderVersion({ calibration: CALIBRATION.version })).toBeUndefined();
    expect(olderVersion(undefined)).toBeUndefined();
  });

  it('keep their number, with the version, and are not held against today’s target', () => {
    expect(tileOf(v1, 'profile')).toMatchObject({ score: 60, older: 'v1', before: undefined });
    const suite = cautionsOf(tilesOf(v1));
    expect(suite.join(' ')).toContain('Scored by an older version: portrait, profile.');
    expect(suite.join(' ')).not.toContain('Below target');
  });

  it('lie beside today’s once there are some, which are held against it', () => {
    const set = { ...v1, anew };
    expect(tileOf(set, 'portrait')).toMatchObject({
      score: 71,
      older: undefined,
      before: { version: 'v1', score: 97 },
    });
    expect(tileOf(set, 'profile')).toMatchObject({ state: 'not_scorable', before: { version: 'v1', score: 60 } });
    expect(cautionsOf(tilesOf(set)).join(' ')).toContain('Below target: portrait.');
  });

  it('an image that was not scored again keeps its old score alone', () => {
    const one = { ...anew, images: anew.images.slice(0, 1) };
    expect(tileOf({ ...v1, anew: one }, 'profile')).toMatchObject({ score: 60, older: 'v1', before: undefined });
  });

  it('find the new scores of their own images', () => {
    const links = { self: '' };
    const rescore = { identityId: 'i', calibration: 'v2', state: 'done', sets: [anew], links } as const;
    expect(anewOf(images, { ...rescore, sets: [...rescore.sets] })).toBe(anew);
    expect(anewOf([scored('lighting', 1)], { ...rescore, sets: [...rescore.sets] })).toBeUndefined();
  });
});

describe('the references beside', () => {
  const identity = { identityId: 'i', references: [{ photoId: 'a' }, { photoId: 'c' }] };

  it('are the identity’s own copies, the one kept out of training named', () => {
    expect(referencesOf({ ...identity, heldOut: 'c' })).toEqual([
      { identityId: 'i', photoId: 'a', heldOut: false },
      { identityId: 'i', photoId: 'c', heldOut: true },
    ]);
  });

  it('an image that repeats a photo is shown beside that photo', () => {
    const references = referencesOf(identity);
    const images = [scored('portrait', 99, { copyOf: 'c' }), scored('profile', 90)];
    const [portrait, profile] = tilesOf({ images, failedImages: [] }).filter(hasPicture);
    expect([portrait, profile].map((tile) => tile && firstBeside(tile, references))).toEqual([1, 0]);
  });

  it('an image is shown beside the photo that its score counts, if its score names it and the photo is there', () => {
    const references = referencesOf(identity);
    const of = (photoId: string) => ({ photoId, distance: 0.7, score: 99 });
    const comparing = (median: string) => ({
      compared: { nearest: of('a'), median: of(median), farthest: of(median) },
    });
    const images = [
      scored('portrait', 99, comparing('c')),
      scored('profile', 99, comparing('gone')),
      scored('fullbody', 99, { ...comparing('a'), copyOf: 'c' }),
    ];
    const tiles = tilesOf({ images, failedImages: [] }).filter(hasPicture);
    expect(tiles.map((tile) => [tile.type, firstBeside(tile, references)])).toEqual([
      ['portrait', 1],
      ['fullbody', 1],
      ['profile', 0],
    ]);
  });

  it('arrows go round, and stay where there is nothing to go to', () => {
    expect([stepAround(2, 1, 3), stepAround(0, -1, 3), stepAround(0, 1, 0)]).toEqual([0, 2, 0]);
  });
});

describe('before an approval', () => {
  it('nothing is said when nothing speaks against it', () => {
    const suite: TestType[] = ['portrait', 'fullbody', 'profile', 'lighting', 'expression'];
    const images = suite.map((type) => scored(type, 95));
    expect(cautionsOf(tilesOf({ images, failedImages: [] }))).toEqual([]);
  });

  it('each doubt names its types: low, without a score, without an image, a copy, not what was asked for', () => {
    const finding = { code: 'not_profile', message: 'The face looks into the camera.', value: 2, limit: 15 } as const;
    const images = [
      scored('portrait', 99, { copyOf: 'a' }),
      scored('fullbody', 40),
      scored('profile', 90, { typeFindings: [finding] }),
      unscorable('lighting'),
    ];
    expect(cautionsOf(tilesOf({ images, failedImages: [{ type: 'expression', message: 'x' }] }))).toEqual([
      'Below target: full body.',
      'Without a score: lighting.',
      'Without an image: expression.',
      'Repeats a reference photo: portrait.',
      'May not show what was asked for: profile.',
    ]);
  });
});

describe('decisions', () => {
  const made = (decisionId: string) => ({
    at: '2026-11-23T10:00:00.000Z',
    decision: { decisionId, round: 1, verdict: 'reject', next: 'retrain', by: 'key:1', via: 'update' } as const,
  });

  it('one from elsewhere is told from our own and from those of before', () => {
    const decisions = [made('before'), made('mine'), made('theirs')];
    const known = new Set(['1/before', '1/mine']);
    expect(newestUnknown(decisions, known)?.decision.decisionId).toBe('theirs');
    expect(newestUnknown(decisions, new Set([...known, '1/theirs']))).toBeUndefined();
  });

  it('one with the id of a decision about an earlier round is news', () => {
    const first = made('d1');
    const second = { ...first, decision: { ...first.decision, round: 2 } };
    const known = new Set([decisionKey(first.decision)]);
    expect(newestUnknown([first, second], known)?.decision.round).toBe(2);
  });

  it('a refusal because the run moved on is told from one that can be mended', () => {
    expect(['stale_round', 'already_decided', 'not_awaiting_approval', 'run_ended'].every(isOvertaken)).toBe(true);
    expect(['budget_exceeded', 'round_limit', 'missing_scope', 'unreachable'].some(isOvertaken)).toBe(false);
  });

  it('are told as a sentence', () => {
    expect(verdictWords(made('x'))).toBe('rejected and asked for a new training');
  });
});

it('spans are told in the two units that matter', () => {
  const MINUTE = 60_000;
  const spans = [-5, 59_999, 5 * MINUTE, 60 * MINUTE, 200 * MINUTE, (24 * 7 - 1) * 60 * MINUTE];
  expect(spans.map(spanWords)).toEqual(['0 s', '59 s', '5 min', '1 h', '3 h 20 min', '6 d 23 h']);
});
