// Compensation of a training: asks the provider to stop it, then writes down what it cost in the end.

import { Failure } from '../domain/failure.ts';
import { TRAINING } from '../domain/provider-profile.ts';
import type { ProviderSteps } from '../domain/steps.ts';
import { activity } from './activity.ts';
import { settle } from './paid-call.ts';
import type { Ports } from './ports.ts';

const PAUSE_MS = 5000;

export function cancelTraining(ports: Pick<Ports, 'ledger' | 'provider'>): ProviderSteps['cancelTraining'] {
  return activity(async ({ callKey }) => {
    const call = await ports.ledger.find(callKey);
    if (call?.state !== 'submitted' || call.requestId === undefined) return;
    await ports.provider.cancel(call.endpoint, call.requestId);
    const status = await ports.provider.status(call.endpoint, call.requestId);
    if (status.state !== 'done') {
      throw new Failure('NotReadyYet', 'The training was asked to stop, and still runs.', { retryAfterMs: PAUSE_MS });
    }
    try {
      await settle(ports, { ...call, requestId: call.requestId }, TRAINING.microUsdPerStep);
    } catch (error) {
      // Cancelled in time: the ledger says so, and that is what was wanted.
      if (!(error instanceof Failure && error.code === 'ProviderFailed')) throw error;
    }
  });
}
