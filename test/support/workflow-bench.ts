// The time-skipping server with our workflows on it: one for a test file, a worker for each test.

import { writeFileSync } from 'node:fs';
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { inject, vi } from 'vitest';
import type { IdentityState } from '../../domain/identity-state.ts';
import { identityWorkflowId } from '../../domain/keys.ts';
import { DEFAULT_SETTINGS, type RunSettings } from '../../domain/settings.ts';
import { isEndStage, type Stage } from '../../domain/stage.ts';
import { getState, type PrepareIdentityInput, SEARCH_ATTRIBUTES, TASK_QUEUES } from '../../workflows/messages.ts';
import type { prepareIdentity } from '../../workflows/prepare-identity.ts';
import type { FakeSteps } from './fake-steps.ts';
import './quiet-runtime.ts';
import { HISTORIES } from './recordings.ts';
import { startTestServer } from './test-server.ts';

export type RunHandle = WorkflowHandleWithFirstExecutionRunId<typeof prepareIdentity>;

export interface WorkflowBench {
  env: TestWorkflowEnvironment;
  /** The workflows, as a Worker takes them. */
  bundle: { codePath: string };
  /**
   * Deploys workers with these steps, on our workflows or on those of another bundle; answers how they are stopped. Without
   * a cache of workflows no task waits for the very worker that had the last one, so that another takes over at once.
   */
  deploy(
    steps: FakeSteps,
    options?: { workflows?: WorkflowBundleOption; maxCachedWorkflows?: number },
  ): Promise<() => Promise<void>>;
  /** Runs `script` beside workers with these steps, then ends what it left open; answers what the script answers. */
  serve<T>(steps: FakeSteps, script: () => Promise<T>): Promise<T>;
  /** Starts the run of an identity, for the workers that are deployed. */
  begin(identityId: string, settings?: Partial<RunSettings>): Promise<RunHandle>;
  /** Runs one identity with these steps, while `script` plays its people; answers what the script answers. */
  play<T>(steps: FakeSteps, script: (handle: RunHandle) => Promise<T>, settings?: Partial<RunSettings>): Promise<T>;
  stop(): Promise<void>;
}

/** temporal.api.enums.v1.IndexedValueType */
const INDEXED_VALUE_TYPE = { TEXT: 1, KEYWORD: 2, INT: 3, DOUBLE: 4, BOOL: 5, DATETIME: 6, KEYWORD_LIST: 7 } as const;

/** temporal.api.enums.v1.PendingActivityState */
const STARTED = 2;

const WORKFLOW_TASK_EVENTS = [
  'workflowTaskScheduledEventAttributes',
  'workflowTaskStartedEventAttributes',
  'workflowTaskCompletedEventAttributes',
  'workflowTaskFailedEventAttributes',
  'workflowTaskTimedOutEventAttributes',
] as const;

/** Milliseconds of real time: for what needs no more than a moment on a machine that is free. Nobody waits it out. */
const PATIENCE = { timeout: 180_000, interval: 20 };

let identities = 0;

export async function startWorkflowBench(): Promise<WorkflowBench> {
  const { env, stop } = await startTestServer();
  await env.connection.operatorService.addSearchAttributes({
    namespace: env.namespace ?? 'default',
    searchAttributes: Object.fromEntries(
      Object.values(SEARCH_ATTRIBUTES).map(({ name, type }) => [name, INDEXED_VALUE_TYPE[type]]),
    ),
  });
  skipTimeSafely(env);
  const bundle = { codePath: inject('workflowBundle') };
  const deploy: WorkflowBench['deploy'] = async (steps, { workflows = bundle, ...cache } = {}) => {
    const common = { connection: env.nativeConnection };
    const workers = await Promise.all([
      Worker.create({
        ...common,
        taskQueue: TASK_QUEUES.workflow,
        workflowBundle: workflows,
        // In this thread: one of its own for each test would load the whole SDK anew.
        debugMode: true,
        ...cache,
        activities: { ...steps.workflow },
      }),
      Worker.create({ ...common, taskQueue: TASK_QUEUES.provider, activities: { ...steps.provider } }),
      Worker.create({ ...common, taskQueue: TASK_QUEUES.vision, activities: { ...steps.vision } }),
    ]);
    const running = Promise.all(workers.map((worker) => worker.run()));
    return async () => {
      for (const worker of workers) worker.shutdown();
      await running;
    };
  };
  const begin: WorkflowBench['begin'] = (identityId, settings) => {
    const input: PrepareIdentityInput = {
      identityId,
      tenantId: 'tenant-1',
      characterId: 'character-1',
      photoIds: ['photo-1', 'photo-2', 'photo-3'],
      settings: { ...DEFAULT_SETTINGS, ...settings },
    };
    return env.client.workflow.start<typeof prepareIdentity>('prepareIdentity', {
      workflowId: identityWorkflowId(identityId),
      taskQueue: TASK_QUEUES.workflow,
      args: [input],
    });
  };
  const serve: WorkflowBench['serve'] = async (steps, script) => {
    const stopWorkers = await deploy(steps);
    try {
      return await script();
    } finally {
      await endAll(env);
      await stopWorkers();
    }
  };
  return {
    env,
    bundle,
    deploy,
    serve,
    begin,
    stop,
    play: (steps, script, settings) =>
      serve(steps, async () => {
        identities += 1;
        return script(await begin(`00000000-0000-4000-8000-${String(identities).padStart(12, '0')}`, settings));
      }),
  };
}

