// Reads the data for an answer about an identity: its row, the run's state, its cost.

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

/** The fields of an identity that never change. */
export type IdentityFacts = Pick<IdentityRow, 'id' | 'tenantId' | 'trainer' | 'generator' | 'trainingSteps'>;

/** The cost of an identity at this revision of the run. */
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

/** The answer with a state that was read already. */
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
 * The answer to a start: the identity as it started. So every repeat with the same key gets the same answer, without
 * further queries; only the estimate changes, when a bill has shown another price since.
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
 * The answer with the run's current state, or with its end. When the state cannot be read: a problem with the coarse
 * stage. Only the constant fields of `identity` are used: its row is read when the run does not answer.
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
 * The answer about a run that has ended by its row: the last state of the run, with the row's end if it was stopped
 * from outside. From the rows alone when Temporal no longer keeps the run, or when it failed and can't be queried.
 * Throws RunError when the state cannot be read now.
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
