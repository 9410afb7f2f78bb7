// What an error means to a workflow: a cancellation, a defect of our own, or what a step failed with.

import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowFailure,
  isCancellation,
  TemporalFailure,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { FailureCode } from '../domain/failure.ts';
import { isFailureCode } from '../domain/failure.ts';

/** Throws what is no failure of a step: every catch in a workflow lets a programming error through. */
export function rethrowDefect(error: unknown): void {
  if (!(error instanceof TemporalFailure)) throw error;
}

/**
 * Whether an error is how the cancellation of the run shows. A step whose worker is gone can't say that it was cancelled:
 * it times out, and is not tried again because its run is cancelled.
 */
export function isCancelled(error: unknown): boolean {
  return isCancellation(error) || CancellationScope.current().consideredCancelled;
}

/** The code of the failure, `TimedOut` when Temporal gave up waiting, `Unexpected` for what has no code. */
export function failureCode(error: unknown): FailureCode | 'TimedOut' {
  const cause = rootOf(error);
  if (cause instanceof TimeoutFailure) return 'TimedOut';
  if (cause instanceof ApplicationFailure && isFailureCode(cause.type)) return cause.type;
  return 'Unexpected';
}

/** The code and a sentence, as the state shows them. */
export function failureOf(error: unknown): { code: FailureCode; message: string } {
  const code = failureCode(error);
  const cause = rootOf(error);
  // A step that was tried until its time was over: what its last try failed with is the reason.
  if (cause instanceof TimeoutFailure && cause.cause instanceof ApplicationFailure) {
    const last = failureOf(cause.cause);
    if (last.code !== 'NotReadyYet') return last;
  }
  const message = cause instanceof Error ? cause.message : String(cause);
  return { code: code === 'TimedOut' ? 'ProviderUnavailable' : code, message };
}

function rootOf(error: unknown): unknown {
  const wrapped = error instanceof ActivityFailure || error instanceof ChildWorkflowFailure;
  return wrapped && error.cause ? rootOf(error.cause) : error;
}
