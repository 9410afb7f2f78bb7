// The meaning of an error in a workflow: a cancellation, our own defect, or the failure of a step.

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

/** Rethrows errors that are not failures of a step: every catch in a workflow lets a programming error through. */
export function rethrowDefect(error: unknown): void {
  if (!(error instanceof TemporalFailure)) throw error;
}

/**
 * Whether the error comes from the cancellation of the run. A step whose worker is gone can't report its cancellation:
 * it times out, and is not retried because its run is cancelled.
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
  // A step timed out after retries: the failure of its last attempt is the reason.
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
