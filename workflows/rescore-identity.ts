// Scores an identity again that an older version scored. It costs nothing, and is not part of the run.

import type { IdentityRef } from '../domain/steps.ts';
import { rescoring } from './steps.ts';

export async function rescoreIdentity({ tenantId, identityId }: IdentityRef) {
  return rescoring.rescoreImages.executeWithOptions({ summary: 'Score the kept images again' }, [
    { tenantId, identityId },
  ]);
}
