// Compensation of a paid request: finds out whether it was accepted where that is unclear, asks the provider to stop
// it, then records its final cost. After a cancelled run, no other code does this.

import { Failure } from '../../domain/failure.ts';
import type { ProviderCall } from '../../domain/provider-call.ts';
import type { ProviderSteps } from '../../domain/steps.ts';
import type { Work } from '../ports/attempt.ts';
import { stopJob } from './job-watch.ts';
import { knownCall } from './known-call.ts';
import { reconcileCall } from './reconcile-call.ts';
import { type SettlingWorld, settle } from './settle.ts';

const PAUSE_MS = 10_000;
/** Milliseconds after the post in which the provider's listing may not have the request yet. */
const LISTING_LAG_MS = 60_000;

export function cancelCall(ports: SettlingWorld): Work<ProviderSteps['cancelCall']> {
  const reconcile = reconcileCall(ports);
  return async ({ callKey }, attempt) => {
    const first = await ports.ledger.find(callKey);
    if (!first) return false;
    if (first.state === 'intent' || first.state === 'unknown') {
      const { found } = await reconcile({ callKey }, attempt);
      if (!found) {
        if (Date.now() - Date.parse(first.postedAt) < LISTING_LAG_MS) {
          throw new Failure('NotReadyYet', 'The provider does not list the request yet.', { retryAfterMs: PAUSE_MS });
        }
        attempt.warn('the run has ended, and it is unclear whether this request was charged', { callKey });
        return true;
      }
    }
    const call = await knownCall(ports.ledger, callKey);
    if (call.state === 'submitted' && call.requestId !== undefined) {
      await stopAndSettle(ports, { ...call, requestId: call.requestId });
    }
    return false;
  };
}

async function stopAndSettle(ports: SettlingWorld, call: ProviderCall & { requestId: string }): Promise<void> {
  if (!(await stopJob(ports, call))) {
    throw new Failure('NotReadyYet', 'The job was asked to stop, and still runs.', { retryAfterMs: PAUSE_MS });
  }
  try {
    await settle(ports, call);
  } catch (error) {
    // Cancelled in time: the ledger has recorded it.
    if (!(error instanceof Failure && error.code === 'ProviderFailed')) throw error;
  }
}
