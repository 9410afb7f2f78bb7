// One run: files by seed and index, one request after the other, each answer held against the promise.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Judgement, judge } from './judge.ts';
import { goodPhoto } from './originals.ts';
import { type Prng, prngOf } from './prng.ts';
import type { HostileFile, HostileRequest, Recipe } from './recipe.ts';
import { bombs } from './recipes/bombs.ts';
import { claims } from './recipes/claims.ts';
import { kinds } from './recipes/kinds.ts';
import { mutations } from './recipes/mutations.ts';
import { formRequest, send } from './request.ts';
import { type ServedApi, serveApi } from './served-api.ts';

/** All recipes, in the order in which the first indices try each once. */
export const RECIPES: readonly (readonly [name: string, recipe: Recipe])[] = [
  ...Object.entries(kinds),
  ...Object.entries(claims),
  ...Object.entries(bombs),
  ...Object.entries(mutations),
];
/** After that chance chooses: mutations mostly, which differ each time. In percent. */
const MUTATED = 75;

/** One request in so many brings two good photos along, so that a set is judged. */
const COMPANY_ONE_IN = 8;
const KEY = 'lk_fuzz';
/** A run ends early after so many: behind a thread that hangs every answer is late. */
const MAX_FAULTS = 20;

export interface Fault {
  index: number;
  recipe: string;
  what: string;
  /** Where the body of the request was kept. */
  savedAs: string;
}

export interface FuzzReport {
  seed: number;
  count: number;
  seconds: number;
  outcomes: Record<string, number>;
  findings: Record<string, number>;
  worst: { index: number; recipe: string; ms: number };
  /** Resident memory of the API's process, MB: after its first photo, at the end, and the highest. */
  memoryMb: { first: number; last: number; peak: number };
  faults: Fault[];
}

/** Runs `count` files from index `from` on. Reads the same good photo before and after: both have to be accepted. */
export async function fuzzPhotos(options: {
  seed: number;
  from: number;
  count: number;
  say: (line: string) => void;
}): Promise<FuzzReport> {
  const { seed, from, count, say } = options;
  const started = performance.now();
  const report: FuzzReport = {
    seed,
    count,
    seconds: 0,
    outcomes: {},
    findings: {},
    worst: { index: -1, recipe: '', ms: 0 },
    memoryMb: { first: 0, last: 0, peak: 0 },
    faults: [],
  };
  const api = await serveApi(KEY);
  try {
    await meetGoodPhoto(api);
    report.memoryMb.first = megabytes(api.memory().now);
    for (let index = from; index < from + count && !api.ended() && report.faults.length < MAX_FAULTS; index++) {
      await tryOne(api, report, index);
      const done = index - from + 1;
      if (done % 100 === 0)
        say(`${done} of ${count}, ${report.faults.length} faults, ${megabytes(api.memory().now)} MB`);
    }
    if (report.faults.length === 0) await meetGoodPhoto(api);
    const { now, peak } = api.memory();
    Object.assign(report.memoryMb, { last: megabytes(now), peak: megabytes(peak) });
  } finally {
    await api.stop();
  }
  report.seconds = Math.round((performance.now() - started) / 1000);
  return report;
}

async function tryOne(api: ServedApi, report: FuzzReport, index: number): Promise<void> {
  const prng = prngOf(report.seed, index);
  const [recipe, make] = recipeAt(index, prng);
  const made = await make(prng);
  const file = 'bytes' in made ? made : undefined;
  const files = file ? await withCompany(file, prng) : [];
  const request = 'bytes' in made ? formRequest(files) : made;
  const fault = (what: string) => {
    report.faults.push({ index, recipe, what, savedAs: save(`${report.seed}-${index}`, file, request) });
  };
  try {
    const answer = await send(api.url, KEY, request);
    const judgement = judge(answer, file, files.length);
    count(report, judgement);
    if (answer.ms > report.worst.ms) report.worst = { index, recipe, ms: Math.round(answer.ms) };
    if (judgement.fault) fault(`${judgement.fault}\n${api.takeLog()}`.trim());
  } catch (error) {
    // The process needs a moment to be seen dead.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const ended = api.ended();
    fault(ended ? `the API's process died: ${ended}\n${api.takeLog()}` : `no answer: ${String(error)}`);
  }
}

function recipeAt(index: number, prng: Prng): readonly [name: string, recipe: Recipe] {
  return RECIPES[index] ?? prng.oneOf(prng.below(100) < MUTATED ? Object.entries(mutations) : RECIPES);
}

async function withCompany(file: HostileFile, prng: Prng): Promise<HostileFile[]> {
  if (prng.below(COMPANY_ONE_IN) > 0) return [file];
  const good = await goodPhoto();
  return [file, { bytes: good }, { bytes: good }];
}

async function meetGoodPhoto(api: ServedApi): Promise<void> {
  const { text } = await send(api.url, KEY, formRequest([{ bytes: await goodPhoto() }]));
  if (!text.includes('"verdict":"accepted"')) throw new Error(`A good photo is not accepted: ${text}`);
}

function count(report: FuzzReport, { outcome, findings }: Judgement): void {
  report.outcomes[outcome] = (report.outcomes[outcome] ?? 0) + 1;
  for (const code of findings) report.findings[code] = (report.findings[code] ?? 0) + 1;
}

function save(name: string, file: HostileFile | undefined, request: HostileRequest): string {
  const path = join(mkdtempSync(join(tmpdir(), 'likeness-fuzz-')), file ? `${name}.photo` : `${name}.body`);
  writeFileSync(path, file?.bytes ?? request.body);
  return path;
}

const megabytes = (bytes: number) => Math.round(bytes / 2 ** 20);
