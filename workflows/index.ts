// What the worker's bundle holds: the workflows, and nothing that they do not need.

import type { WorkflowDefinitionOptions } from '@temporalio/common';
import { setWorkflowOptions, workflowInfo } from '@temporalio/workflow';
import * as pinned from './pinned.ts';

export * from './pinned.ts';
// Approvals wait for weeks, so it moves to the newest version: the workers' own default (worker/create-workers.ts).
export { prepareIdentity } from './prepare-identity.ts';

/** The server refuses every task that names a version's behaviour and comes from workers without versions. */
function pinnedToVersion(): WorkflowDefinitionOptions {
  return workflowInfo().currentDeploymentVersion?.deploymentName ? { versioningBehavior: 'PINNED' } : {};
}

const workflows: Record<string, (...args: never[]) => Promise<unknown>> = pinned;
for (const workflow of Object.values(workflows)) setWorkflowOptions(pinnedToVersion, workflow);
