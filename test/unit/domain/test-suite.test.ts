// The fixed suite: an approval means these pictures, so the same arguments must give the same shot.

import { describe, expect, it } from 'vitest';
import { TEST_TYPES, testShot } from '../../../domain/test-suite.ts';

const ROUNDS = [1, 2, 3, 4, 5, 6];
/** Seeds are 32 bits at the provider. */
const MAX_SEED = 2 ** 32 - 1;

describe('the test suite', () => {
  it.each(TEST_TYPES)('%s: the same arguments give the same shot', (type) => {
    expect(testShot(type, 'lkbdf', 2)).toEqual(testShot(type, 'lkbdf', 2));
  });

  it('no two shots of an identity share a seed, in whatever round', () => {
    const seeds = ROUNDS.flatMap((round) => TEST_TYPES.map((type) => testShot(type, 'lkbdf', round).seed));
    expect(new Set(seeds).size).toBe(seeds.length);
    for (const seed of seeds) expect(Number.isInteger(seed) && seed > 0 && seed <= MAX_SEED).toBe(true);
  });

  it.each(TEST_TYPES)('%s: a round shows other pictures of the same scene', (type) => {
    const [first, second] = [testShot(type, 'lkbdf', 1), testShot(type, 'lkbdf', 2)];
    expect(second.seed).not.toBe(first.seed);
    expect(second.prompt).toBe(first.prompt);
  });

  it('each type has a scene of its own, with the trigger word in it and no gap left', () => {
    const prompts = TEST_TYPES.map((type) => testShot(type, 'lkbdf', 1).prompt);
    expect(new Set(prompts).size).toBe(5);
    for (const prompt of prompts) {
      expect(prompt).toContain('lkbdf');
      expect(prompt).not.toMatch(/[{}]/);
    }
  });

  it('the portrait begins as the storyboard app’s own does', () => {
    expect(testShot('portrait', 'lkbdf', 1).prompt).toMatch(/^professional headshot, neutral expression/);
  });
});
