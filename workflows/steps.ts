// The steps with their time-outs and retries, and the reason for each number. The ledger guards the costs, not the
// retry policy: a retried activity finds its row and does not pay again.

import { ActivityCancellationType, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { ProviderSteps, RecordSteps, SweepSteps, VisionSteps, WebhookSteps } from '../domain/steps.ts';
import type { StillProviderSteps, StillRecordSteps, StillVisionSteps } from '../domain/stills/steps.ts';
import { TASK_QUEUES } from './messages.ts';

const provider = { taskQueue: TASK_QUEUES.provider, cancellationType: ActivityCancellationType.TRY_CANCEL } as const;

/** Every step sends heartbeats (activities/activity.ts): a killed worker is noticed after this. */
const ALIVE = '20s';

/** Steps that write files: a cancel waits for their end, so that their files exist when they are removed. */
const untilDone = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;

/** Database rows and files of our own: quick, and retried without a limit. */
export const records = proxyActivities<RecordSteps>({
  startToCloseTimeout: '2m',
  heartbeatTimeout: ALIVE,
  cancellationType: untilDone,
  retry: { initialInterval: '1s', maximumInterval: '1m' },
});

/** CPU work: twenty photos of ten megabytes take well under five minutes on one core. */
const visionWork = {
  taskQueue: TASK_QUEUES.vision,
  startToCloseTimeout: '5m',
  heartbeatTimeout: ALIVE,
  retry: { initialInterval: '1s', maximumInterval: '1m' },
} as const;
const { validatePhotos } = proxyActivities<Pick<VisionSteps, 'validatePhotos'>>({
  ...visionWork,
  cancellationType: untilDone,
});
const { scoreImages } = proxyActivities<Pick<VisionSteps, 'scoreImages'>>({
  ...visionWork,
  cancellationType: ActivityCancellationType.TRY_CANCEL,
});
export const vision = { validatePhotos, scoreImages };

/** Twenty references and a hundred images: minutes on one core. It costs nothing, and no run waits for it. */
export const rescoring = proxyActivities<Pick<VisionSteps, 'rescoreImages'>>({
  ...visionWork,
  startToCloseTimeout: '15m',
  cancellationType: ActivityCancellationType.TRY_CANCEL,
});

/** How long a provider that is down, or a locked account, is waited for. A wait costs no request. */
const PATIENCE = '24h';

/** One upload and one POST of at most 30 s. The outcome must be known, so a cancel waits for it. */
export const submission = proxyActivities<Pick<ProviderSteps, 'submitTraining'>>({
  taskQueue: TASK_QUEUES.provider,
  startToCloseTimeout: '5m',
  heartbeatTimeout: ALIVE,
  cancellationType: untilDone,
  scheduleToCloseTimeout: PATIENCE,
  retry: { initialInterval: '5s', maximumInterval: '1m' },
});

/** One short request to the provider. The interval suits an outage, while money may depend on the answer. */
export const settlementPoll = proxyActivities<Pick<ProviderSteps, 'settleUnclearCall'>>({
  ...provider,
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: PATIENCE,
  retry: { initialInterval: '5s', maximumInterval: '1m' },
});

/**
 * Stops and settles a job; the activity sets the pauses. A request whose answer was lost is searched for first, in up
 * to fifty pages of the provider's listing: as long as a reconciliation.
 */
export const compensation = proxyActivities<Pick<ProviderSteps, 'cancelCall'>>({
  ...provider,
  startToCloseTimeout: '2m',
  heartbeatTimeout: ALIVE,
  scheduleToCloseTimeout: PATIENCE,
  retry: { initialInterval: '5s', maximumInterval: '1m' },
});

/**
 * Polls a request of the proxy until it is settled; the activity sets the pauses. A lost request that is not found
 * waits for an operator.
 */
export const callPoll = proxyActivities<Pick<ProviderSteps, 'followCall'>>({
  ...provider,
  startToCloseTimeout: '2m',
  heartbeatTimeout: ALIVE,
  scheduleToCloseTimeout: '365d',
  retry: { initialInterval: '5s', maximumInterval: '5m' },
});

/**
 * One search for a request whose fate is unclear, up to fifty pages of the provider's listing. An outage is not an
 * answer, so it is waited out; after an hour an operator is asked.
 */
export const reconciliation = proxyActivities<Pick<ProviderSteps, 'reconcileCall'>>({
  ...provider,
  startToCloseTimeout: '2m',
  heartbeatTimeout: ALIVE,
  scheduleToCloseTimeout: '1h',
  retry: { initialInterval: '5s', maximumInterval: '2m' },
});

/** So many first pauses are seven looks: each pause is twice the one before. At least a minute, for slow workers. */
const SEARCH_PAUSES = 70;
const MINUTE_MS = 60_000;

/**
 * Looks for such a request until it is found. The pauses are retries, so that the history does not grow with them; an
 * outage takes its part of the time.
 */
export const search = (firstPauseMs: number) =>
  proxyActivities<Pick<ProviderSteps, 'findCall'>>({
    ...provider,
    startToCloseTimeout: '2m',
    heartbeatTimeout: ALIVE,
    scheduleToCloseTimeout: Math.max(MINUTE_MS, SEARCH_PAUSES * firstPauseMs),
    retry: { initialInterval: firstPauseMs, backoffCoefficient: 2 },
  });

/** Copies a file of up to a gigabyte; the provider keeps it for an hour at least. */
export const loraCopy = proxyActivities<Pick<ProviderSteps, 'storeLora'>>({
  ...provider,
  cancellationType: untilDone,
  startToCloseTimeout: '15m',
  heartbeatTimeout: ALIVE,
  scheduleToCloseTimeout: '1h',
  retry: { initialInterval: '2s', maximumInterval: '1m' },
});

/**
 * One image: queue, drawing, copy. It is paid for like a training, so it waits as long for a provider. The job has its
 * own deadline.
 */
export const images = proxyActivities<Pick<ProviderSteps, 'makeTestImage'>>({
  ...provider,
  cancellationType: untilDone,
  startToCloseTimeout: '10m',
  heartbeatTimeout: ALIVE,
  scheduleToCloseTimeout: PATIENCE,
  retry: { initialInterval: '2s', maximumInterval: '1m' },
});

/** Milliseconds after its deadline, when a training is stopped, until the ledger must have its cost. */
const STOP_MS = 15 * 60_000;

/** The poll of a training, whose deadline is a setting of the run. */
export function trainingPoll(deadlineMs: number): Pick<ProviderSteps, 'pollTraining'> {
  return proxyActivities<Pick<ProviderSteps, 'pollTraining'>>({
    ...provider,
    summary: 'Poll the training until it ends',
    startToCloseTimeout: '1m',
    scheduleToCloseTimeout: deadlineMs + STOP_MS,
    retry: { initialInterval: '10s', backoffCoefficient: 1 },
  });
}

/**
 * One POST to a tenant's receiver, which has 10 s. The activity sets the pauses and the number of attempts; the
 * interval here is for a database outage.
 */
export const delivery = proxyActivities<WebhookSteps>({
  taskQueue: TASK_QUEUES.webhook,
  startToCloseTimeout: '1m',
  heartbeatTimeout: ALIVE,
  retry: { initialInterval: '5s', maximumInterval: '5m' },
});

/**
 * A page of a sweep is a few hundred short queries to Temporal and the database. After five minutes the rest is left to
 * the next sweep, so that a hanging page does not delay later ones.
 */
export const sweep = proxyActivities<SweepSteps>({
  startToCloseTimeout: '2m',
  heartbeatTimeout: ALIVE,
  scheduleToCloseTimeout: '5m',
  retry: { initialInterval: '1s', maximumInterval: '30s' },
});

/**
 * One pass over a still: a picture, or one for each repainted face. Each is drawn and copied in well under a minute; a
 * late one is polled by retries. It is paid for, so it waits for a provider as long as a test image.
 */
export const stillPictures = proxyActivities<StillProviderSteps>({
  ...provider,
  cancellationType: untilDone,
  startToCloseTimeout: '10m',
  heartbeatTimeout: ALIVE,
  scheduleToCloseTimeout: PATIENCE,
  retry: { initialInterval: '2s', maximumInterval: '1m' },
});

/** The faces of one picture: a second or two, far less than the twenty photos that the limit is for. */
export const stillChecks = proxyActivities<StillVisionSteps>({
  ...visionWork,
  cancellationType: ActivityCancellationType.TRY_CANCEL,
});

/** Rows of our own, as `records`. */
export const stillRecords = proxyActivities<Pick<StillRecordSteps, 'nextStills' | 'closeStill' | 'closeBatch'>>({
  startToCloseTimeout: '2m',
  heartbeatTimeout: ALIVE,
  cancellationType: untilDone,
  retry: { initialInterval: '1s', maximumInterval: '1m' },
});

/**
 * A state that people see while a still is drawn. A local activity: one event instead of six, four times a still. It
 * holds no still up: after five seconds the still goes on without it.
 */
export const stillStates = proxyLocalActivities<Pick<StillRecordSteps, 'saveStillState'>>({
  startToCloseTimeout: '3s',
  scheduleToCloseTimeout: '5s',
  retry: { initialInterval: '500ms' },
});

/**
 * Waits for a budget for as long as the batch is not cancelled: a person raises it, or the next month begins. A look is
 * one query; the still may start a minute late.
 */
export const budgetWait = proxyActivities<Pick<StillRecordSteps, 'waitForBudget'>>({
  startToCloseTimeout: '1m',
  heartbeatTimeout: ALIVE,
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: { initialInterval: '5s', maximumInterval: '1m' },
});
