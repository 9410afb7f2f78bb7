// Many identities at once through a sandbox that misbehaves, while every process of the stack is killed again and
// again. Afterwards nobody may have paid twice, and nothing may be lost.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { demoPhotos } from '../stack/demo-photos.ts';
import { demoKey } from '../stack/first-key.ts';
import { orAnyFree } from '../stack/free-ports.ts';
import { readPorts } from '../stack/options.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { seededChance } from './chance.ts';
import { type PatientClient, patientClient } from './client.ts';
import { type BookEntry, type Evidence, gather } from './evidence.ts';
import { setFaults } from './faults.ts';
import { startKiller, type Target } from './killer.ts';
import { playRun, type RunStory } from './people.ts';
import { judge, kept, type Verdict } from './verdict.ts';

export interface ChaosOptions {
  runs: number;
  seed: number;
  /** Identities that are open at the same time. */
  concurrency: number;
  /** Mean pause between two kills. */
  killEveryMs: number;
  /** Kills go on, with further runs, until this many. */
  minKills: number;
  say: (line: string) => void;
}

export interface ChaosReport {
  runs: number;
  seed: number;
  seconds: number;
  stages: Record<string, number>;
  kills: Record<Target, number>;
  faults: Record<string, number>;
  submissions: number;
  verdict: Verdict;
  kept: boolean;
}

const RUN_WITHIN_MS = 6 * 60_000;
const SETTLE_WITHIN_MS = 3 * 60_000;
const SAY_EVERY_MS = 15_000;
/** Three photos of one man: enough to be trained on, and quick to look at. */
const PHOTOS = 3;
const RICH_USD = '1000000';

export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { runs, seed, say } = options;
  const began = Date.now();
  const folder = mkdtempSync(join(tmpdir(), 'likeness-chaos-'));
  const ports = await orAnyFree(readPorts({}));
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    FAL_KEY: '',
    FAL_API_KEY: '',
    LIKENESS_MONTHLY_CAP_USD: RICH_USD,
    LIKENESS_TRAINING_FIRST_POLL_MS: '1000',
    LIKENESS_TRAINING_POLL_MS: '1000',
  };
  const stack = await startStack({ dataFolder: folder, ports, env, sandboxTrainingMs: 1500 }, () => {});
  try {
    const client = patientClient(stack.urls.api, await demoKey(stack.database));
    const characterId = await makeCharacter(client);
    await setFaults(stack, seed);
    const killer = startKiller(stack, seededChance(seed), options.killEveryMs);
    const totalKills = () => Object.values(killer.kills).reduce((sum, n) => sum + n, 0);
    const stories: RunStory[] = [];
    let started = 0;
    const worker = async () => {
      while (started < runs || totalKills() < options.minKills) {
        started += 1;
        const number = started;
        const chance = seededChance(seed * 1_000_003 + number);
        stories.push(await playRun(client, characterId, number, chance, Date.now() + RUN_WITHIN_MS));
      }
    };
    const progress = setInterval(
      () => say(`${stories.length} of ${Math.max(runs, started)} runs over, ${totalKills()} kills`),
      SAY_EVERY_MS,
    );
    try {
      await Promise.all(Array.from({ length: options.concurrency }, worker));
    } finally {
      clearInterval(progress);
      await killer.stop();
    }
    const evidence = await whenSettled(stack);
    for (const story of stories) story.final = await client.identity(story.identityId);
    const verdict = judge(stories, evidence, stack.urls.api);
    return {
      runs: stories.length,
      seed,
      seconds: Math.round((Date.now() - began) / 1000),
      stages: countStages(stories),
      kills: killer.kills,
      faults: evidence.faults,
      submissions: evidence.books.length,
      verdict,
      kept: kept(verdict),
    };
  } finally {
    await stack.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 });
  }
}

async function makeCharacter(client: PatientClient): Promise<string> {
  const { body } = await client.ask('POST', '/v1/characters', { name: 'Chaos' });
  const { id } = body as { id: string };
  const form = new FormData();
  for (const file of demoPhotos(undefined).slice(0, PHOTOS)) {
    form.append('photos', new Blob([readFileSync(file)]), basename(file));
  }
  const { status } = await client.ask('POST', `/v1/characters/${id}/photos`, form);
  if (status !== 200) throw new Error(`The photos were not taken: ${status}.`);
  return id;
}

/** The evidence once the sandbox has finished what it began, and the ledger has heard of it. */
async function whenSettled(stack: Stack): Promise<Evidence> {
  const sandboxUrl = stack.urls.sandbox;
  if (!sandboxUrl) throw new Error('Chaos is for the sandbox only.');
  const open = (entry: BookEntry) => entry.outcome === 'queued' || entry.outcome === 'running';
  for (const deadline = Date.now() + SETTLE_WITHIN_MS; ; await sleep(1000)) {
    try {
      const evidence = await gather(stack.database, sandboxUrl);
      const unfinished =
        evidence.books.some(open) || evidence.ledger.some((row) => row.state === 'submitted' || row.state === 'intent');
      if (!unfinished || Date.now() > deadline) return evidence;
    } catch (error) {
      if (Date.now() > deadline) throw error; // a part is still on its way back
    }
  }
}

function countStages(stories: readonly RunStory[]): Record<string, number> {
  const stages: Record<string, number> = {};
  for (const { final } of stories) stages[final.stage] = (stages[final.stage] ?? 0) + 1;
  return stages;
}
