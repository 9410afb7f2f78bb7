// The Temporal workers of each role: they share a connection, and LIKENESS_ROLES can split them over machines.

import type { WorkerDeploymentVersion } from '@temporalio/common';
import type { ActivityInterceptorsFactory, NativeConnection, WorkerOptions, WorkerPlugin } from '@temporalio/worker';
import { Worker } from '@temporalio/worker';
import type { Activities } from '../activities/create-activities.ts';
import { TASK_QUEUES } from '../workflows/messages.ts';
import type { Role } from './config.ts';
import { WORKFLOWS_PATH } from './workflows-path.ts';

export interface WorkersOptions {
  connection: NativeConnection;
  namespace: string;
  roles: readonly Role[];
  activities: Activities;
  /** File of the prebuilt bundle; without it the workflows are bundled at start, which takes a second or two. */
  workflowBundle?: string | undefined;
  /**
   * For Worker Versioning: the server then hands these workers the tasks of their version alone, and none before the
   * version is made the current one of its deployment. Undefined: they have no version, and take all tasks.
   */
  version: WorkerDeploymentVersion | undefined;
  /**
   * How many jobs at the provider one worker follows at once. A job takes a socket and no core; the largest object in
   * memory is a LoRA, which is one activity a run.
   */
  providerSlots: number;
  /**
   * Activities per second that the server hands out of the provider queue, to all workers together. An activity makes
   * one to three requests; fal documents no limit today, and its old FAQ named ten a second. Each wait for a locked
   * account and each poll is an activity too: a hundred trainings polled every 10 s are ten a second.
   */
  providerRate: number;
  /** As many pictures at once as the vision pool has threads. */
  visionSlots: number;
  /** Sees every attempt of a step. */
  watch: ActivityInterceptorsFactory;
  /** Traces: they need code in the workflows that a prebuilt bundle lacks, so the workflows are bundled at start. */
  tracing: WorkerPlugin | undefined;
}

/** Steps in flight get this long to finish after a stop; an orchestrator should wait a little longer. */
const SHUTDOWN_GRACE = '20s';
/** After a kill, the first task of a cached run waits this long for its old worker. */
const STICKY_TIMEOUT = '5s';

export async function createWorkers(options: WorkersOptions): Promise<Worker[]> {
  const { connection, namespace, roles, activities, tracing, version } = options;
  const common = {
    connection,
    namespace,
    shutdownGraceTime: SHUTDOWN_GRACE,
    interceptors: { activity: [options.watch] },
    ...(tracing && { plugins: [tracing] }),
    // Approvals wait for weeks, so an identity's run moves to the newest version; workflows/index.ts pins the others.
    ...(version && {
      workerDeploymentOptions: {
        version,
        useWorkerVersioning: true as const,
        defaultVersioningBehavior: 'AUTO_UPGRADE' as const,
      },
    }),
  };
  const byRole: Record<Role, WorkerOptions[]> = {
    workflow: [
      {
        ...common,
        taskQueue: TASK_QUEUES.workflow,
        activities: { ...activities.workflow },
        stickyQueueScheduleToStartTimeout: STICKY_TIMEOUT,
        ...(options.workflowBundle && !tracing
          ? { workflowBundle: { codePath: options.workflowBundle } }
          : { workflowsPath: WORKFLOWS_PATH }),
      },
      { ...common, taskQueue: TASK_QUEUES.webhook, activities: { ...activities.webhook } },
    ],
    provider: [
      {
        ...common,
        taskQueue: TASK_QUEUES.provider,
        activities: { ...activities.provider },
        maxConcurrentActivityTaskExecutions: options.providerSlots,
        maxTaskQueueActivitiesPerSecond: options.providerRate,
      },
    ],
    vision: [
      {
        ...common,
        taskQueue: TASK_QUEUES.vision,
        activities: { ...activities.vision },
        maxConcurrentActivityTaskExecutions: options.visionSlots,
      },
    ],
  };
  return Promise.all(roles.flatMap((role) => byRole[role]).map((worker) => Worker.create(worker)));
}
