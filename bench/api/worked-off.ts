import { setTimeout as sleep } from 'node:timers/promises';
import { RunError } from '../../core/ports/run-error.ts';
import type { IdentityRuns } from '../../core/ports/runs.ts';

const PAUSE_MS = 200;
const WITHIN_MS = 120_000;

/** All these runs have begun: the worker has nothing left of them, so that they take nothing from what is measured next. */
export async function workedOff(runs: IdentityRuns, identityIds: readonly string[]): Promise<void> {
  const until = Date.now() + WITHIN_MS;
  for (const id of identityIds) {
    while (!(await answers(runs, id))) {
      if (Date.now() > until) throw new Error('The worker did not work off the runs that were started.');
      await sleep(PAUSE_MS);
    }
  }
}

async function answers(runs: IdentityRuns, identityId: string): Promise<boolean> {
  try {
    return (await runs.state(identityId)).identityId === identityId;
  } catch (error) {
    if (error instanceof RunError && error.trouble === 'no_worker') return false;
    throw error;
  }
}
