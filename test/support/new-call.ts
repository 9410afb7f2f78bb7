// A paid request as tests open it.

import type { NewCall } from '../../core/ports/ledger.ts';
import { identityWorkflowId, trainingCallKey } from '../../domain/keys.ts';
import { identitySubject } from '../../domain/provider-call.ts';
import { TRAINING } from '../../domain/provider-profile.ts';

/** The first training of an identity's run, but for what the test says of it. */
export function identityCall(
  { tenantId, identityId }: { tenantId: string; identityId: string },
  more: Partial<NewCall> = {},
): NewCall {
  return {
    key: trainingCallKey(identityId, 1),
    tenantId,
    subject: identitySubject(identityId),
    profile: TRAINING.profile,
    endpoint: TRAINING.endpoint,
    workflowId: identityWorkflowId(identityId),
    estimate: 2_000_000,
    ...more,
  };
}
