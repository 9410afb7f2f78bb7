// The steps with their time-outs and retries, and the reason for each number. Costs are guarded by the ledger, not by
// the retry policy: an activity that is tried again finds its row and does not pay again.

import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { ProviderSteps, RecordSteps, VisionSteps } from '../domain/steps.ts';
import { TASK_QUEUES } from './messages.ts';

const provider = { taskQueue: TASK_QUEUES.provider, cancellationType: ActivityCancellationType.TRY_CANCEL } as const;

/** Database rows and files of our own: quick, and worth trying for as long as it takes. */
export const records = proxyActivities<RecordSteps>({
  startToCloseTimeout: '2m',
  heartbeatTimeout: '30s',
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: { initialInterval: '1s', maximumInterval: '1m' },
});

/** CPU work: twenty photos of ten megabytes take well under five minutes on one core. */
export const vision = proxyActivities<VisionSteps>({
  taskQueue: TASK_QUEUES.vision,
  startToCloseTimeout: '5m',
  heartbeatTimeout: '1m',
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: { initialInterval: '1s', maximumInterval: '1m' },
});

/**
 * A submission is one upload and one POST of at most 30 s; a provider that is down is waited for, for a day. The outcome
 * must be known: a cancel waits for it.
 */
export const submission = proxyActivities<Pick<ProviderSteps, 'submitTraining'>>({
  taskQueue: TASK_QUEUES.provider,
  startToCloseTimeout: '5m',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  scheduleToCloseTimeout: '24h',
  retry: { initialInterval: '5s', maximumInterval: '5m' },
});

/** Looks at the provider: one short request each, as often as the activity itself says. */
export const look = proxyActivities<Pick<ProviderSteps, 'reconcileCall' | 'settleUnclearCall' | 'cancelTraining'>>({
  ...provider,
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: '30m',
  retry: { initialInterval: '5s', backoffCoefficient: 1 },
});

/** Copies a file of up to a gigabyte; the provider keeps it for an hour at least. */
export const copy = proxyActivities<Pick<ProviderSteps, 'storeLora'>>({
  ...provider,
  startToCloseTimeout: '15m',
  heartbeatTimeout: '10m',
  scheduleToCloseTimeout: '1h',
  retry: { initialInterval: '2s', maximumInterval: '1m' },
});

/** One image: queue, drawing, copy. The post may take 30 s without a heartbeat; a dead worker is told in a minute. */
export const images = proxyActivities<Pick<ProviderSteps, 'makeTestImage'>>({
  ...provider,
  startToCloseTimeout: '10m',
  heartbeatTimeout: '1m',
  scheduleToCloseTimeout: '1h',
  retry: { initialInterval: '2s', maximumInterval: '1m' },
});

/** The poll of a training, whose deadline is a setting of the run. */
export function trainingPoll(deadlineMs: number): Pick<ProviderSteps, 'pollTraining'> {
  return proxyActivities<Pick<ProviderSteps, 'pollTraining'>>({
    ...provider,
    summary: 'Poll the training until it ends',
    startToCloseTimeout: '1m',
    scheduleToCloseTimeout: deadlineMs,
    retry: { initialInterval: '10s', backoffCoefficient: 1 },
  });
}
