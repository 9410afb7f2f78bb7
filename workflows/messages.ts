// Every name that crosses a process border: queues, workflow types, signals, updates, queries, search attributes. The
// API, the worker, the CLI and scripts share them; none of this code runs only in a workflow.

import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { IdentityState } from '../domain/identity-state.ts';
import { leftoverWorkflowId, proxyWorkflowId, webhookWorkflowId } from '../domain/keys.ts';
import type { ApproveMessage, CallSettlement, DecisionMessage, RejectMessage } from '../domain/run-messages.ts';

export type {
  ApproveMessage,
  CallSettlement,
  DecisionMessage,
  PrepareIdentityInput,
  RejectMessage,
  RetestIdentityInput,
} from '../domain/run-messages.ts';

/**
 * A queue for each role, so that each scales and is limited separately; one for webhooks, so that slow receivers block
 * no other work.
 */
export const TASK_QUEUES = {
  workflow: 'identity',
  provider: 'provider',
  vision: 'vision',
  webhook: 'webhook',
} as const;

export const PREPARE_IDENTITY = 'prepareIdentity';
export const RETEST_IDENTITY = 'retestIdentity';
export const RESCORE_IDENTITY = 'rescoreIdentity';
export const SETTLE_LEFTOVER = 'settleLeftover';
export const DELIVER_WEBHOOK = 'deliverWebhook';
export const SETTLE_PROXY_CALL = 'settleProxyCall';
export const SWEEP_ORPHANS = 'sweepOrphans';

/** The Temporal Schedule of the sweep (worker/sweep-schedule.ts). */
export const SWEEP_SCHEDULE_ID = 'likeness-sweep';
/** A sweep that the API requested after it found an orphan. */
export const SWEEP_ON_SIGHT_ID = 'likeness-sweep/on-sight';
/** A sweep without a worker times out, so that it does not block the next ones. */
export const SWEEP_WITHIN = '10m';

/** How the delivery of a webhook is started; a second start during it does nothing. */
export function deliveryStart(deliveryId: string) {
  return {
    workflowId: webhookWorkflowId(deliveryId),
    taskQueue: TASK_QUEUES.workflow,
    args: [{ deliveryId }],
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    staticSummary: `Deliver webhook ${deliveryId}`,
  };
}

/** How a paid request whose run has ended is stopped and settled; once, for concurrent starts. */
export function leftoverStart(callKey: string) {
  return {
    workflowId: leftoverWorkflowId(callKey),
    taskQueue: TASK_QUEUES.workflow,
    args: [{ callKey }],
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    staticSummary: `Settle ${callKey}, whose run has ended`,
  };
}

/** How a request of the proxy is followed until it is settled; once, for concurrent starts. */
export function followStart(callKey: string) {
  return {
    workflowId: proxyWorkflowId(callKey),
    taskQueue: TASK_QUEUES.workflow,
    args: [{ callKey }],
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    staticSummary: `Follow ${callKey} until it is settled`,
  };
}

/** The answer to every question about a run. */
export const getState = defineQuery<IdentityState>('getState');

// Signals, because scripts, the CLI and the Web UI send them and need no answer. Each is validated; a bad one is
// recorded in the state and changes nothing.
export const approveIdentity = defineSignal<[ApproveMessage]>('approveIdentity');
export const rejectIdentity = defineSignal<[RejectMessage]>('rejectIdentity');

/** A hint from the webhook that a training ended, or that an unclear request is known. The step verifies both. */
export const trainingSettled = defineSignal<[{ requestId: string }]>('trainingSettled');

// An Update, because a person on a page has to know at once whether the decision counts.
export const decideIdentity = defineUpdate<IdentityState, [DecisionMessage]>('decideIdentity');

/** New photos for a run that waits for them; refused in any other stage. */
export const replacePhotos = defineUpdate<IdentityState, [{ photoIds: string[] }]>('replacePhotos');

/** The refusals of the Updates of photos and payments; those of decisions are in domain/decision.ts. */
export const UPDATE_REFUSALS = ['not_needs_photos', 'malformed_photos', 'not_unclear', 'malformed_settlement'] as const;
export type UpdateRefusal = (typeof UPDATE_REFUSALS)[number];

export const settleCall = defineUpdate<IdentityState, [CallSettlement]>('settleCall');
/** The same settlement for the workflow of a request that no run waits for: of the proxy, or of a run that ended. */
export const settleFollowedCall = defineUpdate<void, [CallSettlement]>('settleCall');

export const SEARCH_ATTRIBUTES = {
  stage: defineSearchAttributeKey('IdentityStage', SearchAttributeType.KEYWORD),
  tenant: defineSearchAttributeKey('TenantId', SearchAttributeType.KEYWORD),
  character: defineSearchAttributeKey('CharacterId', SearchAttributeType.KEYWORD),
  awaitingSince: defineSearchAttributeKey('AwaitingSince', SearchAttributeType.DATETIME),
} as const;
