// Starts a test on request once, and stops one. A start checks the budget, writes the row, then starts the workflow. A
// repeat with the same key finds the row, and starts a test that a crash left out.

import { identitySubject } from '../../domain/provider-call.ts';
import { testImagesPrice } from '../../domain/run-price.ts';
import { isOpenRetest } from '../../domain/steps.ts';
import { TEST_TYPES, type TestType } from '../../domain/test-suite.ts';
import { hasReferences } from '../identities/references.ts';
import { newRetestId } from '../identities/request-ids.ts';
import { isGone, mayBegin, testAsItIs } from '../orphans/as-it-is.ts';
import { affordable } from '../payments/afford.ts';
import type { IdentityRow } from '../ports/identities.ts';
import type { Ports } from '../ports/index.ts';
import type { RetestRow } from '../ports/retests.ts';
import { notFound, Refusal } from '../refusal.ts';

const NOT_READY =
  'Only an identity that is ready is tested again. For other images of a round that waits for a decision, reject it ' +
  'with next "regenerate".';

const REVOKED =
  'The version that this identity became is revoked for good, so nothing is drawn of it any more. Test another version, ' +
  'or prepare a new identity.';

const NO_REFERENCES =
  'The reference photos of this identity are gone, so new images could not be scored, and nothing is paid for them. ' +
  'Prepare a new identity of the character from photos that are there: POST /v1/characters/{id}/identities.';

type RetestWorld = Pick<
  Ports,
  'retests' | 'photos' | 'files' | 'books' | 'imageUnits' | 'models' | 'runs' | 'settings' | 'log'
>;

/**
 * The test for the key, with its workflow started. Refusals: identity_not_ready, version_revoked, references_missing,
 * test_running, budget_exceeded.
 */
export async function startRetest(
  deps: RetestWorld,
  identity: IdentityRow,
  asked: readonly TestType[] | undefined,
  key: string,
): Promise<RetestRow> {
  const { retests, books } = deps;
  const { tenantId, id: identityId } = identity;
  if (identity.stage !== 'ready') throw new Refusal('identity_not_ready', NOT_READY);
  const types = TEST_TYPES.filter((type) => asked?.includes(type) ?? true);
  const id = newRetestId(tenantId, identityId, key);
  if (!(await retests.isKnown(tenantId, id))) {
    if (identity.versionState === 'revoked') throw new Refusal('version_revoked', REVOKED);
    if (!(await hasReferences(deps, identity))) throw new Refusal('references_missing', NO_REFERENCES);
    const { pixels } = await deps.imageUnits.megapixel();
    const { profile } = deps.models.generator(identity.generator);
    const price = testImagesPrice(profile, types.length, pixels);
    await affordable(deps, tenantId, price, await books.spend(tenantId, identitySubject(identityId)));
  }
  const opened = await retests.open(tenantId, identityId, id, types);
  const { retest } = opened;
  // Also a test of another key: if a crash left its workflow out, it would block new tests until it is closed.
  if (isOpenRetest(retest.state) && mayBegin(retest)) await begin(deps, identity, opened);
  if (retest.id !== id) {
    const { state, closeReason } = await testAsItIs(deps, tenantId, retest);
    const next = isOpenRetest(state)
      ? `Wait for its end, or cancel it: GET /v1/identities/${identityId}/tests shows it.`
      : `It is about to be closed: ${closeReason} Try again in a minute.`;
    throw new Refusal('test_running', `Test ${retest.number} of this identity is running. ${next}`);
  }
  if (retest.types.join() !== types.join()) {
    const detail = 'The key was used for a test of other types. Use a new key for a new test, or repeat the first one.';
    throw new Refusal('idempotency_conflict', detail);
  }
  return retest;
}

async function begin(
  { runs, settings }: RetestWorld,
  { id: identityId, tenantId, characterId, trainer, generator, trainingSteps, subject }: IdentityRow,
  { retest, photoIds, heldOut }: Awaited<ReturnType<Ports['retests']['open']>>,
): Promise<void> {
  const { number, types, strength: referenceStrength } = retest;
  const run = { identityId, tenantId, characterId, photoIds, heldOut, subject, number, types };
  await runs.startRetest({ ...run, settings: { ...settings, trainer, generator, referenceStrength, trainingSteps } });
}

/** Asks a test to stop; starts it first when a crash left it out. A sweep closes one whose workflow is gone. */
export async function stopRetest(deps: RetestWorld, identity: IdentityRow, number: number): Promise<void> {
  const { retests, runs } = deps;
  const { id: identityId, tenantId } = identity;
  const test = await retests.find(tenantId, identityId, number);
  if (!test) throw notFound();
  // The workflow that closed the row may not have ended yet, and would accept the request.
  if (!isOpenRetest(test.state)) throw testEnded(test);
  try {
    await runs.cancelRetest(identityId, number);
  } catch (error) {
    if (!isGone(error)) throw error;
    const now = await retests.find(tenantId, identityId, number);
    if (!now || !isOpenRetest(now.state)) throw testEnded(now ?? test, error);
    if (!isOpenRetest((await testAsItIs(deps, tenantId, now)).state)) return;
    await begin(deps, identity, await retests.open(tenantId, identityId, now.id, now.types));
    await runs.cancelRetest(identityId, number);
  }
}

function testEnded({ number, state, closeReason }: RetestRow, cause?: unknown): Refusal {
  return new Refusal('run_ended', `Test ${number} has ended: ${state}. ${closeReason ?? ''}`.trim(), { cause });
}
