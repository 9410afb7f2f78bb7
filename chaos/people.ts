// The people of one run: they start it, read it, decide, cancel it, terminate its workflow or delete its photos. Every
// confirmed decision is recorded, to be compared with the end of the run.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Identity } from '../api/schemas/identity.ts';
import type { IdentityTest } from '../api/schemas/retest.ts';
import { identityWorkflowId, retestWorkflowId } from '../domain/keys.ts';
import { isEndStage, STAGES, type Stage } from '../domain/stage.ts';
import type { PatientClient } from './client.ts';
import type { Prng } from './prng.ts';

/** The plans of a run's people, with their weights. */
const PLANS = {
  approve: 47,
  regenerate: 8,
  retrain: 6,
  abandon: 6,
  cancel: 8,
  retest: 7,
  terminate: 10,
  forget: 8,
} as const;
export type Plan = keyof typeof PLANS;

/** Stages in which a run is terminated, or its photos are deleted; equally likely. */
const STAGES_HIT = {
  validating: 1,
  uploading: 1,
  training: 2,
  testing: 2,
  scoring: 1,
  awaiting_approval: 2,
  publishing: 1,
} as const;

export interface Surroundings {
  client: PatientClient;
  temporal: Client;
  /** A character with photos: all runs share one, except those whose people delete them. */
  characterFor(plan: Plan): Promise<string>;
}

export type TestStory = Pick<IdentityTest, 'state' | 'types' | 'failedImages' | 'closeReason'>;

export interface RunStory {
  identityId: string;
  plan: Plan;
  final: Identity;
  /** Each test on request, in its last read state. */
  tests: TestStory[];
  /** The stage in which it was terminated, or its photos were deleted. */
  hitIn?: string | undefined;
  /** Ids of decisions that the API confirmed. */
  acknowledged: string[];
  /** Whether it ended, or waits for an operator. */
  over: boolean;
  seconds: number;
}

const LOOK_EVERY_MS = 700;
const TERMINATE_MS = 5000;

export interface PlayedRun {
  /** Continues until the run is over or the deadline passed. A run that waits for an operator is left there. */
  play(deadline: number): Promise<RunStory>;
}

/** Starts a run whose people have a plan. */
export async function startRun(
  { client, temporal, characterFor }: Surroundings,
  number: number,
  prng: Prng,
): Promise<PlayedRun> {
  const plan = prng.pick(PLANS);
  // Half of those who cancel do it at a random time, the others when they see that a training is being paid.
  const cancelAfter = prng.next() < 0.5 ? prng.wait(6000) : undefined;
  const hitStage = prng.pick(STAGES_HIT);
  // A stage may be over between two polls; then the next one is hit.
  const isReached = (stage: Stage) => STAGES.indexOf(stage) >= STAGES.indexOf(hitStage) && !isEndStage(stage);
  const isStopped = prng.next() < 0.5;
  const characterId = await characterFor(plan);
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
  let hitIn: string | undefined;
  const cancel = async () => {
    const { status } = await client.ask('POST', `/v1/identities/${identityId}/cancel`, {});
    cancelled = status === 202;
  };
  return {
    async play(deadline) {
      for (; ; await sleep(LOOK_EVERY_MS)) {
        const final = await client.identity(identityId);
        const over = isEndStage(final.stage) || final.stage === 'needs_operator';
        if (over || Date.now() > deadline) {
          const retested = final.stage === 'ready' && (plan === 'retest' || plan === 'forget');
          const tests = retested
            ? await testAgain(client, temporal, identityId, plan === 'retest' && isStopped, deadline)
            : [];
          const seconds = Math.round((Date.now() - begun) / 1000);
          return { identityId, plan, final, tests, hitIn, acknowledged, over, seconds };
        }
        const impatient = cancelAfter === undefined ? final.stage === 'training' : Date.now() - begun > cancelAfter;
        if (plan === 'cancel' && !cancelled && impatient) await cancel();
        else if (hitIn === undefined && plan === 'terminate' && isReached(final.stage)) {
          if (await terminate(temporal, identityWorkflowId(identityId))) hitIn = final.stage;
        } else if (hitIn === undefined && plan === 'forget' && isReached(final.stage)) {
          await deletePhotos(client, characterId);
          hitIn = final.stage;
        } else if (plan === 'forget' && final.stage === 'needs_photos' && !cancelled) {
          await cancel(); // deleted before the run checked them: there are no others
        } else if (final.stage === 'awaiting_approval') await decide(client, final, plan, acknowledged);
      }
    },
  };
}

/** Ends a workflow as an operator does in the Web UI. False when Temporal did not answer, or it had ended. */
async function terminate(temporal: Client, workflowId: string): Promise<boolean> {
  try {
    await temporal.withDeadline(Date.now() + TERMINATE_MS, () =>
      temporal.workflow.getHandle(workflowId).terminate('chaos'),
    );
    return true;
  } catch {
    return false;
  }
}

async function deletePhotos(client: PatientClient, characterId: string): Promise<void> {
  const { body } = await client.ask('GET', `/v1/characters/${characterId}/photos`);
  for (const { photoId } of (body as { items: { photoId: string }[] }).items) {
    await client.ask('DELETE', `/v1/photos/${photoId}`);
  }
}

/** A test on request, whose workflow may be terminated; answers all tests when none is open. */
async function testAgain(
  client: PatientClient,
  temporal: Client,
  identityId: string,
  isStopped: boolean,
  deadline: number,
): Promise<TestStory[]> {
  const path = `/v1/identities/${identityId}/tests`;
  const key = { 'idempotency-key': `again-${identityId}` };
  const { status } = await client.ask('POST', path, { types: ['portrait', 'profile'] }, key);
  if (status !== 202) throw new Error(`the test of ${identityId} was not started: ${status}`);
  let stopped = !isStopped;
  for (; ; await sleep(LOOK_EVERY_MS)) {
    const { body } = await client.ask('GET', path);
    const { items } = body as { items: IdentityTest[] };
    if (!items.some(({ state }) => state === 'running') || Date.now() > deadline) return items;
    if (!stopped) stopped = await terminate(temporal, retestWorkflowId(identityId, 1));
  }
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
  // 409: the first attempt counted and its answer was lost, or the run went on. The checks read the run's own state.
  if (status === 200) acknowledged.push(decisionId);
}