type Told = Pick<RunHandle, 'describe' | 'fetchHistory'>;

/** The stages in which a run rests until a person acts. */
const RESTING: ReadonlySet<Stage> = new Set(['awaiting_approval', 'needs_photos', 'needs_operator']);

/**
 * Waits, in real time, until the run is in this stage and, if people act in it, rests; fails at once when it ended in
 * another one. When a run cancels an activity or a timer that has just ended, the time-skipping server refuses its task
 * and never gives it another one (temporalio/sdk-java#2606, #3088).
 */
export async function untilStage(
  handle: Told & Pick<RunHandle, 'query'>,
  stage: Stage,
  round = 0,
): Promise<IdentityState> {
  for (const deadline = Date.now() + PATIENCE.timeout; ; ) {
    const state = await handle.query(getState);
    const reached = state.stage === stage && state.round >= round;
    if (reached && (!RESTING.has(stage) || (await rests(handle)))) return state;
    if (isEndStage(state.stage) || Date.now() > deadline) {
      throw new Error(`waited for ${stage}, but the run is in ${state.stage}: ${JSON.stringify(state.failure)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function rests(handle: Told): Promise<boolean> {
  const { raw } = await handle.describe();
  return raw.pendingActivities?.length === 0 && (await hasTakenIn(handle));
}

/** Whether the run has worked off all that it was told; one whose start is delayed has no task yet. */
async function hasTakenIn(handle: Pick<Told, 'fetchHistory'>): Promise<boolean> {
  const { events } = await handle.fetchHistory();
  const lastTask = events?.findLast((event) => WORKFLOW_TASK_EVENTS.some((kind) => event[kind]));
  return !lastTask || Boolean(lastTask.workflowTaskCompletedEventAttributes);
}

/**
 * Time skips while a result is awaited; from here on not before the run has taken in what it was told, so that no timer
 * fires that it is about to cancel.
 */
function skipTimeSafely({ client: { workflow } }: TestWorkflowEnvironment): void {
  const result = workflow.result.bind(workflow);
  workflow.result = async (workflowId, ...rest) => {
    await vi.waitUntil(() => hasTakenIn(workflow.getHandle(workflowId)), PATIENCE);
    return result(workflowId, ...rest);
  };
}

/**
 * Ends what a test left open, once it has nothing to do. Of a workflow that has a task when its worker goes, nobody takes
 * the task, and time does not skip any more for the tests to come.
 */
async function endAll({ connection, client, namespace = 'default' }: TestWorkflowEnvironment): Promise<void> {
  const open = async () => {
    const request = { namespace, maximumPageSize: 1000 };
    const { executions } = await connection.workflowService.listOpenWorkflowExecutions(request);
    return executions.map(({ execution }) => client.workflow.getHandle(execution?.workflowId ?? ''));
  };
  const isIdle = async (handle: Told) => {
    const { raw } = await handle.describe();
    return !raw.pendingActivities?.some(({ state }) => state === STARTED) && (await hasTakenIn(handle));
  };
  const areIdle = async () => (await Promise.all((await open()).map(isIdle))).every(Boolean);
  // What a failed test left busy ends all the same.
  await vi.waitUntil(areIdle, PATIENCE).catch(() => undefined);
  for (const handle of await open()) await handle.terminate('the test is over');
}

/** Keeps the history of the newest run, or of `runId`, for the replay gate, when asked for by `npm run histories`. */
export async function keepHistory(
  bench: WorkflowBench,
  { workflowId, runId }: { workflowId: string; runId?: string },
  name: string,
): Promise<void> {
  if (!process.env.LIKENESS_KEEP_HISTORIES) return;
  const history = await bench.env.client.workflow.getHandle(workflowId, runId).fetchHistory();
  const json: unknown = JSON.parse(historyToJSON(history), (key, value) => {
    // Of the machine that recorded it, not of the run.
    if (key === 'stackTrace') return undefined;
    return key === 'identity' ? 'recorded' : value;
  });
  writeFileSync(new URL(`${name}.json`, HISTORIES), `${JSON.stringify(json, null, 1)}\n`);
}

/** What an Update that is refused fails with. */
export async function refusalOf(update: Promise<unknown>): Promise<string | null | undefined> {
  const error = await update.then(
    () => undefined,
    (e: unknown) => e,
  );
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) return error.cause.type;
  throw error ?? new Error('the update was not refused');
}
