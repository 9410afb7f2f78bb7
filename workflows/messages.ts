// Every name that crosses a process border: queues, workflow types, signals, updates, queries, search attributes. The
// API, the worker, the CLI and scripts share them; none of this code runs only in a workflow.

import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { IdentityState } from '../domain/identity-state.ts';
import {
  batchWorkflowId,
  leftoverWorkflowId,
  proxyWorkflowId,
  stillAgainWorkflowId,
  stillWorkflowId,
  webhookWorkflowId,
} from '../domain/keys.ts';
import type { ApproveMessage, CallSettlement, DecisionMessage, RejectMessage } from '../domain/run-messages.ts';
import { batchPriority } from '../domain/stills/priority.ts';
import type { DrawBatchInput, StillPlan } from '../domain/stills/steps.ts';

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
export const DRAW_BATCH = 'drawBatch';
export const DRAW_STILL = 'drawStill';

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

/** How a batch of stills is started; once, also after it has ended. */
export function drawBatchStart(batch: DrawBatchInput) {
  const { tenantId, batchId, stills, atOnce } = batch;
  return {
    workflowId: batchWorkflowId(batchId),
    taskQueue: TASK_QUEUES.workflow,
    args: [batch] as [DrawBatchInput],
    staticSummary: `${stills} stills, ${atOnce} at once`,
    ...ONCE,
    ...ofTenant(tenantId, batchPriority(stills)),
  };
}

/** How the child of a batch that draws one of its stills is started. */
export function drawStillStart(plan: StillPlan) {
  const { tenantId, batchId, number, cast, route, priority } = plan;
  return {
    workflowId: stillWorkflowId(batchId, number),
    taskQueue: TASK_QUEUES.workflow,
    args: [plan] as [StillPlan],
    staticSummary: `Still ${number}: ${cast.length} characters, ${route}`,
    ...ofTenant(tenantId, priority),
  };
}

/** How a further pass of a still is started that a person asked for; once. `again` counts these passes from 1. */
export function stillAgainStart(plan: StillPlan, again: number) {
  const { batchId, number } = plan;
  return {
    ...drawStillStart(plan),
    workflowId: stillAgainWorkflowId(batchId, number, again),
    staticSummary: `Still ${number}: ${plan.again?.kind ?? 'draw'} ${again} on request`,
    ...ONCE,
  };
}

const ONCE = { workflowIdReusePolicy: 'REJECT_DUPLICATE', workflowIdConflictPolicy: 'USE_EXISTING' } as const;

/** Tenants share what a priority has: one with a thousand stills does not keep another one waiting. */
const ofTenant = (tenantId: string, priorityKey: number) => ({
  typedSearchAttributes: [{ key: SEARCH_ATTRIBUTES.tenant, value: tenantId }],
  priority: { priorityKey, fairnessKey: tenantId },
});

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
