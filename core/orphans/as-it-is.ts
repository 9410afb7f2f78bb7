// Rows whose workflow is gone: whoever asks for one is answered with its end at once, and a sweep is asked for, which
// writes that end into the row (close-orphan.ts).

import { identityWorkflowId, retestWorkflowId } from '../../domain/keys.ts';
import { BEGIN_WITHIN_MS, endOfOrphan } from '../../domain/orphan.ts';
import { isEndStage } from '../../domain/stage.ts';
import { isOpenRetest } from '../../domain/steps.ts';
import type { IdentityRow } from '../ports/identities.ts';
import type { Ports } from '../ports/index.ts';
import type { RetestRow } from '../ports/retests.ts';
import { RunError } from '../ports/run-error.ts';
import { Refusal } from '../refusal.ts';

type World = Pick<Ports, 'identities' | 'runs' | 'log'>;

const ageMs = ({ createdAt }: { createdAt: string }): number => Date.now() - Date.parse(createdAt);

export const isGone = (error: unknown): error is RunError => error instanceof RunError && error.trouble === 'gone';

/** Whether a repeat of the start may begin a workflow that a crash left out: later, the row may be about to be closed. */
export const mayBegin = (row: { createdAt: string }): boolean => ageMs(row) < BEGIN_WITHIN_MS;

/**
 * The row of a run that Temporal does not know as open: as it ended, or as it will, or as it is while the run may still
 * begin. `isOrphan`: its end is not written yet.
 */
export async function rowOfGone(deps: World, row: IdentityRow): Promise<{ row: IdentityRow; isOrphan: boolean }> {
  const now = (await deps.identities.find(row.tenantId, row.id)) ?? row;
  if (isEndStage(now.stage)) return { row: now, isOrphan: false };
  const { status } = await deps.runs.lookUp(identityWorkflowId(now.id));
  const end = endOfOrphan('run', status, ageMs(now));
  if (!end) return { row: now, isOrphan: false };
  await askForSweep(deps);
  const closedAt = new Date().toISOString();
  return { row: { ...now, stage: end.stage, closeReason: end.reason, closedAt }, isOrphan: true };
}

/** The same for a test on request, of which Temporal is asked while it is open. */
export async function testAsItIs(deps: Pick<World, 'runs' | 'log'>, test: RetestRow): Promise<RetestRow> {
  if (!isOpenRetest(test.state)) return test;
  const { status } = await deps.runs.lookUp(retestWorkflowId(test.identityId, test.number));
  const end = endOfOrphan('test', status, ageMs(test));
  if (!end) return test;
  await askForSweep(deps);
  return { ...test, state: end.stage, closeReason: end.reason, closedAt: new Date().toISOString() };
}

/** Tells the run something; a run that is gone is refused with how it ended. */
export async function tellRun<T>(deps: World, row: IdentityRow, tell: () => Promise<T>): Promise<T> {
  try {
    return await tell();
  } catch (error) {
    if (!isGone(error)) throw error;
    throw runEnded((await rowOfGone(deps, row)).row, error);
  }
}

/** What is refused because the run is not open. */
export function runEnded({ stage, closeReason }: IdentityRow, cause?: unknown): Refusal {
  const detail = isEndStage(stage)
    ? `The run has ended: ${stage}. ${closeReason ?? 'Read the identity to see the result.'}`
    : 'The run has not started. Send the start request again with the same Idempotency-Key.';
  return new Refusal('run_ended', detail, { members: { stage }, cause });
}

/** The Schedule sweeps anyhow; this only makes it sooner. */
async function askForSweep({ runs, log }: Pick<World, 'runs' | 'log'>): Promise<void> {
  await runs.sweepSoon().catch((error: unknown) => log.warn({ err: error }, 'no sweep could be asked for'));
}
