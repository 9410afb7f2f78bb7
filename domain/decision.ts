// One reviewer's decision, and whether it counts. The signal and the Update share this reducer: the signal records a
// refusal, the Update answers it. A decision is known by its round and its id together: the same id in another round is
// another decision.

import type { Stage } from './stage.ts';
import { cleanId, cleanText } from './text.ts';

export const NEXT_STEPS = ['regenerate', 'retrain', 'abandon'] as const;
export type NextStep = (typeof NEXT_STEPS)[number];

export type Verdict = { verdict: 'approve' } | { verdict: 'reject'; next: NextStep };

export type Decision = Verdict & {
  decisionId: string;
  /** The set of test images that the reviewer saw. */
  round: number;
  reason?: string;
  /** Who decided: an opaque name of the principal, never an e-mail address. */
  by: string;
  via: 'signal' | 'update';
};

export const REFUSAL_CODES = [
  'malformed_decision',
  'not_awaiting_approval',
  'stale_round',
  'already_decided',
  'idempotency_conflict',
  'round_limit',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

export interface Refusal {
  code: RefusalCode;
  /** A sentence with the next step in it. */
  message: string;
}

/** What the reducer needs to know of the run. */
export interface ReviewState {
  stage: Stage;
  /** Whether the run waits for a decision at this moment. */
  waits: boolean;
  round: number;
  /** All that counted so far, of every round. */
  decided: readonly Decision[];
  regenerations: number;
  retrainings: number;
  maxRegenerations: number;
  maxRetrainings: number;
}

/** Whether a decision ends the run: once it was answered nothing takes it back. */
export function endsRun(decision: Verdict): boolean {
  return decision.verdict === 'approve' || decision.next === 'abandon';
}

/**
 * The outcome of an earlier decision with the same id and round: `same` when it counted and the verdict is unchanged,
 * the refusal when the verdict is another one. Undefined when no such decision is known.
 */
export function sentBefore(
  decided: readonly Decision[],
  decision: Verdict & Pick<Decision, 'round' | 'decisionId'>,
): 'same' | Refusal | undefined {
  const { round, decisionId } = decision;
  const known = decided.find((one) => one.round === round && one.decisionId === decisionId);
  if (!known) return undefined;
  if (saidIn(known) === saidIn(decision)) return 'same';
  const message = `The id of this decision was used in round ${round} for another decision: ${saidIn(known)}. The earlier decision counts. Read the state of the run, and use a new id for a new decision.`;
  return { code: 'idempotency_conflict', message };
}

/** Undefined when the decision counts; else why not. The same decision sent twice counts once and is no error. */
export function refusalOf(review: ReviewState, decision: Decision): Refusal | undefined {
  const before = sentBefore(review.decided, decision);
  if (before) return before === 'same' ? undefined : before;
  const { round, stage } = review;
  if (decision.round < round) {
    const message = `The decision is for round ${decision.round}, but round ${round} is the newest. Look at the newest images and decide again.`;
    return { code: 'stale_round', message };
  }
  if (decision.round > round) {
    const message = `There is no round ${decision.round} yet: round ${round} is the newest. Name the round whose images you have seen.`;
    return { code: 'not_awaiting_approval', message };
  }
  const made = review.decided.find((one) => one.round === round);
  if (made) {
    const message = `Round ${round} was already decided by ${made.by}: ${saidIn(made)}. Read the state of the run.`;
    return { code: 'already_decided', message };
  }
  if (!review.waits) {
    const why =
      stage === 'awaiting_approval'
        ? `Round ${round} does not wait for a decision any more: the run is about to end.`
        : `The run does not wait for a decision: it is in stage "${stage}", round ${round}.`;
    return { code: 'not_awaiting_approval', message: `${why} Read the state of the run.` };
  }
  if (decision.verdict === 'reject') return limitRefusal(review, decision.next);
  return undefined;
}

/** `approve`, or what a rejection requests. */
function saidIn(decision: Verdict): string {
  return decision.verdict === 'approve' ? 'approve' : `reject, ${decision.next}`;
}

function limitRefusal(review: ReviewState, next: NextStep): Refusal | undefined {
  const { regenerations, maxRegenerations, retrainings, maxRetrainings } = review;
  const left = [
    'approve',
    ...(regenerations < maxRegenerations ? ['regenerate'] : []),
    ...(retrainings < maxRetrainings ? ['retrain'] : []),
    'abandon',
  ];
  if (next === 'abandon' || left.includes(next)) return undefined;
  const done =
    next === 'regenerate'
      ? `New images were already made ${regenerations} times`
      : `The identity was already trained again ${retrainings} times`;
  return { code: 'round_limit', message: `${done}, which is the limit. You can still choose: ${left.join(', ')}.` };
}

/** Characters. */
const MAX_TEXT = 500;

/**
 * Reads what came in by a signal, which anyone with access to Temporal can send by hand: anything may be missing or of
 * the wrong type. What cannot be stored of a text is left out of it. `fallbackId` names a decision that came without an
 * id.
 */
export function parseDecision(
  raw: unknown,
  verdict: Verdict['verdict'],
  fallbackId: string,
  via: Decision['via'],
): Decision | Refusal {
  if (typeof raw !== 'object' || raw === null) return malformed('an object like {"round": 1}');
  const { decisionId, round, next, reason, by } = raw as Record<string, unknown>;
  if (typeof round !== 'number' || !Number.isInteger(round) || round < 1) {
    return malformed('the "round" that was looked at, a whole number from 1');
  }
  const said = typeof reason === 'string' ? cleanText(reason, MAX_TEXT) : '';
  const base = {
    decisionId: (typeof decisionId === 'string' && cleanId(decisionId, MAX_TEXT)) || fallbackId,
    round,
    by: (typeof by === 'string' && cleanId(by, MAX_TEXT)) || 'unnamed',
    via,
    ...(said === '' ? {} : { reason: said }),
  };
  if (verdict === 'approve') return { ...base, verdict };
  const step = next === undefined ? 'abandon' : NEXT_STEPS.find((s) => s === next);
  if (!step) return malformed(`"next" as one of ${NEXT_STEPS.join(', ')}`);
  return { ...base, verdict, next: step };
}

function malformed(wanted: string): Refusal {
  return { code: 'malformed_decision', message: `The decision needs ${wanted}.` };
}

export function isRefusal(value: Decision | Refusal): value is Refusal {
  return 'code' in value;
}
