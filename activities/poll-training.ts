// Step 3b: asks how the training is. Its retries ARE the poll: while the job runs it fails with a benign NotReadyYet
// whose message is the progress that the Temporal Web UI shows.

import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { Failure } from '../domain/failure.ts';
import { TRAINING } from '../domain/provider-profile.ts';
import type { ProviderSteps } from '../domain/steps.ts';
import { activity } from './activity.ts';
import { knownCall, settle } from './paid-call.ts';
import type { JobStatus, Ports } from './ports.ts';

export function pollTraining(ports: Pick<Ports, 'ledger' | 'provider'>): ProviderSteps['pollTraining'] {
  return activity(async ({ callKey, firstPollMs, pollMs }) => {
    const call = await knownCall(ports.ledger, callKey);
    const { requestId } = call;
    if (requestId === undefined) throw new Failure('Internal', `${callKey} is polled before it was submitted.`);
    if (call.state === 'submitted') {
      const status = await ports.provider.status(call.endpoint, requestId, cancellationSignal());
      if (status.state !== 'done') {
        const elapsed = Date.now() - Date.parse(call.postedAt);
        // The first wait is long, because a training never ends at once; then the pace is even.
        const retryAfterMs = activityInfo().attempt === 1 ? Math.max(firstPollMs - elapsed, pollMs) : pollMs;
        throw new Failure('NotReadyYet', progress(status), { retryAfterMs });
      }
    }
    await settle(ports, { ...call, requestId }, TRAINING.microUsdPerStep, cancellationSignal());
  });
}

function progress(status: Exclude<JobStatus, { state: 'done' }>): string {
  if (status.state === 'running') return 'The training runs.';
  if (status.position === undefined) return 'The training waits in the queue.';
  return `The training waits in the queue, ${status.position} ahead of it.`;
}
