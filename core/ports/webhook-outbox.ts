// Webhooks to the tenants' own receivers, from the event to the end of each delivery.

import type {
  DeliveryState,
  IdentityEvent,
  IdentityEventData,
  StillEvent,
  StillEventData,
  WebhookBody,
} from '../../domain/webhook.ts';

interface Occasion {
  tenantId: string;
  /** Names what happened: a repeat with the same one is the same. */
  occasion: string;
}

/** What happened to an identity. */
export interface IdentityHappened extends Occasion {
  identityId: string;
  event: IdentityEvent;
  data: Omit<IdentityEventData, 'identityId' | 'characterId'>;
}

/** What happened to a batch of stills, or to one of them. */
export interface StillHappened extends Occasion {
  batchId: string;
  event: StillEvent;
  data: Omit<StillEventData, 'batchId'>;
}

export type Happened = IdentityHappened | StillHappened;

/** Webhooks to the tenants' own receivers, from the event to the end of each delivery. */
export interface WebhookOutbox {
  /**
   * Writes a delivery for each endpoint of the tenant that subscribes to the event. A repeat with the same occasion
   * finds the same deliveries. Answers the open ones; none for an identity or a batch of another tenant.
   */
  enqueue(happened: Happened): Promise<string[]>;
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
