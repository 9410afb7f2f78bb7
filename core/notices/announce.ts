// Notifies the tenant's own receivers about a run: one durable delivery for each receiver, so that no run waits for a
// receiver's server.

import type { IdentityRef } from '../../domain/steps.ts';
import type { WebhookBody, WebhookEvent } from '../../domain/webhook.ts';
import type { Attempt } from '../ports/attempt.ts';
import type { Ports } from '../ports/index.ts';

/**
 * Called by a step. The step names the delivery, so its retries announce nothing twice. Steps are numbered in each run
 * of a workflow, and an identity has several: its run, and its tests on request.
 */
export async function announce(
  { outbox, dispatch }: Pick<Ports, 'outbox' | 'dispatch'>,
  { name }: Attempt,
  { tenantId, identityId }: IdentityRef,
  event: WebhookEvent,
  data: Omit<WebhookBody['data'], 'identityId' | 'characterId'>,
): Promise<void> {
  const occasion = [identityId, event, name].join('/');
  const deliveries = await outbox.enqueue({ tenantId, identityId, event, occasion, data });
  for (const deliveryId of deliveries) await dispatch(deliveryId);
}
