// Runs the workers of one process together. When one of them fails, the process has to end: if the rest went on, its
// supervisor would not notice.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from '@temporalio/worker';

type Running = Pick<Worker, 'run' | 'getState' | 'shutdown'>;

/** Milliseconds that the others get to finish their steps: the shutdown grace time (20 s), and some more. */
const DRAIN_MS = 25_000;
const POLL_MS = 1_000;

export interface RunningWorkers {
  /** Ends when all have stopped; throws soon after one stopped unexpectedly, once the others had time to finish. */
  ended: Promise<void>;
  /** Steps in flight get the shutdown grace time. */
  stop(): void;
}

export function runTogether(workers: readonly Running[], drainMs = DRAIN_MS): RunningWorkers {
  let stopping = false;
  const runs = workers.map((worker) => worker.run());

  /** `run` of a failed worker throws after a minute, after its last poll, or never (SDK 1.24): check its state. */
  async function oneIsLost(over: AbortSignal): Promise<never> {
    for (;;) {
      await sleep(POLL_MS, undefined, { signal: over });
      const lost = workers.some((worker) => !['INITIALIZED', 'RUNNING'].includes(worker.getState()));
      if (lost && !stopping) throw new Error('one of the workers has stopped by itself');
    }
  }

  function stop(): void {
    stopping = true;
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  }

  async function untilTheEnd(): Promise<void> {
    const over = new AbortController();
    const lost = oneIsLost(over.signal);
    try {
      await Promise.race([Promise.all(runs), lost]);
    } catch (error) {
      stop();
      await Promise.race([Promise.allSettled(runs), sleep(drainMs)]);
      throw error;
    } finally {
      lost.catch(() => undefined);
      over.abort();
    }
  }

  return { ended: untilTheEnd(), stop };
}
