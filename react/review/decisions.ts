// Decisions as a page shows them: who, what, and which of them came from elsewhere.

import type { Identity } from '../../client/types.ts';
import type { RefusalCode } from '../../domain/decision.ts';
import { texts } from '../texts.ts';

export type DecisionRecord = Identity['decisions'][number];

const t = texts.decisions;

/** `rejected and asked for new images`. */
export function verdictWords({ decision }: DecisionRecord): string {
  if (decision.verdict === 'approve') return t.approved;
  return decision.next ? t.rejectedFor(t.next[decision.next]) : t.rejected;
}

/** A decision is one for its round and its id: a script may use an id again in the next round. */
export function decisionKey({ round, decisionId }: { round: number; decisionId: string }): string {
  return `${round}/${decisionId}`;
}

/** The newest decision that is not among those known, by their keys. */
export function newestUnknown(
  decisions: readonly DecisionRecord[],
  known: ReadonlySet<string>,
): DecisionRecord | undefined {
  return decisions.findLast(({ decision }) => !known.has(decisionKey(decision)));
}

/** Refusals that say that the run has moved on: what was looked at is not the newest. */
const OVERTAKEN: readonly string[] = [
  'stale_round',
  'already_decided',
  'not_awaiting_approval',
  'run_ended',
] satisfies readonly (RefusalCode | 'run_ended')[];

export const isOvertaken = (code: string): boolean => OVERTAKEN.includes(code);
