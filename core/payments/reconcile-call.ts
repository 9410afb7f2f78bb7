// Finds a request whose answer was lost. Checks our row once, where a webhook may have written the request id, then the
// provider's listing by the request's body. Posts nothing. `found: false` is a real answer, but no proof: the listing
// may lag behind. An outage is not an answer, and is retried.

import { Failure } from '../../domain/failure.ts';
import type { ProviderSteps } from '../../domain/steps.ts';
import type { Work } from '../ports/attempt.ts';
import type { Ports } from '../ports/index.ts';
import { knownCall } from './known-call.ts';

type World = Pick<Ports, 'ledger' | 'provider'>;

export function reconcileCall({ ledger, provider }: World): Work<ProviderSteps['reconcileCall']> {
  return async ({ callKey }) => {
    const found = await knownCall(ledger, callKey);
    if (found.state === 'intent') await ledger.unknown(found, 'the attempt ended without an answer');
    // Read again: from here on no attempt can post under this row, so the row has its final body, or none.
    const call = await knownCall(ledger, callKey);
    if (call.state !== 'unknown') return { found: true };
    if (!call.input) {
      await ledger.refused(call, 'nothing was posted: the attempt ended before it');
      return { found: true };
    }
    const requestId = await provider.findRequest(call.endpoint, call.input, new Date(call.postedAt));
    if (requestId === undefined) return { found: false };
    await ledger.submitted(call, requestId);
    return { found: true };
  };
}

/** The same, for a caller that waits: what is not found yet is NotReadyYet. */
export function findCall(world: World): Work<ProviderSteps['findCall']> {
  const look = reconcileCall(world);
  return async (input, attempt) => {
    if ((await look(input, attempt)).found) return;
    throw new Failure('NotReadyYet', `The provider does not list ${input.callKey} yet.`);
  };
}

export function settleUnclearCall({ ledger, provider }: World): Work<ProviderSteps['settleUnclearCall']> {
  return async (input) => {
    const call = await knownCall(ledger, input.callKey);
    // A late answer may have settled the call already. That answer counts; giving up would end a running job.
    if (call.state !== 'unknown') return;
    if (input.outcome === 'adopt') {
      // With a misspelt id the run would wait for a job that does not exist, so the provider is asked first.
      await provider.status(call.endpoint, input.requestId);
      return ledger.submitted(call, input.requestId);
    }
    if (input.outcome === 'not_charged') return ledger.refused(call, `${input.by}: not charged`);
    return ledger.failed(call, call.estimate, `${input.by}: given up; it may have been charged`);
  };
}
