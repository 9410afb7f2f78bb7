// Starts a run once: the budget is asked, then the row is written, then the workflow begun. A repeat with the same key
// finds the row, and starts the run that a crash left out. Nothing is kept beside the row and the workflow id that could
// disagree with them.

import { CURRENCY, usd } from '../domain/money.ts';
import { estimateRun, rescuePrice } from '../domain/provider-profile.ts';
import { isEndStage } from '../domain/stage.ts';
import { budgetAnswer } from './budget-answer.ts';
import { affordable } from './budget-check.ts';
import { chosenPhotos } from './chosen-photos.ts';
import type { ApiDeps } from './deps.ts';
import { type IdentityRequest, newIdentityId, requestHash } from './idempotency.ts';
import type { CharacterRow, IdentityRow } from './ports.ts';
import { Problem } from './problem.ts';
import { RunError } from './run-error.ts';
import type { CostEstimate } from './schemas/identity.ts';
import { notFound } from './validation.ts';

/**
 * What a run with its first round approved would likely cost, in dollars; refuses whatever a start would refuse, but for
 * too many open runs.
 */
export async function estimate(
  deps: ApiDeps,
  tenantId: string,
  characterId: string,
  request: IdentityRequest,
): Promise<CostEstimate> {
  const character = await load(deps, tenantId, characterId);
  await chosenPhotos(deps, character, request.photoIds);
  const cost = estimateRun(request.trainingSteps ?? deps.settings.trainingSteps);
  const { training, testImages, total } = cost;
  const { cap, reserved, charged, left, warning } = budgetAnswer(await affordable(deps, tenantId, total), total);
  return {
    training: usd(training),
    testImages: usd(testImages),
    total: usd(total),
    rescueMax: usd(rescuePrice(deps.settings.maxRescueTries)),
    currency: CURRENCY,
    budget: { cap, reserved, charged, left, warning },
  };
}

/** The identity that the key stands for, with its run begun unless it has ended. */
export async function startIdentity(
  deps: ApiDeps,
  tenantId: string,
  characterId: string,
  request: IdentityRequest,
  key: string,
): Promise<IdentityRow> {
  const character = await load(deps, tenantId, characterId);
  const id = newIdentityId(tenantId, key);
  const hash = requestHash(characterId, request);
  // A repeat is answered before the photos are looked at again: they may have changed since.
  const before = await deps.registry.identity(tenantId, id);
  const identity = before ?? (await create(deps, character, request, { id, requestHash: hash }));
  if (identity.requestHash !== hash) {
    const detail = 'The key was used for another request. Use a new key for a new request, or repeat the first one.';
    throw new Problem('idempotency_conflict', detail);
  }
  // A run that ended is never started again, even when Temporal has forgotten it.
  if (!isEndStage(identity.stage)) await begin(deps, identity);
  return identity;
}

/** Asks the run to stop. One that a crash left out is begun first: so it closes its row as any other, and only once. */
export async function stopIdentity(deps: ApiDeps, row: IdentityRow): Promise<void> {
  try {
    await deps.runs.cancel(row.id);
  } catch (error) {
    const neverBegun = error instanceof RunError && error.trouble === 'gone' && !isEndStage(row.stage);
    if (!neverBegun) throw error;
    await begin(deps, row);
    await deps.runs.cancel(row.id);
  }
}

async function create(
  deps: ApiDeps,
  { id: characterId, tenantId }: CharacterRow,
  request: IdentityRequest,
  row: Pick<IdentityRow, 'id' | 'requestHash'>,
): Promise<IdentityRow> {
  const { registry, settings, limits } = deps;
  const trainingSteps = request.trainingSteps ?? settings.trainingSteps;
  const referenceStrength = request.referenceStrength ?? settings.referenceStrength;
  try {
    const photoIds = await chosenPhotos(deps, { id: characterId, tenantId }, request.photoIds);
    await affordable(deps, tenantId, estimateRun(trainingSteps).total);
    const identity = { ...row, tenantId, characterId, photoIds, referenceStrength, trainingSteps };
    const opened = await registry.createIdentity(identity, limits.openRuns);
    if (!opened) throw tooManyOpen(limits.openRuns);
    return opened.identity;
  } catch (error) {
    // An equal request at the same time may have been let in, and have taken what this one misses.
    const there = error instanceof Problem ? await registry.identity(tenantId, row.id) : undefined;
    if (!there) throw error;
    return there;
  }
}

function tooManyOpen(most: number): Problem {
  const next =
    'Wait until one ends or cancel one (GET /v1/identities lists them), or have LIKENESS_MAX_OPEN_RUNS raised';
  return new Problem('too_many_open_runs', `${most} runs are open, and no more are allowed. ${next}.`);
}

async function begin({ runs, settings }: ApiDeps, row: IdentityRow): Promise<void> {
  const { id: identityId, tenantId, characterId, photoIds, startStrength: referenceStrength, trainingSteps } = row;
  await runs.start({
    identityId,
    tenantId,
    characterId,
    photoIds,
    settings: { ...settings, referenceStrength, trainingSteps },
  });
}

async function load({ registry }: ApiDeps, tenantId: string, characterId: string): Promise<CharacterRow> {
  const character = await registry.character(tenantId, characterId);
  if (!character) throw notFound();
  return character;
}
