// The faults of a chaos run: the worst repeatedly, and every other one that the sandbox knows at least once. Those come
// a few at a time, so that they spread over the runs: most of them end the run that they hit.

import { setTimeout as sleep } from 'node:timers/promises';
import { setRules } from './neighbour.ts';
import type { Prng } from './prng.ts';

/** Faults that happen all the time; a tenth of all submissions lose their answer after they were accepted. */
const STEADY: Readonly<Record<string, number>> = {
  lost_submit_response: 0.1,
  submit_503_before_acceptance: 0.03,
  status_500: 0.03,
  webhook_never: 0.3,
};

/** The provider takes one request for two: we cannot prevent that charge, so the books can't agree. */
const NOT_OURS: readonly string[] = ['duplicate_submit'];
/** They stop all new runs for minutes, until a probe is due, so little would be tested. They have their own tests. */
const TOO_LONG: readonly string[] = ['account_admin_locked', 'endpoint_access_denied'];

/** Faults of a state, not of a request, end after this time. */
const LASTING: readonly string[] = ['stuck_in_queue', 'account_locked', 'api_key_revoked'];
const LASTING_MS = 10_000;

/** How many faults are armed at once, and how long before others have their turn. */
const WAVE = 4;
const WAVE_MS = 20_000;
const LOOK_EVERY_MS = 1000;

export interface FaultWaves {
  /** Faults that have not occurred yet. */
  left(): readonly string[];
  /** Ends the waves. The permanent faults go on: runs must not need a provider without faults. */
  stop(): Promise<void>;
}

/** Arms faults until each has occurred. */
export async function startFaults(sandboxUrl: string, prng: Prng): Promise<FaultWaves> {
  const { known } = await readFaults(sandboxUrl);
  let waiting = shuffled(
    Object.keys(known).filter((fault) => !NOT_OURS.includes(fault) && !TOO_LONG.includes(fault)),
    prng,
  );
  const stopped = new AbortController();
  const drop = async () => {
    const { counts } = await readFaults(sandboxUrl);
    waiting = waiting.filter((fault) => !counts[fault]);
  };
  const running = (async () => {
    while (!stopped.signal.aborted) {
      const rare = waiting.filter((fault) => !(fault in STEADY)).slice(0, WAVE);
      try {
        await setRules(sandboxUrl, [...steadyRules(`${prng.next()}`), ...rare.map(onceRule)]);
        const over = Date.now() + WAVE_MS;
        while (Date.now() < over && !stopped.signal.aborted) {
          await sleep(LOOK_EVERY_MS, undefined, { signal: stopped.signal }).catch(() => undefined);
          await drop();
          if (rare.length > 0 && !rare.some((fault) => waiting.includes(fault))) break;
        }
      } catch {
        await sleep(LOOK_EVERY_MS); // the sandbox is on its way back
      }
      // Faults that did not occur go to the end of the queue.
      waiting = [
        ...waiting.filter((fault) => !rare.includes(fault)),
        ...waiting.filter((fault) => rare.includes(fault)),
      ];
    }
  })();
  return {
    left: () => waiting,
    async stop() {
      stopped.abort();
      await running;
    },
  };
}

/** Those that happen all the time. */
export function steadyRules(seed: string): Record<string, unknown>[] {
  return Object.entries(STEADY).map(([fault, probability]) => ({ fault, probability, seed }));
}

function onceRule(fault: string): Record<string, unknown> {
  if (!LASTING.includes(fault)) return { fault, times: 1 };
  return { fault, until: new Date(Date.now() + LASTING_MS).toISOString() };
}

async function readFaults(
  sandboxUrl: string,
): Promise<{ known: Record<string, unknown>; counts: Record<string, number> }> {
  return (await (await fetch(`${sandboxUrl}/admin/faults`)).json()) as never;
}

function shuffled(names: string[], prng: Prng): string[] {
  return names
    .map((name) => ({ name, place: prng.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ name }) => name);
}
