// Waiting for a run to reach a stage.

import { isEndStage, type Stage } from '../domain/stage.ts';
import type { Identity } from './types.ts';

/** Stages that nothing leaves without somebody's help. A review is one too, but it is what every run waits for. */
const NEEDS_PERSON: readonly Stage[] = ['needs_photos', 'needs_operator'];

type WaitReason =
  /** The run ended in another stage than those that were waited for. */
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
  /** Is told of every state on the way. */
  onChange?: (identity: Identity) => void;
  /**
   * Is told when the run waits for other photos or for an operator, and the wait goes on. Without it, the wait ends there
   * with a WaitError.
   */
  onNeedsPerson?: (identity: Identity) => void;
}

/** The first of these states with a wanted stage. Throws WaitError, and what the states or the signal throw. */
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
