// A promise that a lock keeps, as a race that is lost without it.

import { type Arena, CALLERS, type Gate } from '../support/postgres/arena.ts';

export interface Race {
  /** Reads after "without it". */
  promise: string;
  /** Each of them is needed: see `without`. */
  locks: readonly string[];
  gate?: Gate;
  /** Of the planner, where the race needs one of the plans that it may choose. */
  settings?: readonly string[];
  /** What can be seen after the race. */
  run(arena: Arena): Promise<unknown>;
  /** What is seen with all locks, and without any one of these. */
  holds: unknown;
  broken: unknown;
}

export { type Arena, CALLERS };

/** `count` jobs, each told its number. */
export const jobs = <T>(count: number, job: (n: number) => Promise<T>): (() => Promise<T>)[] =>
  Array.from({ length: count }, (_, n) => () => job(n));
