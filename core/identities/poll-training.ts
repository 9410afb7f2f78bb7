// Step 3b: polls the training. The retries ARE the poll: while the job runs, each fails with a benign NotReadyYet whose
// message is the progress in the Temporal Web UI. A training past its deadline is stopped, and polled until the ledger
// has its cost.

import { Failure } from '../../domain/failure.ts';
import type { ProviderCall } from '../../domain/provider-call.ts';
import type { ProviderSteps } from '../../domain/steps.ts';
import { pauseMs, progress, stopJob, watchedMs } from '../payments/job-watch.ts';
import { knownCall } from '../payments/known-call.ts';
import { type SettlingWorld, settle } from '../payments/settle.ts';
import type { Attempt, Work } from '../ports/attempt.ts';

const MINUTE = 60_000;

export function pollTraining(ports: SettlingWorld): Work<ProviderSteps['pollTraining']> {
  return async ({ callKey, firstPollMs, pollMs, deadlineMs }, attempt) => {
    const row = await knownCall(ports.ledger, callKey);
    const { requestId } = row;
    if (requestId === undefined) throw new Failure('Internal', `${callKey} is polled before it was submitted.`);
    const call = { ...row, requestId };
    if (call.state === 'submitted') {
      const status = await ports.provider.status(call.endpoint, requestId, attempt.signal);
      if (status.state !== 'done') {
        if (watchedMs(call, attempt) >= deadlineMs) return stopLate(ports, call, { pollMs, deadlineMs }, attempt);
        const elapsedMs = Date.now() - Date.parse(call.postedAt);
        const pause = pauseMs(elapsedMs, ports.models.ofCall(call).profile.expectedMs, pollMs);
        // The first wait is long, because a training takes minutes.
        const retryAfterMs = attempt.number === 1 ? Math.max(firstPollMs - elapsedMs, pause) : pause;
        throw new Failure('NotReadyYet', progress(status), { retryAfterMs });
      }
    }
    await settle(ports, call, attempt.signal);
  };
}

/** A training that ended well at the last moment counts. */
async function stopLate(
  ports: SettlingWorld,
  call: ProviderCall & { requestId: string },
  { pollMs, deadlineMs }: { pollMs: number; deadlineMs: number },
  attempt: Attempt,
): Promise<void> {
  if (!(await stopJob(ports, call))) {
    throw new Failure('NotReadyYet', 'The training passed its deadline. It was asked to stop, but it still runs.', {
      retryAfterMs: pollMs,
    });
  }
  try {
    await settle(ports, call, attempt.signal);
  } catch (error) {
    if (!(error instanceof Failure && error.code === 'ProviderFailed')) throw error;
    const minutes = Math.round(deadlineMs / MINUTE);
    throw new Failure(
      'ProviderDeadline',
      `The training did not end within ${minutes} minutes, and was stopped. The ledger has what ${call.key} cost.`,
    );
  }
}
