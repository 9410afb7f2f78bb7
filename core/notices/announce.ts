// Tells the tenant's own receivers what became of a run: a durable delivery of its own for each, so that no run waits
// for anybody's server.

import type { IdentityRef } from '../../domain/steps.ts';
import type { WebhookBody, WebhookEvent } from '../../domain/webhook.ts';
import type { Attempt } from '../ports/attempt.ts';
import type { Ports } from '../ports/index.ts';

/**
 * Called by a step, whose retries announce nothing twice: what it tells is named after the step. Steps are counted in each
 * run of a workflow, and an identity has several: its run, and its tests on request.
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
