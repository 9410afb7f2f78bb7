// The end of a still whose workflow is gone, from its rows.

import type { OrphanEnd } from '../../domain/orphan.ts';
import type { PlanOfPictures } from '../../domain/stills/best-picture.ts';
import { cancelledEarly, endedEarly, progressOf } from '../../domain/stills/ended-early.ts';
import { plannedCast } from '../../domain/stills/planned-cast.ts';
import type { StillEnd } from '../../domain/stills/steps.ts';
import type { StillRow } from '../ports/stills.ts';

/** The best picture so far is kept. One that a person accepted stays accepted, as `Stills.close` has it. */
export function endOfLost(row: StillRow, { stage, reason }: OrphanEnd): StillEnd {
  const opened = Date.parse(row.openedAt);
  const own = row.pictures.filter(({ createdAt }) => row.again === 0 || Date.parse(createdAt) >= opened);
  const plan = planOf(row, own[0]?.number);
  const progress = progressOf(plan, own);
  const end = stage === 'cancelled' ? cancelledEarly(plan, progress, reason) : endedEarly(plan, progress, reason);
  const staysAccepted = row.accepted !== undefined && (end.best ?? row.best) === row.best;
  return staysAccepted ? { ...end, state: 'passed' } : end;
}

function planOf(
  { manifest, again, againKind = 'repair', best, pictures, repairs }: StillRow,
  first = 1,
): PlanOfPictures {
  const { route, cast } = manifest;
  const plan = { route, cast: plannedCast(cast) };
  if (again === 0) return plan;
  const kept = pictures.find(({ number }) => number === best);
  const before = kept?.check && { best: { picture: kept.number, check: kept.check } };
  return { ...plan, again: { kind: againKind, ...before, number: first, repairs } };
}
