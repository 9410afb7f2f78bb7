// How many streams a caller may hold open at once. Counted in this process, like the streams themselves.

import { Problem } from './problem.ts';

const STREAMS_PER_CALLER = 100;

/** Answers what gives the place back; 429 when the caller has none left. */
export type TakePlace = (caller: string) => () => void;

export function limitStreams(most = STREAMS_PER_CALLER): TakePlace {
  const open = new Map<string, number>();
  return function takePlace(caller) {
    const before = open.get(caller) ?? 0;
    if (before >= most) {
      const detail = `${most} event streams are open with this key. Close one, or share one stream among your clients.`;
      throw new Problem('too_many_streams', detail, { headers: { 'retry-after': '5' } });
    }
    open.set(caller, before + 1);
    let held = true;
    return function giveBack() {
      if (!held) return;
      held = false;
      const left = (open.get(caller) ?? 1) - 1;
      if (left > 0) open.set(caller, left);
      else open.delete(caller);
    };
  };
}
