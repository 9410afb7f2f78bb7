// Sending a decision, and noticing that somebody else's came first: by the answer, or because it shows in the state.

import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { LikenessError } from '../../client/error.ts';
import { newId } from '../../client/new-id.ts';
import type { Identity } from '../../client/types.ts';
import type { NextStep } from '../../domain/decision.ts';
import { useLikeness } from '../state/likeness-provider.tsx';
import type { WatchedIdentity } from '../state/use-identity.ts';
import { type DecisionRecord, decisionKey, isOvertaken, newestUnknown } from './decisions.ts';

/** A reviewer's word on a round. */
export type NewDecision = { round: number; reason?: string } & (
  | { verdict: 'approve' }
  | { verdict: 'reject'; next: NextStep }
);

/** `refusal`: what the API said to our own decision. `decision`: the one that came first, as soon as it is known. */
export interface Conflict {
  refusal: string | undefined;
  decision: DecisionRecord | undefined;
}

export function useDecision(identity: Identity, { put, again }: Pick<WatchedIdentity, 'put' | 'again'>) {
  const client = useLikeness();
  // Decisions that are no news here: those of before, our own, and those that the reader has taken note of.
  const [known, setKnown] = useState<ReadonlySet<string>>(
    () => new Set(identity.decisions.map(({ decision }) => decisionKey(decision))),
  );
  const [refusal, setRefusal] = useState<string>();
  const sending = useMutation({
    mutationFn: (decision: NewDecision & { decisionId: string }) =>
      client.identities.decide(identity.identityId, decision),
    onSuccess: put,
    onError: (error) => {
      if (!cameTooLate(error)) return;
      setRefusal(error.detail);
      again();
    },
  });
  const decision = newestUnknown(identity.decisions, known);
  const conflict: Conflict | undefined = refusal || decision ? { refusal, decision } : undefined;

  return {
    conflict,
    sending: sending.isPending,
    /** Why the last decision was refused, where it may be sent again: no budget, no connection. */
    error: sending.error && !refusal ? sending.error : undefined,
    /** What was taken last, from here. */
    taken: sending.isSuccess ? sending.variables.verdict : undefined,
    /** `onDone` hears when it is taken, and when it came too late. */
    decide(decision: NewDecision, onDone: () => void) {
      const decisionId = newId();
      setKnown(new Set([...known, decisionKey({ round: decision.round, decisionId })]));
      sending.mutate(
        { ...decision, decisionId },
        { onSuccess: onDone, onError: (error) => (cameTooLate(error) ? onDone() : undefined) },
      );
    },
    forgetError: () => (sending.isError ? sending.reset() : undefined),
    takeNote() {
      setKnown(new Set([...known, ...identity.decisions.map((one) => decisionKey(one.decision))]));
      setRefusal(undefined);
      sending.reset();
    },
  };
}

const cameTooLate = (error: Error): error is LikenessError => error instanceof LikenessError && isOvertaken(error.code);
