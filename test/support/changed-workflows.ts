// The workflows of a release that strands open runs: a training waits for a second before it packs the photos, which no
// history of before holds.

import { sleep } from '@temporalio/workflow';
import { Training } from '../../workflows/training.ts';

export * from '../../workflows/index.ts';

const train = Training.prototype.train;
Training.prototype.train = async function (...args) {
  await sleep('1s');
  return train.apply(this, args);
};
