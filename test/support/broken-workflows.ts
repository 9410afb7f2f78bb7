// The workflows of a deploy with a defect: whatever was scored, the code that takes the scores trips over it. Up to there
// they give the commands that ours give, so that a repaired deploy can go on.

import { TestSets } from '../../workflows/test-sets.ts';

export * from '../../workflows/index.ts';

const score = TestSets.prototype.score;
TestSets.prototype.score = async function (...args) {
  const scored = await score.apply(this, args);
  const missing = [].at(0) as unknown as typeof scored;
  return { ...scored, scores: missing.scores };
};
