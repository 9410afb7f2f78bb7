// What became of a request whose answer was lost. Asks the provider for it by its body, a few times, because its
// listing may lag behind; answers `found: false` when only a person can tell. Posts nothing.

import { activityInfo } from '@temporalio/activity';
import { Failure } from '../domain/failure.ts';
import type { ProviderSteps } from '../domain/steps.ts';
import { activity } from './activity.ts';
import { knownCall } from './paid-call.ts';
import type { Ports } from './ports.ts';

const LOOKS = 4;
const PAUSE_MS = 15_000;

type World = Pick<Ports, 'ledger' | 'provider'>;

export function reconcileCall({ ledger, provider }: World): ProviderSteps['reconcileCall'] {
  return activity(async ({ callKey }) => {
    const found = await knownCall(ledger, callKey);
    if (found.state === 'intent') await ledger.unknown(found, 'the attempt ended without an answer');
    // Read again: from here on nobody can post under this row, so whether a body stands in it is final.
    const call = await knownCall(ledger, callKey);
    // A webhook may have brought the request id in the meantime.
    if (call.state !== 'unknown') return { found: true };
    if (!call.input) {
      await ledger.refused(call, 'nothing was posted: the attempt ended before it');
      return { found: true };
    }
    const requestId = await provider.findRequest(call.endpoint, call.input, new Date(call.postedAt));
    if (requestId !== undefined) {
      await ledger.submitted(call, requestId);
      return { found: true };
    }
    if (activityInfo().attempt >= LOOKS) return { found: false };
    throw new Failure('NotReadyYet', 'The provider does not list the request yet.', { retryAfterMs: PAUSE_MS });
  });
}

export function settleUnclearCall({ ledger }: Pick<Ports, 'ledger'>): ProviderSteps['settleUnclearCall'] {
  return activity(async (input) => {
    const call = await knownCall(ledger, input.callKey);
    // A late answer of the provider may have told meanwhile: it knows better, and giving up would end a running job.
    if (call.state !== 'unknown') return;
    if (input.outcome === 'adopt') return ledger.submitted(call, input.requestId);
    if (input.outcome === 'not_charged') return ledger.refused(call, `${input.by}: not charged`);
    return ledger.failed(call, call.estimate, `${input.by}: given up; it may have been charged`);
  });
}
