// PGlite is one connection without a transaction mutex: whatever touches it goes through here, one at a time.

export interface SerialQueue {
  /** Runs `job` when every job before it has ended, well or badly. */
  run<T>(job: () => Promise<T>): Promise<T>;
}

export function createSerialQueue(): SerialQueue {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(job) {
      const result = last.then(job);
      last = result.catch(() => undefined);
      return result;
    },
  };
}
