// The rows of test images.

import type { ObjectRef } from '../../domain/keys.ts';
import type { ImageScore } from '../../domain/score.ts';
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
