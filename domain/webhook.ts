// Webhooks to the tenants' own receivers (https://www.standardwebhooks.com): events and retries.

import type { Stage } from './stage.ts';

export const WEBHOOK_EVENTS = [
  'identity.needs_photos',
  'identity.awaiting_approval',
  'identity.approval_reminder',
  'identity.approval_escalation',
  'identity.needs_operator',
  'identity.ready',
  'identity.rejected',
  'identity.expired',
  'identity.failed',
  'identity.cancelled',
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** The body of a webhook. Ids and a stage: no photo, no address, no name of a person. */
export interface WebhookBody {
  type: WebhookEvent;
  /** ISO time at which it happened. */
  timestamp: string;
  /** `test`: the number of the test on request that it is about; absent for the run itself. */
  data: { identityId: string; characterId: string; stage: Stage; round?: number; test?: number };
}

export const DELIVERY_STATES = ['pending', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Milliseconds after each failed try: ten tries in 67 hours, so that a receiver may be away over a weekend. */
export const DELIVERY_PAUSES_MS: readonly number[] = [
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  HOUR,
  6 * HOUR,
  12 * HOUR,
  24 * HOUR,
  24 * HOUR,
];
