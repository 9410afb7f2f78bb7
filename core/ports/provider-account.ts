// The circuit breakers of the account at the provider, and of each of its endpoints.

import type { AccountState, LockKind } from '../../domain/provider-account.ts';

/** `probe` names the one submission that tests whether requests pass again. */
export type Pass =
  | { allowed: true; probe: string | undefined }
  | { allowed: false; reason: string; retryAfterMs: number };

/** A circuit breaker, one for all workers. It gates submissions, not polls of jobs. */
export interface CircuitBreaker<Kind> {
  /** Whether a submission may be sent. During a refusal one at a time may: a probe, whose end must be reported. */
  acquire(): Promise<Pass>;
  /**
   * Records the refusal of a submission, or of any poll (without a probe). `changed`: this report began the refusal, or
   * changed its reason.
   */
  refused(reason: string, probe: string | undefined, kind: Kind): Promise<{ changed: boolean; retryAfterMs: number }>;
  /** The probe was accepted. True when this ended the refusal. */
  worked(probe: string): Promise<boolean>;
  /** The probe ended without a result: the next one may be sent at once. */
  abandoned(probe: string): Promise<void>;
}

/** The breaker of the account, and one for each endpoint. */
export interface ProviderAccount extends CircuitBreaker<LockKind> {
  endpoint(endpoint: string): CircuitBreaker<'endpoint'>;
  state(): Promise<AccountState>;
}
