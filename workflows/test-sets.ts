// One set of test images: the child workflow makes them all at once, then they are scored. Unclear payments go to the
// operator's desk, as those of a training do.

import { executeChild } from '@temporalio/workflow';
import type { FailedTestImage, StrengthTry, TestImage } from '../domain/identity-state.ts';
import { pictureCallKey, setWorkflowId } from '../domain/keys.ts';
import type { SetRef } from '../domain/picture-set.ts';
import { summarise } from '../domain/score.ts';
import type { TestType } from '../domain/test-suite.ts';
import { TEST_TYPES } from '../domain/test-suite.ts';
import { leaveToSettle, mayBeOpen } from './leave-to-settle.ts';
import type { OperatorDesk } from './operator-desk.ts';
import type { Run } from './run.ts';
import { vision } from './steps.ts';
import { testIdentity } from './test-identity.ts';

type MadeImages = Pick<ScoredSet, 'images' | 'failedImages'>;

export interface ScoredSet extends Pick<StrengthTry, 'strength' | 'scores' | 'failedImages'> {
  images: TestImage[];
}

export class TestSets {
  readonly #run: Run;
  readonly #desk: OperatorDesk;
  #open: readonly string[] = [];

  constructor(run: Run, desk: OperatorDesk) {
    this.#run = run;
    this.#desk = desk;
  }

  /** The keys of images that may be open at the provider, for compensations. */
  get openCalls(): readonly string[] {
    return this.#open;
  }

  /** Makes the images of a set; each missing image has a reason. */
  async make(set: SetRef, asked: readonly TestType[] = TEST_TYPES): Promise<MadeImages> {
    const { ref, settings, state } = this.#run;
    const { trainer, generator } = settings;
    const { triggerWord, subject } = state;
    const keyOf = (type: TestType) => pictureCallKey(ref.identityId, set, type);
    const images: TestImage[] = [];
    const failedImages: FailedTestImage[] = [];
    let attempt = 0;
    /** Makes the images of these keys while others are unclear; answers the keys that became unclear too. */
    const makeThose = async (callKeys: readonly string[], unclear: readonly string[]): Promise<string[]> => {
      const types = asked.filter((type) => callKeys.includes(keyOf(type)));
      attempt += 1;
      this.#open = [...callKeys, ...unclear];
      const made = await executeChild(testIdentity, {
        workflowId: setWorkflowId(ref.identityId, set, attempt),
        args: [{ ...ref, set, types, triggerWord, subject, trainer, generator }],
        staticSummary: `Test images of ${nameOf(set)}: ${types.join(', ')}`,
      });
      // The run continues without these images, so their open requests are left to a workflow of their own.
      await leaveToSettle(made.failed.filter(({ code }) => mayBeOpen(code)).map(({ type }) => keyOf(type)));
      images.push(...made.images);
      failedImages.push(...made.failed);
      return made.unclear.map(keyOf);
    };
    // Clear requests continue at once: an unclear payment must not delay them.
    await this.#desk.whileUnclear(await makeThose(asked.map(keyOf), []), makeThose);
    this.#open = [];
    images.sort((a, b) => TEST_TYPES.indexOf(a.type) - TEST_TYPES.indexOf(b.type));
    return { images, failedImages };
  }

  /** Scores the images that could be made. */
  async score(set: SetRef, { images, failedImages }: MadeImages, photoIds: string[]): Promise<ScoredSet> {
    const { ref, state } = this.#run;
    const { heldOut } = state;
    const { strength } = set;
    if (images.length === 0) return { strength, images, failedImages, scores: summarise([]) };
    const { scores, summary } = await vision.scoreImages.executeWithOptions(
      { summary: `Score ${images.length} images of ${nameOf(set)}` },
      [{ ...ref, set, photoIds, heldOut, images: images.map(toScore) }],
    );
    const scored = images.map((image) => {
      const score = scores.find((s) => s.imageId === image.imageId);
      return score ? { ...image, score } : image;
    });
    return { strength, images: scored, failedImages, scores: summary };
  }
}

/** The part of an image that scoring needs. */
function toScore({ imageId, type, flagged }: TestImage): Pick<TestImage, 'imageId' | 'type' | 'flagged'> {
  return flagged ? { imageId, type, flagged } : { imageId, type };
}

function nameOf({ kind, number, strength }: SetRef): string {
  if (kind === 'retest') return `test ${number}`;
  return kind === 'rescue' ? `round ${number}, tried with strength ${strength}` : `round ${number}`;
}
