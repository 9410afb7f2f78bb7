// Notifies the tenant's own receivers about a run or a batch of stills: one durable delivery for each receiver, so that no run waits for a
// receiver's server.

import type { IdentityRef } from '../../domain/steps.ts';
import type { IdentityEvent } from '../../domain/webhook.ts';
import type { Attempt } from '../ports/attempt.ts';
import type { Ports } from '../ports/index.ts';
import type { BatchRow, StillRow } from '../ports/stills.ts';
import type { Happened, IdentityHappened } from '../ports/webhook-outbox.ts';

/**
 * Called by a step. The step names the delivery, so its retries announce nothing twice. Steps are numbered in each run
 * of a workflow, and an identity has several: its run, and its tests on request.
 */
export async function announce(
  { outbox, dispatch }: Pick<Ports, 'outbox' | 'dispatch'>,
  { name }: Attempt,
  { tenantId, identityId }: IdentityRef,
  event: IdentityEvent,
  data: IdentityHappened['data'],
): Promise<void> {
  const occasion = [identityId, event, name].join('/');
  await tell({ outbox, dispatch }, { tenantId, identityId, event, occasion, data });
}

/** Each time that a still ends as flagged is one occasion, whoever tells of it. */
export async function announceFlagged(
  ports: Pick<Ports, 'outbox' | 'dispatch'>,
  { tenantId, batchId, id: stillId, number, state, again, pictures, best }: StillRow,
): Promise<void> {
  const findings = pictures.find((picture) => picture.number === best)?.check?.findings.map(({ code }) => code) ?? [];
  const occasion = [stillId, 'still.flagged', again].join('/');
  const data = { state, stillId, number, findings: [...new Set(findings)] };
  await tell(ports, { tenantId, batchId, event: 'still.flagged', occasion, data });
}

/** A batch ends once, whoever tells of it. */
export async function announceBatch(
  ports: Pick<Ports, 'outbox' | 'dispatch'>,
  { tenantId, id: batchId, state, counts }: BatchRow,
): Promise<void> {
  const occasion = [batchId, 'batch.done'].join('/');
  await tell(ports, { tenantId, batchId, event: 'batch.done', occasion, data: { state, counts } });
}

/** Once for an occasion. */
export async function tell(
  { outbox, dispatch }: Pick<Ports, 'outbox' | 'dispatch'>,
  happened: Happened,
): Promise<void> {
  for (const deliveryId of await outbox.enqueue(happened)) await dispatch(deliveryId);
}
