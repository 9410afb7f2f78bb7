// One round: the five test images by the child workflow, then their scores.

import { ApplicationFailure, executeChild } from '@temporalio/workflow';
import type { FailedTestImage, TestImage } from '../domain/identity-state.ts';
import { testImageCallKey, testWorkflowId } from '../domain/keys.ts';
import type { ScoreSummary } from '../domain/score.ts';
import type { TestIdentityResult } from '../domain/steps.ts';
import type { TestType } from '../domain/test-suite.ts';
import { TEST_TYPES } from '../domain/test-suite.ts';
import type { OperatorDesk } from './operator-desk.ts';
import type { Run } from './run.ts';
import { vision } from './steps.ts';
import { testIdentity } from './test-identity.ts';

export class TestRound {
  readonly #run: Run;
  readonly #desk: OperatorDesk;
  #open: readonly string[] = [];

  constructor(run: Run, desk: OperatorDesk) {
    this.#run = run;
    this.#desk = desk;
  }

  /** The keys of the images that the provider may be working on, for whoever has to stop them. */
  get openCalls(): readonly string[] {
    return this.#open;
  }

  /** Makes and scores the next round. Fails only when not one image could be made. */
  async make(photoIds: string[]): Promise<ScoreSummary> {
    const run = this.#run;
    const round = run.state.round + 1;
    delete run.state.scores;
    run.enter('testing', { round, images: [], failedImages: [] });
    const { images, failed } = await this.#images(round);
    run.change({ images, failedImages: failed });
    if (images.length === 0) {
      const first = failed[0];
      const message = `No test image could be made: ${first?.message ?? 'no reason given'}`;
      throw ApplicationFailure.create({ type: first?.code ?? 'ProviderFailed', message, nonRetryable: true });
    }
    run.enter('scoring');
    const { scores, summary } = await vision.scoreImages.executeWithOptions(
      { summary: `Score ${images.length} images of round ${round}` },
      [{ ...run.ref, photoIds, round, images: images.map(({ imageId, type }) => ({ imageId, type })) }],
    );
    const scored = images.map((image) => {
      const score = scores.find((s) => s.imageId === image.imageId);
      return score ? { ...image, score } : image;
    });
    run.change({ images: scored, scores: summary });
    return summary;
  }

  async #images(round: number): Promise<{ images: TestImage[]; failed: FailedTestImage[] }> {
    const { ref, state } = this.#run;
    const keyOf = (type: TestType) => testImageCallKey(ref.identityId, round, type);
    const images: TestImage[] = [];
    const failed: FailedTestImage[] = [];
    let types: TestType[] = [...TEST_TYPES];
    let unclear: TestType[] = [];
    for (let attempt = 1; types.length > 0; attempt++) {
      this.#open = [...types, ...unclear].map(keyOf);
      const { triggerWord, referenceStrength } = state;
      const made: TestIdentityResult = await executeChild(testIdentity, {
        workflowId: testWorkflowId(ref.identityId, round, attempt),
        args: [{ ...ref, round, types, triggerWord, referenceStrength }],
        staticSummary: `Test images of round ${round}: ${types.join(', ')}`,
      });
      images.push(...made.images);
      failed.push(...made.failed);
      unclear.push(...made.unclear);
      types = [];
      if (unclear.length > 0) {
        // What is clear goes on at once: a payment that nobody knows must not hold up one that is known.
        const clear = await this.#desk.clear(unclear.map(keyOf));
        types = unclear.filter((type) => clear.includes(keyOf(type)));
        unclear = unclear.filter((type) => !types.includes(type));
        this.#run.enter('testing');
      }
    }
    this.#open = [];
    images.sort((a, b) => TEST_TYPES.indexOf(a.type) - TEST_TYPES.indexOf(b.type));
    return { images, failed };
  }
}
