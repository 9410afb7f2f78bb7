// Writes a decision and the next stage of the run, so that no list shows a decided round as waiting.

import type { Decision } from '../../domain/decision.ts';
import type { Stage } from '../../domain/stage.ts';
import type { RecordSteps } from '../../domain/steps.ts';
import type { Work } from '../ports/attempt.ts';
import type { Ports } from '../ports/index.ts';

export function recordDecision({ identities }: Pick<Ports, 'identities'>): Work<RecordSteps['recordDecision']> {
  return async ({ tenantId, identityId, record }) => {
    await identities.saveDecision(tenantId, identityId, record);
    const stage = stageAfter(record.decision);
    if (stage) await identities.saveStage(tenantId, identityId, stage);
  };
}

/** Undefined where the run ends at once: the next step writes its end. */
function stageAfter(decision: Decision): Stage | undefined {
  if (decision.verdict === 'approve') return 'publishing';
  switch (decision.next) {
    case 'regenerate':
      return 'testing';
    case 'retrain':
      return 'uploading';
    case 'abandon':
      return undefined;
  }
}
