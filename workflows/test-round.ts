// A round begins with one set of test images and its scores.

import { ApplicationFailure } from '@temporalio/workflow';
import { TEST_TYPES, type TestType } from '../domain/test-suite.ts';
import type { Run } from './run.ts';
import type { ScoredSet, TestSets } from './test-sets.ts';

export class TestRound {
  readonly #run: Run;
  readonly #sets: TestSets;

  constructor(run: Run, sets: TestSets) {
    this.#run = run;
    this.#sets = sets;
  }

  /** Makes and scores the next round's first set. Fails only when not one image could be made. */
  async make(photoIds: string[], types: readonly TestType[] = TEST_TYPES): Promise<ScoredSet> {
    const run = this.#run;
    const set = { round: run.state.round + 1, strength: run.state.referenceStrength, isTry: false };
    delete run.state.scores;
    run.enter('testing', { round: set.round, images: [], failedImages: [], tries: [] });
    const made = await this.#sets.make(set, types);
    run.change(made);
    if (made.images.length === 0) {
      const first = made.failedImages[0];
      const message = `No test image could be made: ${first?.message ?? 'no reason given'}`;
      throw ApplicationFailure.create({ type: first?.code ?? 'ProviderFailed', message, nonRetryable: true });
    }
    run.enter('scoring');
    const scored = await this.#sets.score(set, made, photoIds);
    run.change({ images: scored.images, scores: scored.scores });
    return scored;
  }
}
