// Tells people that something waits for them.

import type { LockKind } from '../../domain/provider-account.ts';
import type { RunNotice } from '../../domain/steps.ts';

/** Tells people that a run waits for them. */
export interface Notifier {
  notify(tenantId: string, identityId: string, notice: RunNotice): Promise<void>;
  /** Tells operators that the account was locked, or works again: once a change. */
  accountChanged(state: { state: 'ok' } | { state: 'locked'; reason: string; kind: LockKind }): Promise<void>;
  /** Tells operators that the account may not use an endpoint, or may again: once a change. */
  endpointChanged(endpoint: string, state: { state: 'ok' } | { state: 'closed'; reason: string }): Promise<void>;
}
