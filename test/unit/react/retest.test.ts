// What the parts say of tests on request, and of files on their way, without a page.

import { describe, expect, it } from 'vitest';
import type { IdentityTest } from '../../../client/types.ts';
import { TEST_TYPES } from '../../../domain/test-suite.ts';
import { megabyteText } from '../../../react/prepare/megabyte-text.ts';
import { priceOf, standingOf, testTiles, typeWords } from '../../../react/retest/standing.ts';

const image = (type: IdentityTest['types'][number]) => ({ type, imageId: type, links: { content: `/${type}` } });
const test = (more: Partial<IdentityTest> = {}): IdentityTest => ({
  identityId: 'mara',
  number: 3,
  state: 'running',
  types: [...TEST_TYPES],
  referenceStrength: 85,
  images: [],
  failedImages: [],
  unclearCalls: [],
  createdAt: '2026-11-23T10:00:00Z',
  links: { self: '/v1/identities/mara/tests' },
  ...more,
});

describe('a test on request', () => {
  it.each([
    [0.35, '$0.07', '$0.35'],
    [0.175, '$0.035', '$0.175'],
  ])('costs what the estimate of $%f says', (testImages, one, all) => {
    expect([priceOf(1, { testImages }), priceOf(TEST_TYPES.length, { testImages })]).toEqual([one, all]);
  });

  it('has places for the types that were asked for, and for no others, as the suite orders them', () => {
    const tiles = testTiles(test({ types: ['portrait', 'profile'], images: [image('profile')] }));
    expect(tiles.map(({ type, state }) => `${type} ${state}`)).toEqual(['portrait missing', 'profile unscored']);
    expect(typeWords({ types: ['portrait', 'profile'] })).toBe('Portrait, Profile');
    expect(typeWords(test())).toBe('All types');
  });

  it('tells how far it is, counting what could not be made, and how it ended', () => {
    const failedImages = [{ type: 'lighting', code: 'ProviderFailed', message: 'No light.' }] as const;
    const images = [image('portrait')];
    expect(standingOf(test({ images, failedImages: [...failedImages] }))).toBe(
      'Test 3 is running: 2 of 5 images made.',
    );
    const one = test({ types: ['portrait'], images });
    expect(standingOf(one)).toBe('Test 3 is running: scoring.');
    expect(standingOf({ ...one, images: [] })).toBe('Test 3 is running: 0 of 1 image made.');
    expect(standingOf({ ...one, state: 'done' })).toBe('Test 3 is done.');
    expect(standingOf({ ...one, state: 'failed' })).toBe('Test 3 could not be finished.');
  });
});

it('sizes of files are told in megabytes, in tenths only while they are small', () => {
  const mib = 1024 * 1024;
  expect([0, 1000, 2.34 * mib, 9.96 * mib, 23.4 * mib].map(megabyteText)).toEqual([
    '0.1 MB',
    '0.1 MB',
    '2.3 MB',
    '10 MB',
    '23 MB',
  ]);
});
