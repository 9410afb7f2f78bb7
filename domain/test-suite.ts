// The fixed test suite: five pictures that every identity is judged by. Prompts, seeds and size are part of what an
// approval means, so a change to any of them is a new version. The versions differ in the phrase for the character:
// suite-1 uses the trigger word alone, suite-2 adds the class noun. Both are in use.

import type { SetRef } from './picture-set.ts';
import type { Subject } from './subject.ts';

export const TEST_SUITES = ['suite-1', 'suite-2'] as const;
export type TestSuite = (typeof TEST_SUITES)[number];

/** The suite of an identity, by the subject that it was started with; suite-1 without a subject. */
export function testSuiteOf(subject: Subject | undefined): TestSuite {
  return subject ? 'suite-2' : 'suite-1';
}

export const TEST_TYPES = ['portrait', 'fullbody', 'profile', 'lighting', 'expression'] as const;
export type TestType = (typeof TEST_TYPES)[number];

/** Pixels. */
export const TEST_IMAGE_SIZE = { width: 1024, height: 1024 } as const;

/** `{who}` is the trigger phrase; the portrait's beginning is the storyboard app's own. */
const PROMPTS: Record<TestType, string> = {
  portrait: 'professional headshot, neutral expression, {who}, facing the camera, plain background, soft daylight',
  fullbody: 'full body photo of {who}, standing, head to toe in frame, facing the camera, city street, daylight',
  profile: 'three-quarter profile view of {who}, head turned to the side, plain background, soft daylight',
  lighting: 'close portrait of {who}, facing the camera, dramatic warm side lighting, dark background',
  expression: 'close portrait of {who}, laughing with a joyful expression, facing the camera, soft daylight',
};

const BASE_SEEDS: Record<TestType, number> = {
  portrait: 11_001,
  fullbody: 22_002,
  profile: 33_003,
  lighting: 44_004,
  expression: 55_005,
};

/** The distance of two rounds' seeds, so that a regenerated round shows other pictures. */
const SEED_STEP = 100_000;
/** Tests on request begin after the seeds of a thousand rounds, so that none repeats a picture of the run. */
const RETEST_SEEDS = 1000 * SEED_STEP;

export interface TestShot {
  type: TestType;
  prompt: string;
  seed: number;
}

/**
 * The shot of one type in a set; a rescue has the shots of its round. `who` is the trigger phrase. The same arguments
 * always give the same shot.
 */
export function testShot(type: TestType, who: string, { kind, number }: Pick<SetRef, 'kind' | 'number'>): TestShot {
  return {
    type,
    prompt: PROMPTS[type].replace('{who}', who),
    seed: BASE_SEEDS[type] + (number - 1) * SEED_STEP + (kind === 'retest' ? RETEST_SEEDS : 0),
  };
}
