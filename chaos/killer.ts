// Kills one process of the stack after the other, with SIGKILL, at moments that nobody chose.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../stack/stack.ts';
import type { Chance } from './chance.ts';

/** How likely each is the next to go: what holds no state is hit most, as in life. */
const TARGETS = { worker: 34, api: 22, sandbox: 20, supabase: 14, temporal: 10 } as const;
export type Target = keyof typeof TARGETS;
export const PARTS = Object.keys(TARGETS) as Target[];

export interface Killer {
  kills: Record<Target, number>;
  /** Stops killing. */
  stop(): Promise<void>;
}

export function startKiller(stack: Stack, chance: Chance, meanPauseMs: number): Killer {
  const kills: Record<Target, number> = { worker: 0, api: 0, sandbox: 0, supabase: 0, temporal: 0 };
  const stopped = new AbortController();
  const running = (async () => {
    while (!stopped.signal.aborted) {
      await sleep(chance.wait(meanPauseMs), undefined, { signal: stopped.signal }).catch(() => undefined);
      if (stopped.signal.aborted) return;
      const target = chance.pick(TARGETS);
      const pid = stack.pidOf(target);
      if (pid === undefined) continue; // on its way back from the last time
      try {
        process.kill(pid, 'SIGKILL');
        kills[target] += 1;
      } catch {
        // it ended in this very moment
      }
    }
  })();
  return {
    kills,
    async stop() {
      stopped.abort();
      await running;
    },
  };
}
