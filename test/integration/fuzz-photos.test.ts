import { expect, test } from 'vitest';
import { fuzzPhotos, RECIPES } from '../fuzz-photos/fuzz.ts';

/** Every recipe once, and damage by chance; `npm run fuzz:photos` has 1,000 and any seed. */
const DOSE = 150;

test('hostile files are answered by verdicts and 4xx, nothing hangs or dies, and a good photo is still accepted', {
  timeout: 400_000,
}, async () => {
  const report = await fuzzPhotos({ seed: 1, from: 0, count: DOSE, say: () => undefined });
  expect(report.faults).toEqual([]);
  const answers = Object.values(report.outcomes).reduce((sum, times) => sum + times, 0);
  expect(answers).toBe(DOSE);
  expect(DOSE).toBeGreaterThan(RECIPES.length);
  expect(Object.keys(report.outcomes)).toEqual(expect.arrayContaining(['200 accepted', '200 rejected']));
});
