// Limits the bytes of uploads that are in memory at once, over all requests of this process. A semaphore: an upload
// without room waits in order, and its body is not read meanwhile.

import { Failure } from '../../domain/failure.ts';

export interface UploadMemory {
  /**
   * Runs `work` while `bytes` are reserved for it. Rejects with a Failure: Busy when there is no room in time, or when
   * too many wait already, and with the signal's reason when it aborts.
   */
  hold<T>(bytes: number, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

export interface UploadMemoryOptions {
  /** Bytes. The most that is reserved for one upload. */
  most: number;
  /** Bytes that every upload counts for at least. */
  least: number;
  /** Uploads that may wait, and how long, in milliseconds. */
  places: number;
  waitMs: number;
}

export function createUploadMemory({ most, least, places, waitMs }: UploadMemoryOptions): UploadMemory {
  let free = most;
  const waiting: { bytes: number; begin: () => void }[] = [];

  function release(bytes: number): void {
    free += bytes;
    // Strictly in order, also when a smaller one would fit: else a large upload could starve.
    for (let next = waiting[0]; next && next.bytes <= free; next = waiting[0]) {
      waiting.shift();
      free -= next.bytes;
      next.begin();
    }
  }

  function acquire(bytes: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (waiting.length === 0 && bytes <= free) {
      free -= bytes;
      return Promise.resolve();
    }
    if (waiting.length >= places) return Promise.reject(busy(waitMs));
    return new Promise((resolve, reject) => {
      const place = { bytes, begin: () => leave(resolve) };
      const patience = setTimeout(() => goAway(busy(waitMs)), waitMs);
      const abort = () => goAway(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      waiting.push(place);

      function leave(answer: () => void): void {
        clearTimeout(patience);
        signal.removeEventListener('abort', abort);
        answer();
      }
      function goAway(reason: unknown): void {
        waiting.splice(waiting.indexOf(place), 1);
        leave(() => reject(reason));
        release(0); // Uploads behind a large one may fit.
      }
    });
  }

  return {
    async hold(wanted, signal, work) {
      const bytes = Math.min(most, Math.max(least, wanted));
      await acquire(bytes, signal);
      try {
        return await work();
      } finally {
        release(bytes);
      }
    },
  };
}

function busy(retryAfterMs: number): Failure {
  return new Failure('Busy', 'Too many uploads are being read. Send the photos again in a few seconds.', {
    retryAfterMs,
  });
}
