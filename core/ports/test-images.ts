// The rows of test images.

import type { ObjectRef } from '../../domain/keys.ts';
import type { ImageScore, ScoreSummary } from '../../domain/score.ts';
import type { TestType } from '../../domain/test-suite.ts';

export interface TestImageRow {
  id: string;
  identityId: string;
  round: number;
  type: TestType;
  strength: number;
  object: ObjectRef;
  /** Once it is scored. */
  score: ImageScore | undefined;
}

export interface StoredTestImage {
  imageId: string;
  tenantId: string;
  identityId: string;
  round: number;
  type: TestType;
  seed: number;
  strength: number;
  object: ObjectRef;
  sha256: string;
}

/** Every method is bound to a tenant: what belongs to another one does not exist. Every write is safe to make twice. */
export interface TestImages {
  list(tenantId: string, identityId: string, round?: number): Promise<TestImageRow[]>;
  find(tenantId: string, imageId: string): Promise<TestImageRow | undefined>;
  /** Keeps the id of an image that was already saved for this identity, round, type and strength. */
  save(image: StoredTestImage): Promise<void>;
  /** The scores of the images that they name, and their summary as the identity's, or as that of the test on request. */
  saveScores(
    tenantId: string,
    identityId: string,
    round: number,
    scores: readonly ImageScore[],
    summary: ScoreSummary,
  ): Promise<void>;
}
