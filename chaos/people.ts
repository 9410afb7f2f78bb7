// The people of one run: they start it, look at it, decide, or lose patience. What they were told counts is noted, so
// that it can be held against what became of it.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Identity } from '../api/schemas/identity.ts';
import { isEndStage } from '../domain/stage.ts';
import type { Chance } from './chance.ts';
import type { PatientClient } from './client.ts';

/** What a run's people have in mind, and how often in a hundred. */
const PLANS = { approve: 65, regenerate: 10, retrain: 8, abandon: 7, cancel: 10 } as const;
export type Plan = keyof typeof PLANS;

export interface RunStory {
  identityId: string;
  plan: Plan;
  final: Identity;
  /** Ids of decisions that the API said count. */
  acknowledged: string[];
  /** Whether it ended, or waits for an operator. */
  over: boolean;
  seconds: number;
}

const LOOK_EVERY_MS = 700;

export interface PlayedRun {
  /** Plays on until the run is over or the deadline passed. One that waits for an operator is left there, to be looked at. */
  play(deadline: number): Promise<RunStory>;
}

/** Starts a run whose people have a plan. */
export async function startRun(
  client: PatientClient,
  characterId: string,
  number: number,
  chance: Chance,
): Promise<PlayedRun> {
  const plan = chance.pick(PLANS);
  // Half of those who cancel do it out of the blue, the others because they see that a training is being paid.
  const cancelAfter = chance.next() < 0.5 ? chance.wait(6000) : undefined;
  const started = await client.ask(
    'POST',
    `/v1/characters/${characterId}/identities`,
    {},
    { 'idempotency-key': `run-${number}` },
  );
  if (started.status !== 202)
    throw new Error(`run ${number} was not started: ${started.status} ${JSON.stringify(started.body)}`);
  const { identityId } = started.body as Identity;
  const begun = Date.now();
  const acknowledged: string[] = [];
  let cancelled = false;
  return {
    async play(deadline) {
      for (; ; await sleep(LOOK_EVERY_MS)) {
        const final = await client.identity(identityId);
        const over = isEndStage(final.stage) || final.stage === 'needs_operator';
        const seconds = Math.round((Date.now() - begun) / 1000);
        if (over || Date.now() > deadline) return { identityId, plan, final, acknowledged, over, seconds };
        const impatient = cancelAfter === undefined ? final.stage === 'training' : Date.now() - begun > cancelAfter;
        if (plan === 'cancel' && !cancelled && impatient) {
          const { status } = await client.ask('POST', `/v1/identities/${identityId}/cancel`, {});
          cancelled = status === 202;
        } else if (final.stage === 'awaiting_approval') await decide(client, final, plan, acknowledged);
      }
    },
  };
}

async function decide(client: PatientClient, identity: Identity, plan: Plan, acknowledged: string[]): Promise<void> {
  const { identityId, round } = identity;
  const decisionId = `${identityId}/${round}`;
  const first = round === 1;
  const again = first && (plan === 'regenerate' || plan === 'retrain');
  const verdict =
    plan === 'abandon'
      ? { verdict: 'reject', next: 'abandon' }
      : again
        ? { verdict: 'reject', next: plan }
        : { verdict: 'approve' };
  const path = `/v1/identities/${identityId}/decision`;
  const { status } = await client.ask('POST', path, { decisionId, round, ...verdict });
  // 409: the first sending counted and its answer was lost, or the run went on; the checks see what it says itself.
  if (status === 200) acknowledged.push(decisionId);
}
