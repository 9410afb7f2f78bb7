// A round, and a test on request, begin with one set of test images and its scores.

import { ApplicationFailure } from '@temporalio/workflow';
import type { SetRef } from '../domain/picture-set.ts';
import { TEST_TYPES, type TestType } from '../domain/test-suite.ts';
import type { Run } from './run.ts';
import type { ScoredSet, TestSets } from './test-sets.ts';

interface Round extends Pick<SetRef, 'kind' | 'number'> {
  /** The accepted photos, for the scores. */
  photoIds: string[];
  types?: readonly TestType[];
}

/** Makes and scores the round's first set. Fails only when no image could be made. */
export async function makeRound(
  run: Run,
  sets: TestSets,
  { kind, number, photoIds, types = TEST_TYPES }: Round,
): Promise<ScoredSet> {
  run.beginRound(number);
  const set = { kind, number, strength: run.state.referenceStrength };
  const made = await sets.make(set, types);
  run.show(made);
  if (made.images.length === 0) {
    const first = made.failedImages[0];
    const message = `No test image could be made: ${first?.message ?? 'no reason given'}`;
    throw ApplicationFailure.create({ type: first?.code ?? 'ProviderFailed', message, nonRetryable: true });
  }
  run.begin('scoring');
  const scored = await sets.score(set, made, photoIds);
  run.show({ images: scored.images, scores: scored.scores });
  return scored;
}
