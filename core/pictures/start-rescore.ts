// Starts scoring an identity again that an older version scored: once, however many requests come. Answers the result.

import { rescoreWorkflowId } from '../../domain/keys.ts';
import type { WorkflowStatus } from '../../domain/orphan.ts';
import { isRescored, type KeptSet, olderSets, type Rescore } from '../../domain/rescore.ts';
import { CALIBRATION } from '../../domain/score.ts';
import { hasReferences } from '../identities/references.ts';
import type { IdentityRow } from '../ports/identities.ts';
import type { Ports } from '../ports/index.ts';
import { Refusal } from '../refusal.ts';

export const RESCORE_STATES = ['none', 'running', 'done', 'failed'] as const;

export interface RescoreStanding {
  state: (typeof RESCORE_STATES)[number];
  /** The new scores, once they are there. */
  rescore: Rescore | undefined;
}

/** It costs nothing, so an identity in any stage is scored again while its files exist. */
const NO_OLDER_SCORES = `Every score of this identity was made by ${CALIBRATION.version}, or it has none yet. Read it: GET`;
const REFERENCES_GONE =
  'The reference photos of this identity are gone, so there is nothing to score its images against. Its scores stay as ' +
  'they are. Prepare a new identity from photos that are there: POST /v1/characters/{id}/identities.';

/**
 * The progress; starts it when it was not done before. Refusals: no_older_scores, references_missing, images_missing.
 * Throws the errors of Rescores, FileStore and IdentityRuns.
 */
export async function startRescore(
  deps: Pick<Ports, 'rescores' | 'runs' | 'photos' | 'files'>,
  identity: IdentityRow,
): Promise<RescoreStanding> {
  const { rescores, runs } = deps;
  const sets = olderSets(await rescores.kept(identity.tenantId, identity.id));
  if (sets.length === 0) throw new Refusal('no_older_scores', `${NO_OLDER_SCORES} /v1/identities/${identity.id}.`);
  const rescore = await rescores.find(identity.tenantId, identity.id);
  if (isRescored(sets, rescore)) return { state: 'done', rescore };
  if (!(await hasReferences(deps, identity))) throw new Refusal('references_missing', REFERENCES_GONE);
  if (!(await hasImages(deps, sets))) throw new Refusal('images_missing', imagesGone(identity));
  await runs.startRescore(identity);
  return { state: 'running', rescore: undefined };
}

/** The progress. Throws Refusal when Temporal does not answer. */
export async function standingOfRescore(
  { rescores, runs }: Pick<Ports, 'rescores' | 'runs'>,
  { id, tenantId }: IdentityRow,
): Promise<RescoreStanding> {
  const [kept, rescore] = await Promise.all([rescores.kept(tenantId, id), rescores.find(tenantId, id)]);
  if (rescore && isRescored(olderSets(kept), rescore)) return { state: 'done', rescore };
  const { status } = await runs.lookUp(rescoreWorkflowId(id, CALIBRATION.version));
  if (status === 'unclear') {
    throw new Refusal('engine_unavailable', 'Temporal does not tell whether it is being scored again. Ask again.');
  }
  return { state: STATE_OF[status], rescore };
}

/** `completed` without new scores counts as never started: scores of an older version were added since. */
const STATE_OF: Record<Exclude<WorkflowStatus, 'unclear'>, RescoreStanding['state']> = {
  running: 'running',
  completed: 'none',
  not_found: 'none',
  failed: 'failed',
  cancelled: 'failed',
  terminated: 'failed',
  timed_out: 'failed',
};

async function hasImages({ files }: Pick<Ports, 'files'>, sets: readonly KeptSet[]): Promise<boolean> {
  for (const { images } of sets) {
    for (const { object } of images) if (await files.has(object)) return true;
  }
  return false;
}

function imagesGone({ id, characterId, stage }: IdentityRow): string {
  const next =
    stage === 'ready'
      ? `Make new ones, which are paid and scored by ${CALIBRATION.version}: POST /v1/identities/${id}/tests.`
      : `Prepare a new identity: POST /v1/characters/${characterId}/identities.`;
  return `The test images of this identity are gone, so they cannot be scored again. Its scores stay as they are. ${next}`;
}
