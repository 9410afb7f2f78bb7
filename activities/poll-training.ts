// Step 3b: asks how the training is. Its retries ARE the poll: while the job runs it fails with a benign NotReadyYet
// whose message is the progress that the Temporal Web UI shows. A training past its deadline is stopped, and looked at
// until the ledger knows what it cost.

import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { Failure } from '../domain/failure.ts';
import type { ProviderCall } from '../domain/provider-call.ts';
import { TRAINING } from '../domain/provider-profile.ts';
import type { ProviderSteps } from '../domain/steps.ts';
import { activity } from './activity.ts';
import { pauseMs, progress, stopJob, watchedMs } from './job-watch.ts';
import { knownCall, settle } from './paid-call.ts';
import type { Ports } from './ports.ts';

const MINUTE = 60_000;

type World = Pick<Ports, 'ledger' | 'imageUnits' | 'provider'>;

export function pollTraining(ports: World): ProviderSteps['pollTraining'] {
  return activity(async ({ callKey, firstPollMs, pollMs, deadlineMs }) => {
    const row = await knownCall(ports.ledger, callKey);
    const { requestId } = row;
    if (requestId === undefined) throw new Failure('Internal', `${callKey} is polled before it was submitted.`);
    const call = { ...row, requestId };
    if (call.state === 'submitted') {
      const status = await ports.provider.status(call.endpoint, requestId, cancellationSignal());
      if (status.state !== 'done') {
        if (watchedMs(call) >= deadlineMs) return stopLate(ports, call, { pollMs, deadlineMs });
        const elapsedMs = Date.now() - Date.parse(call.postedAt);
        const pause = pauseMs(elapsedMs, TRAINING.expectedMs, pollMs);
        // The first wait is long, because a training never ends at once.
        const retryAfterMs = activityInfo().attempt === 1 ? Math.max(firstPollMs - elapsedMs, pause) : pause;
        throw new Failure('NotReadyYet', progress(status), { retryAfterMs });
      }
    }
    await settle(ports, call, TRAINING.microUsdPerStep, cancellationSignal());
  });
}

/** A training that ended well in the last moment is as good as any. */
async function stopLate(
  ports: World,
  call: ProviderCall & { requestId: string },
  { pollMs, deadlineMs }: { pollMs: number; deadlineMs: number },
): Promise<void> {
  if (!(await stopJob(ports, call))) {
    throw new Failure('NotReadyYet', 'The training is late. It was asked to stop, and still runs.', {
      retryAfterMs: pollMs,
    });
  }
  try {
    await settle(ports, call, TRAINING.microUsdPerStep, cancellationSignal());
  } catch (error) {
    if (!(error instanceof Failure && error.code === 'ProviderFailed')) throw error;
    const minutes = Math.round(deadlineMs / MINUTE);
    throw new Failure(
      'ProviderDeadline',
      `The training did not end within ${minutes} minutes, and was stopped. The ledger has what ${call.key} cost.`,
    );
  }
}
