// Notifies people and the tenant's own receivers that a run waits for them, and writes its stage into its row for the
// lists.

import type { Stage } from '../../domain/stage.ts';
import type { RecordSteps, RunNotice } from '../../domain/steps.ts';
import type { Work } from '../ports/attempt.ts';
import type { Ports } from '../ports/index.ts';
import { announce } from './announce.ts';

type World = Pick<Ports, 'identities' | 'retests' | 'notifier' | 'outbox' | 'dispatch'>;

export function notifyPeople(ports: World): Work<RecordSteps['notifyPeople']> {
  const { notifier, identities, retests } = ports;
  return async ({ tenantId, identityId, notice }, attempt) => {
    const stage = stageOf(notice);
    const test = notice.kind === 'needs_operator' ? notice.test : undefined;
    if (test !== undefined) await retests.saveState(tenantId, identityId, test, 'needs_operator');
    else if (stage) await identities.saveStage(tenantId, identityId, stage);
    const round = 'round' in notice ? { round: notice.round } : {};
    const data = {
      stage: stage ?? 'awaiting_approval',
      ...round,
      ...(test === undefined ? {} : { test }),
    } as const;
    await announce(ports, attempt, { tenantId, identityId }, `identity.${notice.kind}`, data);
    await notifier.notify(tenantId, identityId, notice);
  };
}

/** The stage that the run has entered; undefined for a reminder, which comes while it awaits an approval. */
function stageOf({ kind }: RunNotice): Stage | undefined {
  return kind === 'approval_reminder' || kind === 'approval_escalation' ? undefined : kind;
}
