// What an activity failed with, seen from the workflow.

import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure, TimeoutFailure } from '@temporalio/workflow';
import type { FailureCode } from '../domain/failure.ts';
import { isFailureCode } from '../domain/failure.ts';

/** The code of the failure, `TimedOut` when Temporal gave up waiting, `Internal` for anything unforeseen. */
export function failureCode(error: unknown): FailureCode | 'TimedOut' {
  const cause = rootOf(error);
  if (cause instanceof TimeoutFailure) return 'TimedOut';
  if (cause instanceof ApplicationFailure && isFailureCode(cause.type)) return cause.type;
  return 'Internal';
}

/** The code and a sentence, as the state shows them. */
export function failureOf(error: unknown): { code: FailureCode; message: string } {
  const code = failureCode(error);
  const cause = rootOf(error);
  const message = cause instanceof Error ? cause.message : String(cause);
  return { code: code === 'TimedOut' ? 'ProviderUnavailable' : code, message };
}

function rootOf(error: unknown): unknown {
  const wrapped = error instanceof ActivityFailure || error instanceof ChildWorkflowFailure;
  return wrapped && error.cause ? rootOf(error.cause) : error;
}
