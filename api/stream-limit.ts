// The number of streams that a caller may hold open at once, counted in this process.

import { Problem } from './problem.ts';

const STREAMS_PER_CALLER = 100;

/** Answers the function that releases the stream; throws a Problem (429) when the caller has reached its limit. */
export type AcquireStream = (caller: string) => () => void;

export function limitStreams(most = STREAMS_PER_CALLER): AcquireStream {
  const open = new Map<string, number>();
  return function acquire(caller) {
    const before = open.get(caller) ?? 0;
    if (before >= most) {
      const detail = `${most} event streams are open with this key. Close one, or share one stream among your clients.`;
      throw new Problem('too_many_streams', detail, { headers: { 'retry-after': '5' } });
    }
    open.set(caller, before + 1);
    let held = true;
    return function release() {
      if (!held) return;
      held = false;
      const left = (open.get(caller) ?? 1) - 1;
      if (left > 0) open.set(caller, left);
      else open.delete(caller);
    };
  };
}
