// Webhooks to the tenants' own receivers (https://www.standardwebhooks.com): events and retries.

import type { Stage } from './stage.ts';
import type { BatchState, FindingCode, StillState } from './stills/still.ts';

export const IDENTITY_EVENTS = [
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
export type IdentityEvent = (typeof IDENTITY_EVENTS)[number];

export const STILL_EVENTS = ['still.flagged', 'batch.done'] as const;
export type StillEvent = (typeof STILL_EVENTS)[number];

export const WEBHOOK_EVENTS = [...IDENTITY_EVENTS, ...STILL_EVENTS] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** `test`: the number of the test on request that it is about; absent for the run itself. */
export interface IdentityEventData {
  identityId: string;
  characterId: string;
  stage: Stage;
  round?: number;
  test?: number;
}

/** Of a flagged still: its id, its number and its findings. Of a batch: how many stills ended in each state. */
export interface StillEventData {
  batchId: string;
  state: StillState | BatchState;
  stillId?: string;
  number?: number;
  findings?: FindingCode[];
  counts?: Partial<Record<StillState, number>>;
}

/** The body of a webhook. Ids, states and findings: no photo, no prompt, no address, no name of a person. */
export interface WebhookBody {
  type: WebhookEvent;
  /** ISO time at which it happened. */
  timestamp: string;
  data: IdentityEventData | StillEventData;
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
