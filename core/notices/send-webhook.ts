// One attempt to deliver a webhook; Temporal retries it. The row counts the attempts and records the end.

import { Failure } from '../../domain/failure.ts';
import type { WebhookSteps } from '../../domain/steps.ts';
import { DELIVERY_PAUSES_MS } from '../../domain/webhook.ts';
import type { Work } from '../ports/attempt.ts';
import type { Ports } from '../ports/index.ts';
import type { WebhookAnswer } from '../ports/webhook-outbox.ts';

/** HTTP: the receiver is gone for good (Standard Webhooks). */
const GONE = 410;

export function sendWebhook({
  outbox,
  postWebhook,
}: Pick<Ports, 'outbox' | 'postWebhook'>): Work<WebhookSteps['sendWebhook']> {
  return async ({ deliveryId }) => {
    const delivery = await outbox.pending(deliveryId);
    // Delivered, given up, or gone together with its endpoint.
    if (!delivery) return;
    const answer = await postWebhook(delivery);
    if (isTaken(answer)) return outbox.attempted(deliveryId, 'delivered', answer, false);
    const gone = answer.status === GONE;
    const pauseMs = gone ? undefined : DELIVERY_PAUSES_MS[delivery.attempts];
    await outbox.attempted(deliveryId, pauseMs === undefined ? 'failed' : 'pending', answer, gone);
    if (pauseMs === undefined) return;
    const what = answer.error ?? `The receiver answered ${answer.status}`;
    throw new Failure('NotReadyYet', `${what}. The delivery is tried again.`, { retryAfterMs: pauseMs });
  };
}

function isTaken({ status }: WebhookAnswer): boolean {
  return status !== undefined && status >= 200 && status < 300;
}
