// Starts a run once: the budget is asked, then the row is written, then the workflow begun. A repeat with the same key
// finds the row, and starts the run that a crash left out.

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
import type { CostEstimate } from './schemas/identity.ts';
import { notFound } from './validation.ts';

/** What a run with its first round approved would likely cost, in dollars; refuses whatever a start would refuse. */
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

/** `begun` is false when the identity was there before. */
export async function startIdentity(
  deps: ApiDeps,
  tenantId: string,
  characterId: string,
  request: IdentityRequest,
  key: string,
): Promise<{ row: IdentityRow; begun: boolean }> {
  const character = await load(deps, tenantId, characterId);
  const id = newIdentityId(tenantId, key);
  const hash = requestHash(characterId, request);
  // A repeat is answered before the photos are looked at again: they may have changed since.
  const before = await deps.registry.identity(tenantId, id);
  const { created, identity } = before
    ? { created: false, identity: before }
    : await create(deps, character, request, { id, requestHash: hash });
  if (identity.requestHash !== hash) {
    const detail = 'The key was used for another request. Use a new key for a new request, or repeat the first one.';
    throw new Problem('idempotency_conflict', detail);
  }
  // A run that ended is never started again, even when Temporal has forgotten it.
  if (!isEndStage(identity.stage)) await begin(deps, identity);
  return { row: identity, begun: created };
}

async function create(
  deps: ApiDeps,
  { id: characterId, tenantId }: CharacterRow,
  request: IdentityRequest,
  row: Pick<IdentityRow, 'id' | 'requestHash'>,
): Promise<{ created: boolean; identity: IdentityRow }> {
  const { registry, settings } = deps;
  const photoIds = await chosenPhotos(deps, { id: characterId, tenantId }, request.photoIds);
  const trainingSteps = request.trainingSteps ?? settings.trainingSteps;
  await affordable(deps, tenantId, estimateRun(trainingSteps).total);
  const referenceStrength = request.referenceStrength ?? settings.referenceStrength;
  return registry.createIdentity({ ...row, tenantId, characterId, photoIds, referenceStrength, trainingSteps });
}

async function begin({ runs, settings }: ApiDeps, row: IdentityRow): Promise<void> {
  const { id: identityId, tenantId, characterId, photoIds, referenceStrength, trainingSteps } = row;
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
