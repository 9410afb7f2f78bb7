// Reads what an answer about an identity needs: its row, the run's state, what was spent.

import { isGone, rowOfGone } from '../core/orphans/as-it-is.ts';
import { priceOfRun } from '../core/payments/run-price.ts';
import type { Spend } from '../core/ports/books.ts';
import type { IdentityRow } from '../core/ports/identities.ts';
import type { Principal } from '../core/ports/keys.ts';
import { RunError } from '../core/ports/run-error.ts';
import { notFound } from '../core/refusal.ts';
import type { IdentityState } from '../domain/identity-state.ts';
import { identitySubject } from '../domain/provider-call.ts';
import { isEndStage } from '../domain/stage.ts';
import type { ApiDeps } from './deps.ts';
import { type About, answerFromRow, answerFromRun, endedByRow } from './identity-answer.ts';
import { Problem, problemOf } from './problem.ts';
import type { Identity } from './schemas/identity.ts';

/** What never changes of an identity. */
export type IdentityFacts = Pick<IdentityRow, 'id' | 'tenantId' | 'trainer' | 'generator' | 'trainingSteps'>;

/** What an identity has cost, as it is when the run has this revision. */
export type SpendOf = (tenantId: string, identityId: string, revision: number) => Promise<Spend>;

const spendOfIdentity =
  ({ books }: ApiDeps) =>
  (tenantId: string, identityId: string): Promise<Spend> =>
    books.spend(tenantId, identitySubject(identityId));

/** The identity's row; 404 when it is not this tenant's. */
export async function loadIdentity(
  { identities }: ApiDeps,
  { tenantId }: Pick<Principal, 'tenantId'>,
  identityId: string,
): Promise<IdentityRow> {
  const row = await identities.find(tenantId, identityId);
  if (!row) throw notFound();
  return row;
}

/** The answer with a state that is already at hand. */
export async function viewOfState(
  deps: ApiDeps,
  identity: IdentityFacts,
  state: IdentityState,
  spendOf: SpendOf = spendOfIdentity(deps),
): Promise<Identity> {
  const { tenantId, id } = identity;
  const [about, unclear, expected] = await Promise.all([
    aboutOf(deps, identity, spendOf(tenantId, id, state.revision)),
    deps.ledger.some(tenantId, identitySubject(id), state.unclearCalls),
    state.stage === 'training'
      ? deps.expectTraining(deps.models.trainer(identity.trainer).profile, identity.trainingSteps)
      : undefined,
  ]);
  return answerFromRun(state, unclear, { ...about, ...(expected ? { expected } : {}) });
}

/** The answer from the rows alone. */
export async function viewOfRow(deps: ApiDeps, row: IdentityRow): Promise<Identity> {
  const spend = spendOfIdentity(deps)(row.tenantId, row.id);
  const [about, images] = await Promise.all([aboutOf(deps, row, spend), deps.testImages.list(row.tenantId, row.id)]);
  return answerFromRow(row, images, about);
}

/**
 * The answer to a start: the identity as it began, whatever has become of it. So every repeat with the same key answers
 * the same, without asking anybody; only the estimate may be another, when a bill has told a price since.
 */
export async function viewAsBegun(deps: ApiDeps, row: IdentityRow): Promise<Identity> {
  const { models, providerName: provider, webUi, imageUnits } = deps;
  const { startStrength: referenceStrength } = row;
  const later = {
    referencePhotoIds: undefined,
    heldOut: undefined,
    version: undefined,
    closeReason: undefined,
    closedAt: undefined,
  };
  const begun: IdentityRow = { ...row, ...later, stage: 'validating', referenceStrength };
  const spend = { reserved: 0, charged: 0 };
  const { pixels } = await imageUnits.megapixel();
  return answerFromRow(begun, [], { estimated: priceOfRun(deps, row, pixels).total, spend, models, provider, webUi });
}

/**
 * The answer with the run's state of this moment; how it ended, when it did. A problem with the coarse stage in it when
 * nobody can tell the state now. Of `identity` only what never changes need be right: its row is read when the run does
 * not answer.
 */
export async function viewOfRun(
  deps: ApiDeps,
  identity: IdentityFacts,
  spendOf: SpendOf = spendOfIdentity(deps),
): Promise<Identity> {
  let state: IdentityState;
  try {
    state = await deps.runs.state(identity.id);
  } catch (error) {
    return viewWithoutRun(deps, await loadIdentity(deps, identity, identity.id), error);
  }
  return viewOfState(deps, identity, state, spendOf);
}

async function viewWithoutRun(deps: ApiDeps, row: IdentityRow, cause: unknown): Promise<Identity> {
  if (isGone(cause)) return viewOfGone(deps, row);
  if (isEndStage(row.stage)) return viewOfEnded(deps, row);
  const { code, message } = problemOf(cause);
  throw new Problem(code, message, { members: { stage: row.stage }, cause });
}

async function viewOfGone(deps: ApiDeps, row: IdentityRow): Promise<Identity> {
  const { row: now } = await rowOfGone(deps, row);
  return isEndStage(now.stage) ? viewOfEnded(deps, now) : viewOfRow(deps, now);
}

/**
 * The answer about a run that has ended by its row: what the run said last, with the row's end where it was stopped from
 * outside. From the rows alone when Temporal no longer keeps the run, and when it broke and can't be asked any more.
 * Throws RunError when nobody can tell now.
 */
export async function viewOfEnded(deps: ApiDeps, row: IdentityRow): Promise<Identity> {
  let state: IdentityState;
  try {
    state = await deps.runs.lastState(row.id);
  } catch (error) {
    const broke = row.stage === 'failed' || row.stage === 'cancelled';
    const cannotTell = error instanceof RunError && error.trouble === 'no_worker' && broke;
    if (isGone(error) || cannotTell) return viewOfRow(deps, row);
    throw error;
  }
  const view = await viewOfState(deps, row, state);
  return isEndStage(state.stage) ? view : endedByRow(view, row);
}

async function aboutOf(deps: ApiDeps, identity: IdentityFacts, spend: Promise<Spend>): Promise<About> {
  const { models, providerName: provider, webUi, imageUnits } = deps;
  const [spent, { pixels }] = await Promise.all([spend, imageUnits.megapixel()]);
  return { estimated: priceOfRun(deps, identity, pixels).total, spend: spent, models, provider, webUi };
}
