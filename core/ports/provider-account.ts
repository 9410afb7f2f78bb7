// The circuit breakers of the account at the provider, and of each of its endpoints.

import type { AccountState, LockKind } from '../../domain/provider-account.ts';

/** `probe` names the one submission that may try whether what is closed works again. */
export type Pass = { open: true; probe: string | undefined } | { open: false; reason: string; retryAfterMs: number };

/** A circuit breaker, one for all workers. It gates submissions, and never a look at a job. */
export interface CircuitBreaker<Kind> {
  /** Whether a submission may be sent. While it is closed one at a time may, as a probe that has to be reported. */
  acquire(): Promise<Pass>;
  /**
   * Refused: by a submission, or with no probe by any look. `changed`: this very report closed it, or told that it is
   * closed for another reason.
   */
  refused(reason: string, probe: string | undefined, kind: Kind): Promise<{ changed: boolean; retryAfterMs: number }>;
  /** The probe was accepted. True when this opened it. */
  worked(probe: string): Promise<boolean>;
  /** The probe ended without telling anything: the next one may try at once. */
  abandoned(probe: string): Promise<void>;
}

/** The account at the provider, and each endpoint that it may be refused by itself. */
export interface ProviderAccount extends CircuitBreaker<LockKind> {
  endpoint(endpoint: string): CircuitBreaker<'endpoint'>;
  state(): Promise<AccountState>;
}
