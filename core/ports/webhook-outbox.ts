// Webhooks to the tenants' own receivers, from the event to the end of each delivery.

import type { DeliveryState, WebhookBody, WebhookEvent } from '../../domain/webhook.ts';

/** Webhooks to the tenants' own receivers, from the event to the end of each delivery. */
export interface WebhookOutbox {
  /**
   * Writes a delivery for each endpoint of the tenant that subscribes to the event. A repeat with the same occasion
   * finds the same deliveries. Answers the open ones.
   */
  enqueue(happened: {
    tenantId: string;
    identityId: string;
    event: WebhookEvent;
    occasion: string;
    data: Omit<WebhookBody['data'], 'identityId' | 'characterId'>;
  }): Promise<string[]>;
  /** Undefined when the delivery has ended, or is gone together with its endpoint. */
  pending(deliveryId: string): Promise<PendingDelivery | undefined>;
  /** Stores the outcome of an attempt. `gone`: nothing more is sent to the endpoint. */
  attempted(deliveryId: string, state: DeliveryState, answer: WebhookAnswer, gone: boolean): Promise<void>;
}

export interface PendingDelivery {
  deliveryId: string;
  url: string;
  /** Never in a history or a log. */
  secret: string;
  body: WebhookBody;
  /** How often it was tried. */
  attempts: number;
}

/** The status of the receiver's answer, or why there was none, without any address. */
export type WebhookAnswer = { status: number; error?: undefined } | { status?: undefined; error: string };
