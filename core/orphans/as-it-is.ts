// Rows whose workflow is gone. A read answers their end at once and requests a sweep, which writes that end into the
// row (close-orphan.ts).

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

/** Whether a repeat of the start may start a missing workflow: a later one may meet the closing of the row. */
export const mayBegin = (row: { createdAt: string }): boolean => ageMs(row) < BEGIN_WITHIN_MS;

/**
 * The row of a run that is not open in Temporal: with its end, also one not written yet, or unchanged while the run may
 * still start. `isOrphan`: the end is not written yet.
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

/** The same for a test on request. Temporal is queried only while the test is open. */
export async function testAsItIs(
  deps: Pick<World, 'runs' | 'log'> & Pick<Ports, 'retests'>,
  tenantId: string,
  test: RetestRow,
): Promise<RetestRow> {
  if (!isOpenRetest(test.state)) return test;
  const { identityId, number } = test;
  const { status } = await deps.runs.lookUp(retestWorkflowId(identityId, number));
  const end = endOfOrphan('test', status, ageMs(test));
  if (!end) return test;
  // A workflow writes its end before it ends: the row was read before that.
  const now = (await deps.retests.find(tenantId, identityId, number)) ?? test;
  if (!isOpenRetest(now.state)) return now;
  await askForSweep(deps);
  return { ...now, state: end.stage, closeReason: end.reason, closedAt: new Date().toISOString() };
}

/** Sends a message to the run. If the run is gone, the refusal says how it ended. */
export async function tellRun<T>(deps: World, row: IdentityRow, tell: () => Promise<T>): Promise<T> {
  try {
    return await tell();
  } catch (error) {
    if (!isGone(error)) throw error;
    throw runEnded((await rowOfGone(deps, row)).row, error);
  }
}

/** The refusal for a run that is not open. */
export function runEnded({ stage, closeReason }: IdentityRow, cause?: unknown): Refusal {
  const detail = isEndStage(stage)
    ? `The run has ended: ${stage}. ${closeReason ?? 'Read the identity to see the result.'}`
    : 'The run has not started. Send the start request again with the same Idempotency-Key.';
  return new Refusal('run_ended', detail, { members: { stage }, cause });
}

/** The Schedule sweeps as well; this is only sooner. */
export async function askForSweep({ runs, log }: Pick<World, 'runs' | 'log'>): Promise<void> {
  await runs.sweepSoon().catch((error: unknown) => log.warn({ err: error }, 'no sweep could be asked for'));
}
