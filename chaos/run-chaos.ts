// Many identities at once through a sandbox with faults, while every process of the stack is killed repeatedly.
// Afterwards no request may be paid twice, and nothing may be lost.

import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { demoKey } from '../stack/first-key.ts';
import type { Ports } from '../stack/options.ts';
import type { Stack } from '../stack/stack.ts';
import { type PlayedBatch, startBatch } from './batches.ts';
import { withStack } from './chaos-stack.ts';
import { patientClient } from './client.ts';
import { type BookEntry, type Evidence, gather, requestIds } from './evidence.ts';
import { startFaults } from './faults.ts';
import { startKiller, type Target } from './killer.ts';
import { visitSandbox } from './neighbour.ts';
import { chaosPhotos, makeCharacter, readyPair } from './pair.ts';
import { type Plan, type PlayedRun, type RunStory, startRun } from './people.ts';
import { prngOf } from './prng.ts';
import { judge, kept, type Verdict } from './verdict.ts';

export interface ChaosOptions {
  runs: number;
  seed: number;
  /** Identities that are open at the same time. */
  concurrency: number;
  /** Mean pause before the next kill, mostly counted from the return of the last process. */
  killEveryMs: number;
  /** Kills go on, with further runs, until this number. */
  minKills: number;
  /** Batches of stills, one after the other, of two characters who are ready before the chaos begins. */
  batches: number;
  /** Further runs are started until every fault has occurred, up to twice the number of `runs`. */
  everyFault: boolean;
  say: (line: string) => void;
}

export interface ChaosReport {
  runs: number;
  seed: number;
  seconds: number;
  stages: Record<string, number>;
  /** How many stills ended in each state. */
  stills: Record<string, number>;
  kills: Record<Target, number>;
  /** The plans of the people. */
  plans: Record<string, number>;
  faults: Record<string, number>;
  submissions: number;
  /** Of all runs, from their start to their end, people included. */
  slowestSeconds: number;
  /** Runs that ended only after the chaos did. */
  late: number;
  /** Processes of the stack that still ran after its end. */
  leftBehind: string[];
  verdict: Verdict;
  kept: boolean;
}

/** A run that is not over by then makes room for the next; it is waited for again after the chaos. */
const RUN_WITHIN_MS = 4 * 60_000;
/** Longer than any pause between two attempts once every process is well. */
const QUIET_WITHIN_MS = 10 * 60_000;
const SETTLE_WITHIN_MS = 3 * 60_000;
/** The longest wait after the last run has started. */
export const LAST_RUNS_WITHIN_MS = RUN_WITHIN_MS + QUIET_WITHIN_MS + SETTLE_WITHIN_MS;
/** Frames of a batch: every other one shows two people. */
const FRAMES = 4;
const SAY_EVERY_MS = 15_000;
/** The key that the stack's sandbox takes when none is set. */
const SANDBOX_KEY = 'sandbox';
/** The limit of further runs, as a multiple of `runs`. */
const MOST_RUNS = 2;

export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { result, leftBehind } = await withStack((stack, ports) => play(stack, ports, options));
  return { ...result, leftBehind, kept: kept(result.verdict) && leftBehind.length === 0 };
}

