// Closes a row whose workflow is gone, as the workflow would have: stops and settles its paid requests, removes files
// that must not be used any more, and notifies the tenant. Every part is safe to repeat, also by two sweeps at a time.

import {
  batchWorkflowId,
  identityWorkflowId,
  newestStillWorkflowId,
  retestWorkflowId,
  stillWorkflowId,
} from '../../domain/keys.ts';
import type { Orphan, SweepSteps } from '../../domain/steps.ts';
import { IDENTITY_EVENTS } from '../../domain/webhook.ts';
import { removeUnusedFiles } from '../identities/close-identity.ts';
import { tell } from '../notices/announce.ts';
import type { Work } from '../ports/attempt.ts';
import type { Ports } from '../ports/index.ts';
import { endBatch, endLost } from '../stills/still-records.ts';
import { settledEnd } from './find-orphans.ts';

type World = Pick<
  Ports,
  | 'identities'
  | 'retests'
  | 'stills'
  | 'files'
  | 'openWork'
  | 'outbox'
  | 'dispatch'
  | 'lookUp'
  | 'settleLeftover'
  | 'followProxyCall'
>;

export function closeOrphan(ports: World): Work<SweepSteps['closeOrphan']> {
  return async (orphan) => {
    switch (orphan.kind) {
      case 'identity':
        return closeIdentity(ports, orphan);
      case 'retest':
        return closeRetest(ports, orphan);
      case 'batch':
        return closeBatch(ports, orphan);
      case 'still':
        return closeStill(ports, orphan);
      case 'call':
        return orphan.subjectKind === 'app'
          ? ports.followProxyCall(orphan.callKey)
          : ports.settleLeftover(orphan.callKey);
    }
  };
}

async function closeIdentity(ports: World, orphan: Extract<Orphan, { kind: 'identity' }>): Promise<void> {
  const { files, openWork, identities } = ports;
  const { tenantId, identityId, stage, reason } = orphan;
  const workflowId = identityWorkflowId(identityId);
  if (await isOpen(ports, workflowId)) return;
  await settleCalls(ports, workflowId);
  await identities.close(tenantId, identityId, stage, reason);
  const end = await openWork.endOf(tenantId, identityId);
  // The run's own last step was faster: it has removed the files and notified the tenant.
  if (end?.stage !== stage || end.reason !== reason) return;
  await removeUnusedFiles(files, orphan, stage);
  await tellOfEnd(ports, orphan);
}

async function closeRetest(ports: World, orphan: Extract<Orphan, { kind: 'retest' }>): Promise<void> {
  const { tenantId, identityId, number, stage: state, reason } = orphan;
  const workflowId = retestWorkflowId(identityId, number);
  if (await isOpen(ports, workflowId)) return;
  await settleCalls(ports, workflowId);
  await ports.retests.close(tenantId, identityId, number, { state, failedImages: [], reason });
}

/**
 * Its stills were asked to stop when it ended. Those that still run end by themselves, and the batch after them, so that
 * its end counts them as they ended.
 */
async function closeBatch(ports: World, orphan: Extract<Orphan, { kind: 'batch' }>): Promise<void> {
  const { tenantId, batchId, stage: state, reason } = orphan;
  if (await isOpen(ports, batchWorkflowId(batchId))) return;
  let areEnded = true;
  for (const { id: stillId, number, again, openedAt } of await ports.stills.underWay(tenantId, batchId)) {
    if (again > 0) continue;
    const end = await settledEnd(ports, 'still', stillWorkflowId(batchId, number), openedAt);
    if (end) await closeStill(ports, { kind: 'still', tenantId, batchId, stillId, number, again, ...end });
    else areEnded = false;
  }
  if (areEnded) await endBatch(ports, orphan, { state, reason });
}

async function closeStill(ports: World, orphan: Extract<Orphan, { kind: 'still' }>): Promise<void> {
  const workflowId = newestStillWorkflowId(orphan);
  if (await isOpen(ports, workflowId)) return;
  await settleCalls(ports, workflowId);
  await endLost(ports, orphan, orphan);
}

/** An operator may have reset the workflow after it was found closed. */
async function isOpen({ lookUp }: World, workflowId: string): Promise<boolean> {
  const { status } = await lookUp(workflowId);
  return status === 'running' || status === 'unclear';
}

async function settleCalls({ openWork, settleLeftover }: World, workflowId: string): Promise<void> {
  for (const callKey of await openWork.callsOf(workflowId)) await settleLeftover(callKey);
}

/** The same occasion in every sweep, so that receivers are notified once. */
async function tellOfEnd(
  ports: World,
  { tenantId, identityId, stage }: Extract<Orphan, { kind: 'identity' }>,
): Promise<void> {
  const event = IDENTITY_EVENTS.find((name) => name === `identity.${stage}`);
  if (!event) return;
  const occasion = `${identityId}/${event}/sweep`;
  await tell(ports, { tenantId, identityId, event, occasion, data: { stage } });
}
