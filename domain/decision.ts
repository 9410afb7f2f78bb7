// One reviewer's decision, and whether it counts. The signal and the Update share this reducer: the signal records a
// refusal, the Update answers it.

import type { Stage } from './stage.ts';
import { cleanId, cleanText } from './text.ts';

export const NEXT_STEPS = ['regenerate', 'retrain', 'abandon'] as const;
export type NextStep = (typeof NEXT_STEPS)[number];

export type Verdict = { verdict: 'approve' } | { verdict: 'reject'; next: NextStep };

export type Decision = Verdict & {
  decisionId: string;
  /** The set of test images that was looked at. */
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
  round: number;
  decision: Decision | undefined;
  regenerations: number;
  retrainings: number;
  maxRegenerations: number;
  maxRetrainings: number;
}

/** Undefined when the decision counts; else why not. The same decision sent twice counts once and is no error. */
export function refusalOf(review: ReviewState, decision: Decision): Refusal | undefined {
  if (review.decision?.decisionId === decision.decisionId) return undefined;
  if (decision.round < review.round) {
    const message = `The decision is for round ${decision.round}, but round ${review.round} is the newest. Look at the newest images and decide again.`;
    return { code: 'stale_round', message };
  }
  if (review.decision) {
    return { code: 'already_decided', message: `Round ${review.round} was already decided by ${review.decision.by}.` };
  }
  if (review.stage !== 'awaiting_approval' || decision.round > review.round) {
    return {
      code: 'not_awaiting_approval',
      message: `Nothing waits for a decision: the run is in stage "${review.stage}", round ${review.round}.`,
    };
  }
  if (decision.verdict === 'reject') return limitRefusal(review, decision.next);
  return undefined;
}

function limitRefusal(review: ReviewState, next: NextStep): Refusal | undefined {
  if (next === 'regenerate' && review.regenerations >= review.maxRegenerations) {
    const message = `New images were already made ${review.regenerations} times, which is the limit. Approve, retrain or abandon.`;
    return { code: 'round_limit', message };
  }
  if (next === 'retrain' && review.retrainings >= review.maxRetrainings) {
    const message = `The identity was already trained again ${review.retrainings} times, which is the limit. Approve, regenerate or abandon.`;
    return { code: 'round_limit', message };
  }
  return undefined;
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
