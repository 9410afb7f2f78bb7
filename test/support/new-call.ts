// A paid request as tests open it.

import type { NewCall } from '../../core/ports/ledger.ts';
import { identityWorkflowId, trainingCallKey } from '../../domain/keys.ts';
import { identitySubject } from '../../domain/provider-call.ts';
import { TRAINER } from './models.ts';

/** The first training of an identity's run, but for what the test says of it. */
export function identityCall(
  { tenantId, identityId }: { tenantId: string; identityId: string },
  more: Partial<NewCall> = {},
): NewCall {
  return {
    key: trainingCallKey(identityId, 1),
    tenantId,
    subject: identitySubject(identityId),
    profile: TRAINER.id,
    endpoint: TRAINER.endpoint,
    workflowId: identityWorkflowId(identityId),
    estimate: 2_000_000,
    ...more,
  };
}
