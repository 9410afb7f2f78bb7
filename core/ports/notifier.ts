// Notifies people.

import type { LockKind } from '../../domain/provider-account.ts';
import type { RunNotice } from '../../domain/steps.ts';

/** Notifies people that a run waits for them. */
export interface Notifier {
  notify(tenantId: string, identityId: string, notice: RunNotice): Promise<void>;
  /** Notifies operators once when the account is locked, and once when it works again. */
  accountChanged(state: { state: 'ok' } | { state: 'locked'; reason: string; kind: LockKind }): Promise<void>;
  /** Notifies operators once when the account may not use an endpoint, and once when it may again. */
  endpointChanged(endpoint: string, state: { state: 'ok' } | { state: 'closed'; reason: string }): Promise<void>;
}
