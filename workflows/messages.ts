// Every name that crosses a process border: queues, workflow types, signals, updates, queries, search attributes.
// The API, the worker, the CLI and scripts all speak these; nothing here runs inside a workflow by itself.

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
 * A queue for each role, so that it scales and is limited by itself, and one for webhooks, so that receivers that do not
 * answer hold nothing up.
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

/** The Temporal Schedule that starts a sweep every minute or so. */
export const SWEEP_SCHEDULE_ID = 'likeness-sweep';
/** A sweep that somebody asked for who met an orphan. */
export const SWEEP_ON_SIGHT_ID = 'likeness-sweep/on-sight';
/** A sweep that finds no worker must not stand in the way of all that come after it. */
export const SWEEP_WITHIN = '10m';

/** How the delivery of a webhook is started: while it is under way a second start is the same one. */
export function deliveryStart(deliveryId: string) {
  return {
    workflowId: webhookWorkflowId(deliveryId),
    taskQueue: TASK_QUEUES.workflow,
    args: [{ deliveryId }],
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    staticSummary: `Deliver webhook ${deliveryId}`,
  };
}

/** How a paid request is stopped and settled whose run has ended: once, however often it is asked for at a time. */
export function leftoverStart(callKey: string) {
  return {
    workflowId: leftoverWorkflowId(callKey),
    taskQueue: TASK_QUEUES.workflow,
    args: [{ callKey }],
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    staticSummary: `Settle ${callKey}, whose run has ended`,
  };
}

/** How a request of the proxy is followed until it is settled: once, however often it is asked for at a time. */
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

// Signals, because scripts, the CLI and the Web UI send them and need no answer. Whatever comes in is judged; a bad
// one is recorded in the state and changes nothing.
export const approveIdentity = defineSignal<[ApproveMessage]>('approveIdentity');
export const rejectIdentity = defineSignal<[RejectMessage]>('rejectIdentity');

/** A hint from the webhook that a training ended, or that an unclear request is known now. Both are always asked for. */
export const trainingSettled = defineSignal<[{ requestId: string }]>('trainingSettled');

// An Update, because a person in front of a page has to know at once whether the decision counts.
export const decideIdentity = defineUpdate<IdentityState, [DecisionMessage]>('decideIdentity');

/** New photos for a run that waits for them; refused in any other stage. */
export const replacePhotos = defineUpdate<IdentityState, [{ photoIds: string[] }]>('replacePhotos');

/** What the Updates of photos and payments are refused with; those of decisions are in domain/decision.ts. */
export const UPDATE_REFUSALS = ['not_needs_photos', 'malformed_photos', 'not_unclear', 'malformed_settlement'] as const;
export type UpdateRefusal = (typeof UPDATE_REFUSALS)[number];

export const settleCall = defineUpdate<IdentityState, [CallSettlement]>('settleCall');
/** The same word to the workflow that follows a request which no run waits for: of the proxy, or of a run that ended. */
export const settleFollowedCall = defineUpdate<void, [CallSettlement]>('settleCall');

export const SEARCH_ATTRIBUTES = {
  stage: defineSearchAttributeKey('IdentityStage', SearchAttributeType.KEYWORD),
  tenant: defineSearchAttributeKey('TenantId', SearchAttributeType.KEYWORD),
  character: defineSearchAttributeKey('CharacterId', SearchAttributeType.KEYWORD),
  awaitingSince: defineSearchAttributeKey('AwaitingSince', SearchAttributeType.DATETIME),
} as const;
