// Whose turn it is, in the order of asking. The pool's own queue does not keep that order, and would end the thread of
// a task that is aborted just when it was handed over.

import { Failure } from '../../domain/failure.ts';

/** Time in which a thread reads a few pictures: when to come back if the line is full. */
const BUSY_RETRY_MS = 2_000;

export interface WaitingLine {
  /**
   * Begins the work when its turn comes, at once where one is free, and passes its answer on. Rejects with the signal's
   * reason when it aborts before, which frees the place, and with a Failure: Busy when no place is left or the line
   * closed. Work that has begun holds its turn until it is done.
   */
  run<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T>;
  /** Work that holds a turn, and work that waits for one. */
  load(): { working: number; waiting: number };
  /** Sends all away who wait. */
  close(): void;
}

interface Place {
  begin(): void;
  sendAway(reason: unknown): void;
}

/** `turns` at the same time, and `places` to wait for one. */
export function createWaitingLine({ turns, places }: { turns: number; places: number }): WaitingLine {
  const waiting = new Set<Place>();
  let free = turns;

  async function takeTurn<T>(work: () => Promise<T>): Promise<T> {
    free -= 1;
    try {
      return await work();
    } finally {
      free += 1;
      const [next] = waiting;
      next?.begin();
    }
  }

  function wait<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const abort = () => place.sendAway(signal?.reason);
      const leave = () => {
        waiting.delete(place);
        signal?.removeEventListener('abort', abort);
      };
      const place: Place = {
        begin() {
          leave();
          resolve(takeTurn(work));
        },
        sendAway(reason) {
          leave();
          reject(reason);
        },
      };
      waiting.add(place);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  return {
    async run(work, signal) {
      if (free > 0) return takeTurn(work);
      if (waiting.size < places) return wait(work, signal);
      const message = `${turns + waiting.size} pictures are being read already. Try again in a few seconds.`;
      throw new Failure('Busy', message, { retryAfterMs: BUSY_RETRY_MS });
    },
    load: () => ({ working: turns - free, waiting: waiting.size }),
    close() {
      const stopping = new Failure('Busy', 'The service is stopping. Send the picture again.');
      for (const place of waiting) place.sendAway(stopping);
    },
  };
}
