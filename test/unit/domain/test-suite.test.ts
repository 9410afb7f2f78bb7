// The fixed suite: an approval means these pictures, so the same arguments must give the same shot.

import { describe, expect, it } from 'vitest';
import { triggerPhrase } from '../../../domain/subject.ts';
import { TEST_TYPES, type TestType, testShot } from '../../../domain/test-suite.ts';
import { retestSet, roundSet } from '../../support/sets.ts';

/** As suite-1 has drawn them since there is one. Never change a line: identities that were approved by it are drawn again. */
const SUITE_1: Record<TestType, [prompt: string, seed: number]> = {
  portrait: [
    'professional headshot, neutral expression, lkbdf, facing the camera, plain background, soft daylight',
    11_001,
  ],
  fullbody: [
    'full body photo of lkbdf, standing, head to toe in frame, facing the camera, city street, daylight',
    22_002,
  ],
  profile: ['three-quarter profile view of lkbdf, head turned to the side, plain background, soft daylight', 33_003],
  lighting: ['close portrait of lkbdf, facing the camera, dramatic warm side lighting, dark background', 44_004],
  expression: ['close portrait of lkbdf, laughing with a joyful expression, facing the camera, soft daylight', 55_005],
};

const ROUNDS = [1, 2, 3, 4, 5, 6];
/** Seeds are 32 bits at the provider. */
const MAX_SEED = 2 ** 32 - 1;

describe('the test suite', () => {
  it.each(TEST_TYPES)('%s: the same arguments give the same shot', (type) => {
    expect(testShot(type, 'lkbdf', roundSet(2))).toEqual(testShot(type, 'lkbdf', roundSet(2)));
  });

  it('no two shots of an identity share a seed, in whatever round and test', () => {
    const seeds = [...ROUNDS.map((n) => roundSet(n)), ...ROUNDS.map((n) => retestSet(n))].flatMap((set) =>
      TEST_TYPES.map((type) => testShot(type, 'lkbdf', set).seed),
    );
    expect(new Set(seeds).size).toBe(seeds.length);
    for (const seed of seeds) expect(Number.isInteger(seed) && seed > 0 && seed <= MAX_SEED).toBe(true);
  });

  it.each(TEST_TYPES)('%s: a round shows other pictures of the same scene', (type) => {
    const [first, second] = [testShot(type, 'lkbdf', roundSet(1)), testShot(type, 'lkbdf', roundSet(2))];
    expect(second.seed).not.toBe(first.seed);
    expect(second.prompt).toBe(first.prompt);
  });

  it('each type has a scene of its own, with the trigger word in it and no gap left', () => {
    const prompts = TEST_TYPES.map((type) => testShot(type, 'lkbdf', roundSet(1)).prompt);
    expect(new Set(prompts).size).toBe(5);
    for (const prompt of prompts) {
      expect(prompt).toContain('lkbdf');
      expect(prompt).not.toMatch(/[{}]/);
    }
  });

  it.each(TEST_TYPES)(
    '%s: suite-1 stays drawable, word for word, and suite-2 has the class noun beside the word',
    (type) => {
      const [prompt, seed] = SUITE_1[type];
      expect(testShot(type, triggerPhrase('lkbdf', undefined), roundSet(1))).toEqual({ type, prompt, seed });
      const withNoun = testShot(type, triggerPhrase('lkbdf', { kind: 'human', noun: 'woman' }), roundSet(1));
      expect(withNoun).toEqual({ type, prompt: prompt.replace('lkbdf', 'lkbdf woman'), seed });
    },
  );

  it('the portrait begins as the storyboard app’s own does', () => {
    expect(testShot('portrait', 'lkbdf', roundSet(1)).prompt).toMatch(/^professional headshot, neutral expression/);
  });
});
