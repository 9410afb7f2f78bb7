// A semaphore with a bounded queue, first in, first out. The thread pool's queue does not keep that order, and would
// end the thread of a task that is aborted just after it was handed over.

import { Failure } from '../../domain/failure.ts';

/** Time in which a thread reads a few pictures: when to try again if the queue is full. */
const BUSY_RETRY_MS = 2_000;

export interface Semaphore {
  /**
   * Starts the work as soon as it is one of the `concurrency`, and returns its answer. Rejects with the signal's reason
   * when it aborts before the start, and with a Failure: Busy when the queue is full or closed. An abort after the
   * start does not end the work.
   */
  run<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T>;
  /** How much work runs, and how much waits in the queue. */
  load(): { working: number; waiting: number };
  /** Rejects all work that waits. */
  close(): void;
}

interface Waiter {
  start(): void;
  reject(reason: unknown): void;
}

/** `concurrency` at the same time, and a queue of `capacity`. */
export function createSemaphore({ concurrency, capacity }: { concurrency: number; capacity: number }): Semaphore {
  const waiting = new Set<Waiter>();
  let free = concurrency;

  async function acquire<T>(work: () => Promise<T>): Promise<T> {
    free -= 1;
    try {
      return await work();
    } finally {
      free += 1;
      const [next] = waiting;
      next?.start();
    }
  }

  function wait<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const abort = () => waiter.reject(signal?.reason);
      const leave = () => {
        waiting.delete(waiter);
        signal?.removeEventListener('abort', abort);
      };
      const waiter: Waiter = {
        start() {
          leave();
          resolve(acquire(work));
        },
        reject(reason) {
          leave();
          reject(reason);
        },
      };
      waiting.add(waiter);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  return {
    async run(work, signal) {
      if (free > 0) return acquire(work);
      if (waiting.size < capacity) return wait(work, signal);
      const message = `${concurrency + waiting.size} pictures are being read already. Try again in a few seconds.`;
      throw new Failure('Busy', message, { retryAfterMs: BUSY_RETRY_MS });
    },
    load: () => ({ working: concurrency - free, waiting: waiting.size }),
    close() {
      const stopping = new Failure('Busy', 'The service is stopping. Send the picture again.');
      for (const waiter of waiting) waiter.reject(stopping);
    },
  };
}
