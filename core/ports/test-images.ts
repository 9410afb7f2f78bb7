// Test images in rows, each in its set.

import type { ObjectRef } from '../../domain/keys.ts';
import type { SetRef } from '../../domain/picture-set.ts';
import type { ImageScore, ScoreSummary } from '../../domain/score.ts';
import type { TestType } from '../../domain/test-suite.ts';

export interface TestImageRow {
  id: string;
  identityId: string;
  set: SetRef;
  type: TestType;
  object: ObjectRef;
  /** Once it is scored. */
  score: ImageScore | undefined;
}

export interface StoredTestImage {
  imageId: string;
  tenantId: string;
  identityId: string;
  set: SetRef;
  type: TestType;
  seed: number;
  object: ObjectRef;
  sha256: string;
}

/** Every method is bound to a tenant: what belongs to another one does not exist. Every write is safe to make twice. */
export interface TestImages {
  /** In the order of the test types; of a type by the number and the strength of its set. */
  list(tenantId: string, identityId: string): Promise<TestImageRow[]>;
  find(tenantId: string, imageId: string): Promise<TestImageRow | undefined>;
  /** Keeps the id of an image that was already saved for this identity, set and type. */
  save(image: StoredTestImage): Promise<void>;
  /** Stores the scores of a set's images, and their summary: the set's, and in a run the identity's too. */
  saveScores(
    tenantId: string,
    identityId: string,
    set: SetRef,
    scores: readonly ImageScore[],
    summary: ScoreSummary,
  ): Promise<void>;
}
