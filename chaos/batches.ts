// Batches of stills in the chaos: started once, waited for, and read to the end.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Batch, BatchItem, Still } from '../api/schemas/still.ts';
import { isBatchOpen, isStillEnd } from '../domain/stills/still.ts';
import type { PatientClient } from './client.ts';

export interface BatchStory {
  batchId: string;
  /** As it was read last, with all its stills. */
  final: BatchItem;
  stills: Still[];
  /** Whether it and all its stills have ended. */
  over: boolean;
  seconds: number;
}

export interface PlayedBatch {
  /** Continues until the batch is over or the deadline passed; `onRead` gets each state that was read. */
  play(deadline: number, onRead?: (batch: BatchItem) => Promise<void> | void): Promise<BatchStory>;
}

const LOOK_EVERY_MS = 1000;
/** Stills in one answer. */
const PAGE = 100;

/** Starts a batch of so many frames: every other one shows both, the others one of them. */
export async function startBatch(
  client: PatientClient,
  [left, right]: readonly [string, string],
  { name, frames }: { name: string; frames: number },
): Promise<PlayedBatch> {
  const begun = Date.now();
  const body = {
    frames: Array.from({ length: frames }, (_, n) => frameOf(n, left, right)),
    context: { sceneId: name },
  };
  const { status, body: answer } = await client.ask('POST', '/v1/stills', body, { 'idempotency-key': name });
  if (status !== 202) throw new Error(`The batch ${name} was not started: ${status} ${JSON.stringify(answer)}`);
  const { batchId } = answer as Batch;
  return {
    async play(deadline, onRead = () => undefined) {
      for (; ; await sleep(LOOK_EVERY_MS)) {
        const { stills: _, ...final } = await read(client, batchId, 0, 0);
        await onRead(final);
        const over = isOver(final);
        if (!over && Date.now() < deadline) continue;
        const stills = await allStills(client, batchId);
        return { batchId, final, stills, over, seconds: Math.round((Date.now() - begun) / 1000) };
      }
    },
  };
}

function frameOf(number: number, left: string, right: string) {
  const both = number % 2 === 0;
  const cast = both ? [left, right] : [number % 4 === 1 ? left : right];
  return {
    frameId: `frame-${number + 1}`,
    prompt: both ? 'They talk in a kitchen, medium shot' : 'A walk along the quay',
    characters: cast.map((characterId, at) => ({
      characterId,
      ...(both && { position: at === 0 ? 'left' : 'right' }),
    })),
  };
}

/** How many stills have ended. */
export const endedIn = ({ counts, total }: BatchItem): number =>
  total - (counts.queued ?? 0) - (counts.drawing ?? 0) - (counts.checking ?? 0) - (counts.repairing ?? 0);

const isOver = (batch: BatchItem): boolean => !isBatchOpen(batch.state) && endedIn(batch) === batch.total;

async function read(client: PatientClient, batchId: string, after: number, limit: number): Promise<Batch> {
  const { status, body } = await client.ask('GET', `/v1/stills/${batchId}?after=${after}&limit=${limit}`);
  if (status !== 200) throw new Error(`The batch ${batchId} could not be read: ${status}.`);
  return body as Batch;
}

async function allStills(client: PatientClient, batchId: string): Promise<Still[]> {
  const stills: Still[] = [];
  for (let after: number | undefined = 0; after !== undefined; ) {
    const page: Batch = await read(client, batchId, after, PAGE);
    stills.push(...page.stills);
    after = page.nextAfter;
  }
  return stills;
}

/** What is wrong with a batch, a sentence each: stills without an end, too dear, or passed without a check. */
export function brokenStills({ batchId, final, stills, over }: BatchStory): string[] {
  const broken = over ? [] : [`batch ${batchId} is ${final.state} with ${endedIn(final)} of ${final.total} ended`];
  if (stills.length !== final.total) broken.push(`batch ${batchId}: ${stills.length} of ${final.total} stills`);
  for (const still of stills) {
    const name = `batch ${batchId} still ${still.number}`;
    const kept = still.pictures.find(({ number }) => number === still.best);
    if (!isStillEnd(still.state)) broken.push(`${name} is ${still.state}`);
    if (still.cost.chargedUsd > still.price.highestUsd) broken.push(`${name} cost $${still.cost.chargedUsd}`);
    if (still.state === 'passed' && (!kept?.check || kept.check.findings.length > 0)) {
      broken.push(`${name} passed, and its picture did not`);
    }
  }
  return broken;
}
