// Tells people that a run waits for them, and writes the stage that it waits in into its row, so that lists show it.

import type { Stage } from '../domain/stage.ts';
import type { RecordSteps, RunNotice } from '../domain/steps.ts';
import { activity } from './activity.ts';
import type { Ports } from './ports.ts';

export function notifyPeople({ store, notifier }: Pick<Ports, 'store' | 'notifier'>): RecordSteps['notifyPeople'] {
  return activity(async ({ tenantId, identityId, notice }) => {
    const stage = stageOf(notice);
    if (stage) await store.saveStage(tenantId, identityId, stage);
    await notifier.notify(tenantId, identityId, notice);
  });
}

/** The stage that the run has entered; undefined for a reminder, which comes while it stays in one. */
function stageOf({ kind }: RunNotice): Stage | undefined {
  return kind === 'approval_reminder' || kind === 'approval_escalation' ? undefined : kind;
}
