// Orphans: open rows whose workflow is gone. Temporal reports the workflow's end; this rule decides the row's end.
// Pure, so that the sweep that closes rows and the API that answers earlier decide the same.

import type { EndStage } from './stage.ts';

/**
 * The workflow's status in Temporal. `not_found`: never started, or deleted after its retention; `unclear`: no answer,
 * so nothing may be concluded.
 */
export type WorkflowStatus =
  | 'running'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'terminated'
  | 'timed_out'
  | 'not_found'
  | 'unclear';

export type ClosedStatus = Exclude<WorkflowStatus, 'running' | 'unclear'>;

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Milliseconds after the start request in which a repeat of it may start a workflow that a crash left out. */
export const BEGIN_WITHIN_MS = 10 * MINUTE;
/**
 * ... and after which a row without a workflow is closed. The five minutes in between allow for different clocks and
 * for a slow start, so that no row is closed while its workflow starts.
 */
export const NEVER_BEGUN_MS = 15 * MINUTE;
/**
 * Milliseconds that a row is left alone after its workflow closed: steps of a terminated run learn of it by their
 * heartbeat, and the run's own end may still be on its way into the row.
 */
export const SETTLING_MS = 15 * SECOND;

/** How an orphan ends. */
export interface OrphanEnd {
  stage: Extract<EndStage, 'failed' | 'cancelled'>;
  reason: string;
}

const NEXT = {
  run: 'Start a new identity with a new Idempotency-Key.',
  test: 'Start a new test with a new Idempotency-Key.',
  batch: 'Redraw the stills that are missing, or start them as a new batch with a new Idempotency-Key.',
  still: 'Redraw it; a picture that was made before is kept.',
} as const;

/** What can be an orphan, and the word for it in a reason. */
export type OrphanKind = keyof typeof NEXT;

function orphanEnd(what: OrphanKind, status: ClosedStatus): OrphanEnd {
  const next = NEXT[what];
  switch (status) {
    case 'terminated':
      return { stage: 'failed', reason: `The ${what} was terminated in Temporal. ${next}` };
    case 'timed_out':
      return { stage: 'failed', reason: `The ${what} timed out in Temporal. ${next}` };
    case 'cancelled':
      return { stage: 'cancelled', reason: 'Cancelled on request.' };
    case 'failed':
      return { stage: 'failed', reason: `The ${what} failed. Its history in Temporal shows the reason. ${next}` };
    case 'completed':
      return {
        stage: 'failed',
        reason: `Temporal says that the ${what} ended, but the database does not hold its end. It may be an older copy of the database. ${next}`,
      };
    case 'not_found':
      return {
        stage: 'failed',
        reason: `Temporal does not know the ${what}: it never started, or its history was deleted. ${next}`,
      };
  }
}

/**
 * The end of an open row of this age; undefined while its workflow runs, may still start, or is unclear. The API
 * answers with this end at once; the row itself is closed once `isSettled` says so.
 */
export function endOfOrphan(what: OrphanKind, status: WorkflowStatus, ageMs: number): OrphanEnd | undefined {
  if (status === 'running' || status === 'unclear') return undefined;
  if (status === 'not_found' && ageMs < NEVER_BEGUN_MS) return undefined;
  return orphanEnd(what, status);
}

/** Whether the workflow closed long enough ago; undefined where Temporal gives no closing time. */
export function isSettled(closedForMs: number | undefined): boolean {
  return closedForMs === undefined || closedForMs >= SETTLING_MS;
}
