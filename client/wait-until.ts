// Waiting for a run to reach a stage.

import { isEndStage, type Stage } from '../domain/stage.ts';
import type { Identity } from './types.ts';

/** Stages that need a person's action. A review needs one too, but every run waits for it. */
const NEEDS_PERSON: readonly Stage[] = ['needs_photos', 'needs_operator'];

type WaitReason =
  /** The run ended in another stage. */
  | 'ended'
  /** It waits for other photos, or for an operator. */
  | 'needs_person'
  | 'timeout';

/** The stage was not reached; `identity` is the state in which the wait ended, unless none was seen. */
export class WaitError extends Error {
  readonly reason: WaitReason;
  readonly identity: Identity | undefined;

  constructor(reason: WaitReason, identity: Identity | undefined, message: string) {
    super(message);
    this.name = 'WaitError';
    this.reason = reason;
    this.identity = identity;
  }
}

export interface WaitOptions {
  /** Without it, the wait lasts as long as the run: a review may take days. */
  timeoutMs?: number;
  signal?: AbortSignal;
  /** Called with every state. */
  onChange?: (identity: Identity) => void;
  /**
   * Called when the run waits for other photos or for an operator; the wait goes on. Without it, the wait ends with a
   * WaitError.
   */
  onNeedsPerson?: (identity: Identity) => void;
}

/** The first state with one of the stages. Throws WaitError, and errors of the states and the signal. */
export async function waitUntil(
  watch: (signal: AbortSignal | undefined) => AsyncIterable<Identity>,
  stages: readonly Stage[],
  { timeoutMs, signal, onChange, onNeedsPerson }: WaitOptions,
): Promise<Identity> {
  const wanted = stages.join(' or ');
  const deadline = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
  const signals = [deadline, signal].filter((one) => one !== undefined);
  let last: Identity | undefined;
  try {
    for await (const identity of watch(signals.length > 0 ? AbortSignal.any(signals) : undefined)) {
      last = identity;
      onChange?.(identity);
      if (stages.includes(identity.stage)) return identity;
      if (isEndStage(identity.stage)) break;
      if (!NEEDS_PERSON.includes(identity.stage)) continue;
      if (!onNeedsPerson) throw new WaitError('needs_person', identity, `Not ${wanted} yet: ${helpFor(identity)}`);
      onNeedsPerson(identity);
    }
  } catch (error) {
    if (!deadline?.aborted || signal?.aborted || error instanceof WaitError) throw error;
    throw new WaitError(
      'timeout',
      last,
      `Not ${wanted} within ${timeoutMs} ms: ${last?.stage ?? 'no state was seen'}.`,
    );
  }
  const why = last?.failure?.message ?? last?.closeReason;
  throw new WaitError('ended', last, `The run ended as ${last?.stage}, not as ${wanted}${why ? `: ${why}` : '.'}`);
}

function helpFor({ stage, photoProblem, unclearCalls }: Identity): string {
  if (stage === 'needs_operator') return `an operator has to settle ${unclearCalls.join(', ')}.`;
  return photoProblem?.message ?? 'the run needs other photos.';
}
