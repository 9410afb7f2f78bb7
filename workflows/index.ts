// What the worker's bundle holds: the workflows, and nothing that they do not need.

import type { WorkflowDefinitionOptions } from '@temporalio/common';
import { setWorkflowOptions, workflowInfo } from '@temporalio/workflow';
import { deliverWebhook } from './deliver-webhook.ts';
import { prepareIdentity } from './prepare-identity.ts';
import { rescoreIdentity } from './rescore-identity.ts';
import { retestIdentity } from './retest-identity.ts';
import { settleLeftover } from './settle-leftover.ts';
import { settleProxyCall } from './settle-proxy-call.ts';
import { sweepOrphans } from './sweep-orphans.ts';
import { testIdentity } from './test-identity.ts';

/**
 * Where workers have versions, all but prepareIdentity end on the version that they began on (docs/production.md). The
 * server refuses every task that says so from workers without versions, so those say nothing.
 */
function pinnedToVersion(): WorkflowDefinitionOptions {
  return workflowInfo().currentDeploymentVersion?.deploymentName ? { versioningBehavior: 'PINNED' } : {};
}
const PINNED: readonly ((...args: never[]) => Promise<unknown>)[] = [
  deliverWebhook,
  rescoreIdentity,
  retestIdentity,
  settleLeftover,
  settleProxyCall,
  sweepOrphans,
  testIdentity,
];
for (const workflow of PINNED) setWorkflowOptions(pinnedToVersion, workflow);

export {
  deliverWebhook,
  prepareIdentity,
  rescoreIdentity,
  retestIdentity,
  settleLeftover,
  settleProxyCall,
  sweepOrphans,
  testIdentity,
};
