// The rows of all paid requests.

import type { ProviderProblem } from '../../domain/failure.ts';
import type { MicroUsd } from '../../domain/money.ts';
import type { CallSubject, ProviderCall } from '../../domain/provider-call.ts';

export interface NewCall
  extends Pick<ProviderCall, 'key' | 'tenantId' | 'subject' | 'profile' | 'endpoint' | 'workflowId' | 'estimate'> {
  /** What has to be left beside the estimate for the request to be worth paying. Not reserved. */
  headroom?: MicroUsd;
  /** Of what was asked for, where a repeat has to be told from another request under the same key. */
  requestHash?: string;
}

/** A paid request whose fate an operator has to find out, as far as the ledger knows it. */
export interface UnclearCall
  extends Pick<ProviderCall, 'key' | 'subject' | 'profile' | 'endpoint' | 'estimate' | 'postedAt' | 'attempts'> {
  /** Why it is unclear. */
  reason: string | undefined;
}

/**
 * The rows of all paid requests, with the budget that they draw on. A `call` stands for one attempt (`attempts`): a
 * late one, whose row was opened again since, can change nothing any more, and gets Internal for it.
 */
export interface Ledger {
  /**
   * The row of this key. `mayPost` is true for exactly one caller: the one whose call wrote the intent and reserved
   * the estimate. BudgetExceeded when that does not fit.
   */
  open(call: NewCall): Promise<{ call: ProviderCall; mayPost: boolean }>;
  find(key: string): Promise<ProviderCall | undefined>;
  /**
   * Notes the body just before it is posted, and the hash of the request that it was made for. Throws Internal unless
   * the row is still the intent of this very attempt: a late attempt whose row was reconciled meanwhile must not post.
   */
  posting(call: ProviderCall, input: Record<string, unknown>): Promise<void>;
  submitted(call: ProviderCall, requestId: string): Promise<void>;
  refused(call: ProviderCall, reason: string): Promise<void>;
  /** Changes nothing once the request id is known: a webhook may be faster than the answer that was lost. */
  unknown(call: ProviderCall, reason: string): Promise<void>;
  /** Ends the call with what was charged, and gives back what was reserved beyond it. */
  settled(call: ProviderCall, charged: MicroUsd, result: Record<string, unknown>): Promise<void>;
  /** The same for a job that failed; `problems` are kept beside the reason. */
  failed(call: ProviderCall, charged: MicroUsd, reason: string, problems?: readonly ProviderProblem[]): Promise<void>;
  /** The paid call that a webhook's token names; not bound to a tenant, because the token is the authority. */
  byToken(token: string): Promise<ProviderCall | undefined>;
  /**
   * Writes the request id into a call that has none, as a webhook tells it. False when the call got another one
   * meanwhile or has gone on, and when the request is that of another call; the same again is true again.
   */
  adopt(call: ProviderCall, requestId: string): Promise<boolean>;
  /** A request that this tenant made through the proxy. */
  ofProxy(tenantId: string, endpoint: string, requestId: string): Promise<ProviderCall | undefined>;
  /** Those of these calls that the ledger has, in the order of the keys. */
  some(tenantId: string, subject: CallSubject, keys: readonly string[]): Promise<UnclearCall[]>;
}
