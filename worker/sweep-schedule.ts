// The Temporal Schedule of the sweep. It lives in the namespace. Every worker with the role `workflow` creates it at
// start and checks it regularly, so that it exists after a deletion and in a new namespace.

import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, ScheduleAlreadyRunning, ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';
import type { Logger } from 'pino';
import { SWEEP_ORPHANS, SWEEP_SCHEDULE_ID, SWEEP_WITHIN, TASK_QUEUES } from '../workflows/messages.ts';

/** Milliseconds between two checks of the Schedule; shorter after a failure. */
const POLL_MS = 5 * 60_000;
const RETRY_MS = 10_000;
/** Milliseconds. Sweeps missed while Temporal was down are not caught up: the next one sees everything. */
const CATCH_UP_MS = 10_000;

/** Keeps the Schedule in line with the settings, until the signal. `everyMs` 0: no Schedule. Never throws. */
export async function keepSweepSchedule(
  client: Client,
  everyMs: number,
  log: Pick<Logger, 'warn'>,
  stopping: AbortSignal,
): Promise<void> {
  while (!stopping.aborted) {
    let pauseMs = POLL_MS;
    try {
      await ensureSweepSchedule(client, everyMs);
    } catch (error) {
      pauseMs = RETRY_MS;
      const message = error instanceof Error ? error.message : String(error);
      log.warn(
        { schedule: SWEEP_SCHEDULE_ID, error: message },
        'the schedule of the sweep could not be set: it is tried again',
      );
    }
    await sleep(pauseMs, undefined, { signal: stopping, ref: false }).catch(() => undefined);
  }
}

/** Creates the Schedule, changes its interval, or removes it; a repeat changes nothing. */
export async function ensureSweepSchedule(client: Client, everyMs: number): Promise<void> {
  const handle = client.schedule.getHandle(SWEEP_SCHEDULE_ID);
  if (everyMs === 0) {
    try {
      await handle.delete();
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
    }
    return;
  }
  const wanted = sweepSchedule(everyMs);
  try {
    await client.schedule.create({ scheduleId: SWEEP_SCHEDULE_ID, ...wanted });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { spec } = await handle.describe();
    if (spec.intervals?.length === 1 && spec.intervals[0]?.every === everyMs) return;
    // A pause by an operator stays.
    await handle.update(({ state }) => ({ ...wanted, state }));
  }
}

function sweepSchedule(everyMs: number) {
  return {
    spec: { intervals: [{ every: everyMs }] },
    action: {
      type: 'startWorkflow' as const,
      workflowType: SWEEP_ORPHANS,
      workflowId: SWEEP_SCHEDULE_ID,
      taskQueue: TASK_QUEUES.workflow,
      args: [],
      workflowExecutionTimeout: SWEEP_WITHIN,
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCH_UP_MS },
  };
}
