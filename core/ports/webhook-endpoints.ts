// The tenants' receivers of webhooks, and the log of deliveries.

import type { DeliveryState, WebhookEvent } from '../../domain/webhook.ts';
import type { Page, PageRequest } from './page.ts';

/** A tenant's receiver of webhooks. */
export interface EndpointRow {
  id: string;
  url: string;
  events: WebhookEvent[];
  createdAt: string;
  /** Since when nothing is sent to it, because it answered that it is gone. */
  disabledAt: string | undefined;
}

/** A webhook to one receiver, and its outcome. */
export interface DeliveryRow {
  /** Also the webhook-id that the receiver sees. */
  id: string;
  endpointId: string;
  event: WebhookEvent;
  state: DeliveryState;
  attempts: number;
  /** Of the last try: the receiver's answer, or why there was none. */
  lastStatus: number | undefined;
  lastError: string | undefined;
  lastAttemptAt: string | undefined;
  createdAt: string;
}

/** The tenants' receivers, and the log of deliveries. */
export interface WebhookEndpoints {
  /** The only answer with the secret. Undefined, and nothing written, when the tenant has too many already. */
  create(
    tenantId: string,
    url: string,
    events: readonly WebhookEvent[],
  ): Promise<(EndpointRow & { secret: string }) | undefined>;
  /** Newest first. */
  list(tenantId: string): Promise<EndpointRow[]>;
  find(tenantId: string, endpointId: string): Promise<EndpointRow | undefined>;
  /** With its deliveries. Whether there was one. */
  remove(tenantId: string, endpointId: string): Promise<boolean>;
  /** Newest first. */
  deliveries(tenantId: string, endpointId: string, page: PageRequest): Promise<Page<DeliveryRow>>;
  delivery(tenantId: string, deliveryId: string): Promise<DeliveryRow | undefined>;
  /** Makes the delivery one that was never tried. */
  restart(tenantId: string, deliveryId: string): Promise<DeliveryRow>;
}
