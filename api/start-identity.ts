// Starts a run once: photos and budget are looked at and the row is written in one step, then the workflow is begun. A
// repeat with the same key finds the row, and starts the run that a crash left out. Nothing is kept beside the row and the
// workflow id that could disagree with them.

import { PHOTO_LIMITS } from '../domain/photo-limits.ts';
import { estimateRun } from '../domain/provider-profile.ts';
import { isEndStage } from '../domain/stage.ts';
import { requireAffordable } from './budget-check.ts';
import { choosePhotos } from './chosen-photos.ts';
import type { ApiDeps } from './deps.ts';
import { type IdentityRequest, newIdentityId, requestHash } from './idempotency.ts';
import { isGone, mayBegin, rowOfGone, runEnded } from './orphans.ts';
import type { IdentityRow } from './ports.ts';
import { Problem } from './problem.ts';
import { runCost } from './run-cost.ts';
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
  const { registry, books, settings, paying } = deps;
  const [character, photos, month, { pixels }] = await Promise.all([
    registry.character(tenantId, characterId),
    registry.photosOf(tenantId, characterId),
    books.budget(tenantId),
    paying.imageUnits.megapixel(),
  ]);
  if (!character) throw notFound();
  const all = photos.map(({ id }) => id);
  choosePhotos(all, request.photoIds, settings);
  const { trainingSteps = settings.trainingSteps } = request;
  requireAffordable(month, estimateRun(trainingSteps, pixels).total);
  return runCost({ ...settings, trainingSteps }, month, pixels);
}

/** The identity that the key stands for, with its run begun unless it has ended. */
export async function startIdentity(
  deps: ApiDeps,
  tenantId: string,
  characterId: string,
  request: IdentityRequest,
  key: string,
): Promise<IdentityRow> {
  const { registry, books, settings, limits, paying } = deps;
  const hash = requestHash(characterId, request);
  const { trainingSteps = settings.trainingSteps, referenceStrength = settings.referenceStrength, photoIds } = request;
  const { pixels } = await paying.imageUnits.megapixel();
  const wanted = estimateRun(trainingSteps, pixels).total;
  const id = newIdentityId(tenantId, key);
  const opened = await registry.openIdentity(
    { id, tenantId, characterId, requestHash: hash, photoIds, referenceStrength, trainingSteps },
    {
      minPhotos: PHOTO_LIMITS.minPhotos,
      maxPhotos: settings.maxPhotos,
      openRuns: limits.openRuns,
      wanted,
      caps: books.caps,
    },
  );
  if (!opened) throw notFound();
  const { identity } = opened;
  if (!identity) {
    choosePhotos(opened.photoIds, photoIds, settings);
    requireAffordable(opened.month, wanted);
    throw tooManyOpen(limits.openRuns);
  }
  if (identity.requestHash !== hash) {
    const detail = 'The key was used for another request. Use a new key for a new request, or repeat the first one.';
    throw new Problem('idempotency_conflict', detail);
  }
  // A run that ended is never started again, even when Temporal has forgotten it; nor one that may be about to be closed.
  if (!isEndStage(identity.stage) && mayBegin(identity)) await begin(deps, identity);
  return identity;
}

/**
 * Asks the run to stop. One that a crash left out is begun first: so it closes its row as any other, and only once. One
 * whose workflow is gone is closed by a sweep.
 */
export async function stopIdentity(deps: ApiDeps, row: IdentityRow): Promise<void> {
  try {
    await deps.runs.cancel(row.id);
  } catch (error) {
    if (!isGone(error)) throw error;
    const { row: now, isOrphan } = await rowOfGone(deps, row);
    if (isOrphan) return;
    if (isEndStage(now.stage)) throw runEnded(now, error);
    await begin(deps, now);
    await deps.runs.cancel(now.id);
  }
}

function tooManyOpen(most: number): Problem {
  const next =
    'Wait until one ends or cancel one (GET /v1/identities lists them), or have LIKENESS_MAX_OPEN_RUNS raised';
  return new Problem('too_many_open_runs', `${most} runs are open, and no more are allowed. ${next}.`);
}

async function begin({ runs, settings }: ApiDeps, row: IdentityRow): Promise<void> {
  const {
    id: identityId,
    tenantId,
    characterId,
    photoIds,
    startStrength: referenceStrength,
    trainingSteps,
    subject,
  } = row;
  await runs.start({
    identityId,
    tenantId,
    characterId,
    photoIds,
    subject,
    settings: { ...settings, referenceStrength, trainingSteps },
  });
}
