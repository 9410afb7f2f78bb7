// Starts a run once: checks photos and budget and writes the row in one step, then starts the workflow. A repeat with
// the same key finds the row, and starts a run that a crash left out. The row and the workflow id are the only state,
// so nothing can disagree with them.

import type { Megapixel } from '../../domain/image-units.ts';
import { PHOTO_LIMITS } from '../../domain/photo-limits.ts';
import { isEndStage } from '../../domain/stage.ts';
import { isGone, mayBegin, rowOfGone, runEnded } from '../orphans/as-it-is.ts';
import { requireAffordable } from '../payments/afford.ts';
import { priceOfRun } from '../payments/run-price.ts';
import { choosePhotos } from '../photos/chosen-photos.ts';
import type { MonthBudget } from '../ports/books.ts';
import type { IdentityRow } from '../ports/identities.ts';
import type { Ports } from '../ports/index.ts';
import { notFound, Refusal } from '../refusal.ts';
import { type IdentityRequest, newIdentityId, requestHash } from './request-ids.ts';

type StartWorld = Pick<
  Ports,
  'characters' | 'identities' | 'photos' | 'books' | 'imageUnits' | 'models' | 'runs' | 'settings' | 'limits' | 'log'
>;

/**
 * The inputs of a run's price, and the budget that pays for it. Refuses what a start would refuse, except for too many
 * open runs.
 */
export async function checkStart(
  deps: StartWorld,
  tenantId: string,
  characterId: string,
  request: IdentityRequest,
): Promise<{ trainingSteps: number; month: MonthBudget; pixels: Megapixel }> {
  const { books, settings, imageUnits, characters, photos } = deps;
  const [character, rows, month, { pixels }] = await Promise.all([
    characters.find(tenantId, characterId),
    photos.of(tenantId, characterId),
    books.budget(tenantId),
    imageUnits.megapixel(),
  ]);
  if (!character) throw notFound();
  const all = rows.map(({ id }) => id);
  choosePhotos(all, request.photoIds, settings);
  const trainingSteps = stepsOf(deps, request);
  requireAffordable(month, priceOfRun(deps, { ...settings, trainingSteps }, pixels).total);
  return { trainingSteps, month, pixels };
}

/** The identity for the key. Its run is started unless it has ended. */
export async function startIdentity(
  deps: StartWorld,
  tenantId: string,
  characterId: string,
  request: IdentityRequest,
  key: string,
): Promise<IdentityRow> {
  const { books, settings, limits, imageUnits, identities } = deps;
  const hash = requestHash(characterId, request);
  const { referenceStrength = settings.referenceStrength, photoIds } = request;
  const trainingSteps = stepsOf(deps, request);
  const { pixels } = await imageUnits.megapixel();
  const { trainer, generator } = settings;
  const wanted = priceOfRun(deps, { trainer, generator, trainingSteps }, pixels).total;
  const id = newIdentityId(tenantId, key);
  const opened = await identities.open(
    { id, tenantId, characterId, requestHash: hash, photoIds, referenceStrength, trainer, generator, trainingSteps },
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
    throw new Refusal('idempotency_conflict', detail);
  }
  // A run that ended is never started again, even when Temporal has deleted it; nor one that may soon be closed.
  if (!isEndStage(identity.stage) && mayBegin(identity)) await begin(deps, identity);
  return identity;
}

/**
 * Asks the run to stop. A run that a crash left out is started first, so that it closes its row itself, once. A run
 * whose workflow is gone is closed by a sweep.
 */
export async function stopIdentity(deps: StartWorld, row: IdentityRow): Promise<void> {
  // The workflow that closed the row may not have ended yet, and would accept the request.
  if (isEndStage(row.stage)) throw runEnded(row);
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

function tooManyOpen(most: number): Refusal {
  const next =
    'Wait until one ends or cancel one (GET /v1/identities lists them), or ask the operator to raise LIKENESS_MAX_OPEN_RUNS';
  return new Refusal('too_many_open_runs', `${most} runs are open, and no more are allowed. ${next}.`);
}

/** The requested settings, as far as the trainer supports them. */
function stepsOf({ models, settings }: StartWorld, request: IdentityRequest): number {
  const { trainingSteps = settings.trainingSteps } = request;
  const { min, max } = models.trainer(settings.trainer).profile.limits.steps;
  if (trainingSteps >= min && trainingSteps <= max) return trainingSteps;
  throw new Refusal('invalid_request', `The trainer takes ${min} to ${max} trainingSteps, and not ${trainingSteps}.`);
}

async function begin({ runs, models, settings }: StartWorld, row: IdentityRow): Promise<void> {
  const {
    id: identityId,
    tenantId,
    characterId,
    photoIds,
    startStrength: referenceStrength,
    trainer,
    generator,
    trainingSteps,
    subject,
  } = row;
  const { deadlineMs: trainingDeadlineMs } = models.trainer(trainer).profile;
  await runs.start({
    identityId,
    tenantId,
    characterId,
    photoIds,
    subject,
    settings: { ...settings, trainer, generator, referenceStrength, trainingSteps, trainingDeadlineMs },
  });
}
