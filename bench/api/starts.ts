// Starting runs: POST …/identities against Temporal's client that starts the same workflow with the same options. What the
// API adds is rows and HTTP: the same rows without HTTP, in front of the same client, tell the two apart.

import { randomUUID } from 'node:crypto';
import { fluxLora } from '../../adapters/fal/models/flux-lora.ts';
import { fluxLoraFastTraining } from '../../adapters/fal/models/flux-lora-fast-training.ts';
import { createTables } from '../../adapters/supabase/tables.ts';
import { createIdentityRuns } from '../../adapters/temporal/identity-runs.ts';
import { DEFAULT_MEGAPIXEL } from '../../domain/image-units.ts';
import { PHOTO_LIMITS } from '../../domain/photo-limits.ts';
import { estimateRun } from '../../domain/run-price.ts';
import { DEFAULT_SETTINGS } from '../../domain/settings.ts';
import { type Figure, larger } from '../figure.ts';
import { spreadOf } from '../stats.ts';
import type { ApiBench } from './caller.ts';
import { lastOf, rateOf } from './load.ts';
import { workedOff } from './worked-off.ts';

const ROUNDS = 6;
const STARTS = 80;
const WARM_UP = 20;
const NO_CAPS = { month: 1e12, identity: 1e12 };
const MANY = 1_000_000;
const NAMES = ['bare', 'rows', 'ours'] as const;

export async function measureStarts(bench: ApiBench): Promise<{ figures: Figure[]; identityIds: string[] }> {
  const { caller, temporal, say } = bench;
  const { tenantId, characterId, photoIds } = caller;
  const runs = createIdentityRuns(temporal);
  const writeRows = rowsOfStart(bench);
  const identityIds: string[] = [];
  /** By the way that is measured. */
  const begun: string[] = [];
  const bare = async (id: string) => {
    await runs.start({ identityId: id, tenantId, characterId, photoIds, settings: DEFAULT_SETTINGS });
    begun.push(id);
  };
  const ways = {
    bare,
    rows: async (id: string) => {
      await writeRows(id);
      await bare(id);
    },
    ours: async (id: string) => {
      const path = `/v1/characters/${characterId}/identities`;
      const { identityId } = await caller.ask<{ identityId: string }>('POST', path, {}, { 'idempotency-key': id });
      identityIds.push(identityId);
      begun.push(identityId);
    },
  };
  const rates: Record<keyof typeof ways, number[]> = { bare: [], rows: [], ours: [] };
  const ids = (count: number) => Array.from({ length: count }, () => randomUUID());
  for (const way of Object.values(ways)) await rateOf(ids(WARM_UP), way);
  await workedOff(runs, begun);
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const name of inTurn(NAMES, round)) {
      begun.length = 0;
      rates[name].push(await rateOf(ids(STARTS), ways[name]));
      await workedOff(runs, begun);
    }
    const [ours, rows, client] = [rates.ours, rates.rows, rates.bare].map(lastOf);
    say(`starts: round ${round} of ${ROUNDS}: ${ours}/s, rows alone ${rows}/s, bare ${client}/s`);
  }
  const figure = (name: string, other: Figure['other'], aim?: string): Figure =>
    larger({ name, unit: '1/s', ours: spreadOf(rates.ours), ...(other && { other }), ...(aim && { aim }) });
  return {
    figures: [
      figure('POST …/identities', { name: 'bare Temporal client', spread: spreadOf(rates.bare) }, 'at least 0.7 times'),
      figure('the same', { name: 'the same rows and the bare client', spread: spreadOf(rates.rows) }),
    ],
    identityIds,
  };
}

/** Each way is first in turn: a program that is young gets faster while it runs. */
function inTurn<T>(all: readonly T[], round: number): T[] {
  const first = round % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}

/** What the API asks of the database for a start, the key aside, which it has asked for lately. */
function rowsOfStart({ stack, caller }: ApiBench): (id: string) => Promise<void> {
  const { tenantId, characterId } = caller;
  const tables = createTables(stack.database);
  const { trainer, generator, referenceStrength, trainingSteps, maxPhotos } = DEFAULT_SETTINGS;
  const profiles = { trainer: fluxLoraFastTraining.profile, generator: fluxLora.profile };
  const wanted = estimateRun(profiles, trainingSteps, DEFAULT_MEGAPIXEL).total;
  const limits = { minPhotos: PHOTO_LIMITS.minPhotos, maxPhotos, openRuns: MANY, wanted, caps: NO_CAPS };
  return async (id) => {
    const row = { id, tenantId, characterId, requestHash: id, trainer, generator, referenceStrength, trainingSteps };
    const opened = await tables.identities.open(row, limits);
    if (!opened?.identity) throw new Error('The identity was not opened.');
  };
}
