// The rows of all paid requests.

import type { ProviderProblem } from '../../domain/failure.ts';
import type { MicroUsd } from '../../domain/money.ts';
import type { CallSubject, ProviderCall } from '../../domain/provider-call.ts';

export interface NewCall
  extends Pick<ProviderCall, 'key' | 'tenantId' | 'subject' | 'profile' | 'endpoint' | 'workflowId' | 'estimate'> {
  /** The amount that must be free in addition to the estimate for the request to be worth paying. Not reserved. */
  headroom?: MicroUsd;
  /** A hash of the request, where a repeat has to be distinguished from another request under the same key. */
  requestHash?: string;
}

/** A paid request whose fate an operator has to find out, as the ledger has it. */
export interface UnclearCall
  extends Pick<ProviderCall, 'key' | 'subject' | 'profile' | 'endpoint' | 'estimate' | 'postedAt' | 'attempts'> {
  /** Why it is unclear. */
  reason: string | undefined;
}

/**
 * The rows of all paid requests, with the budget that they draw on. A `call` stands for one attempt (`attempts`). A
 * late attempt, whose row was opened again since, can change nothing and gets Internal.
 */
export interface Ledger {
  /**
   * The row of this key. `mayPost` is true for exactly one caller: the one whose call wrote the intent and reserved
   * the estimate. BudgetExceeded when that does not fit.
   */
  open(call: NewCall): Promise<{ call: ProviderCall; mayPost: boolean }>;
  find(key: string): Promise<ProviderCall | undefined>;
  /**
   * Stores the body just before it is posted, and the hash of the request. Throws Internal unless the row is still the
   * intent of this attempt: a late attempt whose row was reconciled since must not post.
   */
  posting(call: ProviderCall, input: Record<string, unknown>): Promise<void>;
  submitted(call: ProviderCall, requestId: string): Promise<void>;
  refused(call: ProviderCall, reason: string): Promise<void>;
  /** Changes nothing once the request id is known: a webhook may be faster than the answer that was lost. */
  unknown(call: ProviderCall, reason: string): Promise<void>;
  /** Ends the call with the charge, and releases the rest of its reservation. */
  settled(call: ProviderCall, charged: MicroUsd, result: Record<string, unknown>): Promise<void>;
  /** The same for a failed job; `problems` are stored with the reason. */
  failed(call: ProviderCall, charged: MicroUsd, reason: string, problems?: readonly ProviderProblem[]): Promise<void>;
  /** The paid call that a webhook's token names; not bound to a tenant, because the token is the authority. */
  byToken(token: string): Promise<ProviderCall | undefined>;
  /**
   * Writes the request id of a webhook into a call that has none. False when the call has another id or has gone on,
   * and when another call has this request. A repeat answers true again.
   */
  adopt(call: ProviderCall, requestId: string): Promise<boolean>;
  /** A request that this tenant made through the proxy. */
  ofProxy(tenantId: string, endpoint: string, requestId: string): Promise<ProviderCall | undefined>;
  /** Those of these calls that the ledger has, in the order of the keys. */
  some(tenantId: string, subject: CallSubject, keys: readonly string[]): Promise<UnclearCall[]>;
}