async function play(
  stack: Stack,
  ports: Ports,
  options: ChaosOptions,
): Promise<Omit<ChaosReport, 'leftBehind' | 'kept'>> {
  const { runs, seed, say } = options;
  const began = Date.now();
  const sandboxUrl = stack.urls.sandbox;
  if (!sandboxUrl) throw new Error('Chaos is for the sandbox only.');
  const client = patientClient(stack.urls.api, await demoKey(stack.database));
  const shared = await makeCharacter(client, 'Chaos', chaosPhotos());
  const temporal = new Client({ connection: Connection.lazy({ address: stack.temporalAddress }) });
  const characterFor = async (plan: Plan) =>
    plan === 'forget' ? makeCharacter(client, 'Chaos', chaosPhotos()) : shared;
  await visitSandbox(sandboxUrl, SANDBOX_KEY);
  const strangers = await requestIds(sandboxUrl);
  const pair = options.batches > 0 ? await readyPair(client) : undefined;
  const faults = await startFaults(sandboxUrl, prngOf(seed));
  const killer = startKiller(stack, ports, prngOf(seed), options.killEveryMs);
  const totalKills = () => Object.values(killer.kills).reduce((sum, n) => sum + n, 0);
  const stories: RunStory[] = [];
  const late: PlayedRun[] = [];
  const batches: PlayedBatch[] = [];
  let started = 0;
  const goOn = () =>
    started < runs ||
    totalKills() < options.minKills ||
    (options.everyFault && faults.left().length > 0 && started < MOST_RUNS * runs);
  const worker = async () => {
    while (goOn()) {
      started += 1;
      const number = started;
      const prng = prngOf(seed * 1_000_003 + number);
      const run = await startRun({ client, temporal, characterFor }, number, prng);
      const story = await run.play(Date.now() + RUN_WITHIN_MS);
      if (story.over) stories.push(story);
      else late.push(run);
    }
  };
  const drawBatches = async () => {
    while (pair && batches.length < options.batches) {
      const batch = await startBatch(client, pair, { name: `batch-${batches.length + 1}`, frames: FRAMES });
      batches.push(batch);
      await batch.play(Date.now() + RUN_WITHIN_MS);
    }
  };
  const progress = setInterval(
    () =>
      say(
        `${stories.length + late.length} of ${Math.max(runs, started)} runs over or late, ${totalKills()} kills, ${faults.left().length} faults yet to strike`,
      ),
    SAY_EVERY_MS,
  );
  try {
    await Promise.all([...Array.from({ length: options.concurrency }, worker), drawBatches()]);
  } finally {
    clearInterval(progress);
    await Promise.all([killer.stop(), faults.stop()]);
  }
  if (late.length > 0) say(`the chaos is over; ${late.length} runs are still on their way`);
  stories.push(...(await Promise.all(late.map((run) => run.play(Date.now() + QUIET_WITHIN_MS)))));
  const drawn = await Promise.all(batches.map((batch) => batch.play(Date.now() + QUIET_WITHIN_MS)));
  const evidence = await whenSettled(stack, sandboxUrl, strangers);
  for (const story of stories) story.final = await client.identity(story.identityId);
  await temporal.connection.close();
  const verdict = judge({ runs: stories, batches: drawn }, evidence, stack.urls.api);
  return {
    runs: stories.length,
    seed,
    seconds: Math.round((Date.now() - began) / 1000),
    stages: count(stories.map(({ final }) => final.stage)),
    stills: count(drawn.flatMap(({ stills }) => stills.map(({ state }) => state))),
    kills: killer.kills,
    plans: count(stories.map(({ plan, hitIn }) => (hitIn ? `${plan} in ${hitIn}` : plan))),
    faults: evidence.faults,
    submissions: evidence.books.length,
    slowestSeconds: Math.max(...stories.map(({ seconds }) => seconds)),
    late: late.length,
    verdict,
  };
}

/** The evidence once the sandbox has finished its jobs, and the ledger has their ends. */
export async function whenSettled(stack: Stack, sandboxUrl: string, strangers: ReadonlySet<string>): Promise<Evidence> {
  const open = (entry: BookEntry) => entry.outcome === 'queued' || entry.outcome === 'running';
  for (const deadline = Date.now() + SETTLE_WITHIN_MS; ; await sleep(1000)) {
    try {
      const evidence = await gather(stack.database, sandboxUrl, strangers);
      const unfinished =
        evidence.books.some(open) ||
        evidence.ledger.some((row) => row.state === 'submitted' || row.state === 'intent') ||
        evidence.open.runs.some(({ stage }) => stage !== 'needs_operator') ||
        evidence.open.tests.some(({ state }) => state !== 'needs_operator') ||
        evidence.open.stills.length > 0;
      if (!unfinished || Date.now() > deadline) return evidence;
    } catch (error) {
      if (Date.now() > deadline) throw error; // a part is still on its way back
    }
  }
}

export function count(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
