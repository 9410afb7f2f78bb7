// Kills one process of the stack after the other, with SIGKILL, at random moments.

import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ports } from '../stack/options.ts';
import type { Stack } from '../stack/stack.ts';
import type { Prng } from './prng.ts';

/** The weight of each process: those without state are killed most, as in production. */
const TARGETS = { worker: 34, api: 22, sandbox: 20, supabase: 14, temporal: 10 } as const;
export type Target = keyof typeof TARGETS;
export const PARTS = Object.keys(TARGETS) as Target[];

export interface Killer {
  kills: Record<Target, number>;
  /** Stops killing. */
  stop(): Promise<void>;
}

/**
 * The share of kills that do not wait until the last process is back. Without a wait, a machine with slow starts would
 * have no process running for minutes.
 */
const OVERLAP = 0.25;
const BACK_WITHIN_MS = 120_000;
const LOOK_EVERY_MS = 250;

export function startKiller(stack: Stack, ports: Ports, prng: Prng, meanPauseMs: number): Killer {
  const kills: Record<Target, number> = { worker: 0, api: 0, sandbox: 0, supabase: 0, temporal: 0 };
  const stopped = new AbortController();
  const running = (async () => {
    while (!stopped.signal.aborted) {
      await sleep(prng.wait(meanPauseMs), undefined, { signal: stopped.signal }).catch(() => undefined);
      if (stopped.signal.aborted) return;
      const target = prng.pick(TARGETS);
      if (!killPart(stack, target)) continue;
      kills[target] += 1;
      if (prng.next() >= OVERLAP) await isBack(ports[target], stopped.signal);
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

/** False when it is on its way back from the last time, or ended in this very moment. */
export function killPart(stack: Stack, target: Target): boolean {
  const pid = stack.pidOf(target);
  if (pid === undefined) return false;
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

/** Resolves when the port accepts connections again, or after the stop. */
async function isBack(port: number, stopped: AbortSignal): Promise<void> {
  for (const deadline = Date.now() + BACK_WITHIN_MS; Date.now() < deadline && !stopped.aborted; ) {
    if (await accepts(port)) return;
    await sleep(LOOK_EVERY_MS);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
