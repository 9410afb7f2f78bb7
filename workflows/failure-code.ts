// What an activity failed with, seen from the workflow.

import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure, TimeoutFailure } from '@temporalio/workflow';
import type { FailureCode } from '../domain/failure.ts';
import { isFailureCode } from '../domain/failure.ts';

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
