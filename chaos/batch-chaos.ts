// One large batch of stills, while the worker and the sandbox are killed again and again. Afterwards every still has an
// end, nothing is paid twice, and no history has grown beyond its limit.

import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import type { BatchItem } from '../api/schemas/still.ts';
import { batchWorkflowId } from '../domain/keys.ts';
import { demoKey } from '../stack/first-key.ts';
import type { Stack } from '../stack/stack.ts';
import { endedIn, startBatch } from './batches.ts';
import { withStack } from './chaos-stack.ts';
import { patientClient } from './client.ts';
import { requestIds } from './evidence.ts';
import { steadyRules } from './faults.ts';
import { killPart } from './killer.ts';
import { setRules } from './neighbour.ts';
import { readyPair } from './pair.ts';
import { count, whenSettled } from './run-chaos.ts';
import { judge, kept, type Verdict } from './verdict.ts';

export interface BatchChaosOptions {
  frames: number;
  seed: number;
  /** How often each process is killed, spread over the batch. */
  kills: { worker: number; sandbox: number };
  say: (line: string) => void;
}

export interface BatchChaosReport {
  frames: number;
  seconds: number;
  /** How many stills ended in each state. */
  states: Record<string, number>;
  kills: { worker: number; sandbox: number };
  faults: Record<string, number>;
  /** Events of the histories: of the batch's longest run and how many it has, of the longest still, and at the median. */
  events: { batch: number; batchRuns: number; still: number; stillMedian: number };
  verdict: Verdict;
  leftBehind: string[];
  kept: boolean;
}

/** Of the limits that Temporal warns at, with room for a still that is repaired as often as it may be. */
export const MOST_EVENTS = { batch: 2000, still: 60 } as const;

const BATCH_WITHIN_MS = 60 * 60_000;
const SAY_EVERY_MS = 15_000;
const COUNTED_WITHIN_MS = 60_000;

export async function runBatchChaos(options: BatchChaosOptions): Promise<BatchChaosReport> {
  const { result, leftBehind } = await withStack((stack) => play(stack, options));
  const { events, verdict } = result;
  const areShort = events.batch < MOST_EVENTS.batch && events.still < MOST_EVENTS.still;
  return { ...result, leftBehind, kept: kept(verdict) && areShort && leftBehind.length === 0 };
}

async function play(
  stack: Stack,
  { frames, seed, kills: wanted, say }: BatchChaosOptions,
): Promise<Omit<BatchChaosReport, 'leftBehind' | 'kept'>> {
  const sandboxUrl = stack.urls.sandbox;
  if (!sandboxUrl) throw new Error('Chaos is for the sandbox only.');
  const client = patientClient(stack.urls.api, await demoKey(stack.database));
  const pair = await readyPair(client);
  const before = await requestIds(sandboxUrl);
  await setRules(sandboxUrl, steadyRules(String(seed)));
  const targets = spread(wanted);
  const kills = { worker: 0, sandbox: 0 };
  let said = 0;
  const killNext = (batch: BatchItem) => {
    const ended = endedIn(batch);
    if (Date.now() - said > SAY_EVERY_MS) {
      said = Date.now();
      say(`${ended} of ${frames} stills have ended, ${kills.worker + kills.sandbox} kills`);
    }
    const target = targets[kills.worker + kills.sandbox];
    const due = ((kills.worker + kills.sandbox + 1) * frames) / (targets.length + 1);
    if (target && ended >= due && killPart(stack, target)) kills[target] += 1;
  };
  const batch = await startBatch(client, pair, { name: `batch-${seed}`, frames });
  const story = await batch.play(Date.now() + BATCH_WITHIN_MS, killNext);
  const events = await eventsOf(stack, story.batchId, frames);
  const evidence = await whenSettled(stack, sandboxUrl, before);
  // What the two identities cost was paid before, and is no part of this.
  const subjects = new Set(story.stills.map(({ stillId }) => stillId));
  const ledger = evidence.ledger.filter(({ subjectId }) => subjects.has(subjectId));
  return {
    frames,
    seconds: story.seconds,
    states: count(story.stills.map(({ state }) => state)),
    kills,
    faults: evidence.faults,
    events,
    verdict: judge({ runs: [], batches: [story] }, { ...evidence, ledger }, stack.urls.api),
  };
}

/** The kills in turns, as many of each as are wanted. */
function spread({ worker, sandbox }: BatchChaosOptions['kills']): ('worker' | 'sandbox')[] {
  const turns = (target: 'worker' | 'sandbox', times: number) =>
    Array.from({ length: times }, (_, n) => ({ target, at: (n + 1) / (times + 1) }));
  return [...turns('worker', worker), ...turns('sandbox', sandbox)]
    .sort((a, b) => a.at - b.at)
    .map(({ target }) => target);
}

async function eventsOf(stack: Stack, batchId: string, frames: number): Promise<BatchChaosReport['events']> {
  const connection = await Connection.connect({ address: stack.temporalAddress });
  try {
    const { workflow } = new Client({ connection });
    const id = batchWorkflowId(batchId);
    // The list of workflows follows their ends within seconds.
    for (const deadline = Date.now() + COUNTED_WITHIN_MS; ; await sleep(1000)) {
      const batch: number[] = [];
      const stills: number[] = [];
      for await (const run of workflow.list({ query: `WorkflowId STARTS_WITH "${id}" AND CloseTime IS NOT NULL` })) {
        (run.workflowId === id ? batch : stills).push(run.historyLength);
      }
      if ((stills.length < frames || batch.length === 0) && Date.now() < deadline) continue;
      stills.sort((a, b) => a - b);
      const stillMedian = stills[Math.floor(stills.length / 2)] ?? 0;
      return { batch: Math.max(...batch), batchRuns: batch.length, still: stills.at(-1) ?? 0, stillMedian };
    }
  } finally {
    await connection.close();
  }
}
