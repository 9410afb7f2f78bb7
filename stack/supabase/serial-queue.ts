// PGlite is one connection without a transaction mutex: all access to it goes through this queue, one job at a time.

export interface SerialQueue {
  /** Runs `job` when every earlier job has ended, with or without an error. */
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
