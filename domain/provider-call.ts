// The life of one paid request, as data. Every paid call is a ledger row that goes along these edges and no others.

import type { MicroUsd } from './money.ts';

export const PROVIDER_CALL_STATES = ['intent', 'refused', 'unknown', 'submitted', 'settled', 'failed'] as const;
export type ProviderCallState = (typeof PROVIDER_CALL_STATES)[number];

/**
 * intent: the budget is reserved, the request may be on its way.
 * refused: the provider certainly did not accept it; nothing charged, may be opened again.
 * unknown: it may have been accepted; only a reconciliation or an operator can change that. An operator who gives up
 *   ends it as failed, with the estimate as charge: the ledger never has less than what may have been paid.
 * submitted: the request id is known.
 * settled / failed: the end, with the charge.
 */
export const PROVIDER_CALL_EDGES: Record<ProviderCallState, readonly ProviderCallState[]> = {
  intent: ['submitted', 'refused', 'unknown'],
  refused: ['intent'],
  unknown: ['submitted', 'refused', 'failed'],
  submitted: ['settled', 'failed'],
  settled: [],
  failed: [],
};

/** `identity`: its run and its tests on request. `still`: its pictures. `app`: an app's request through the proxy. */
export const CALL_SUBJECT_KINDS = ['identity', 'still', 'app'] as const;
export type CallSubjectKind = (typeof CALL_SUBJECT_KINDS)[number];

/** What a request is paid for. What all requests of one subject may cost together can have a cap. */
export interface CallSubject {
  kind: CallSubjectKind;
  id: string;
}

export const identitySubject = (identityId: string): CallSubject => ({ kind: 'identity', id: identityId });
/** A still has its own cap: the price that was stated for it. Its batch has a budget. */
export const stillSubject = (stillId: string): CallSubject => ({ kind: 'still', id: stillId });
/** All apps of a tenant are one subject, without a cap of its own: the month's counts. */
export const appSubject = (tenantId: string): CallSubject => ({ kind: 'app', id: tenantId });

/** A ledger row, as the activities see it. */
export interface ProviderCall {
  id: string;
  key: string;
  tenantId: string;
  subject: CallSubject;
  /** The id of the model's profile. */
  profile: string;
  endpoint: string;
  /** The workflow that waits for it. Webhooks and operators' settlements go there. */
  workflowId: string;
  state: ProviderCallState;
  requestId: string | undefined;
  /** Unguessable; the provider's webhook address carries it. */
  token: string;
  /** How often the request was posted. */
  attempts: number;
  /** ISO time of the last post. */
  postedAt: string;
  estimate: MicroUsd;
  charged: MicroUsd | undefined;
  /** The request's body as it was posted, for reconciliation. Holds short-lived addresses: never leaves the server. */
  input: Record<string, unknown> | undefined;
  /** What the provider answered; addresses of its files among it. Never leaves the server. */
  result: Record<string, unknown> | undefined;
  /** SHA-256 (hex) of an app's request under its idempotency key; undefined where there is none to compare. */
  requestHash: string | undefined;
}
