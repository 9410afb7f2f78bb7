// The border between a step and Temporal: a Failure becomes an ApplicationFailure that says whether it may be retried.
// No other error passes, so that no foreign address or secret gets into the history.

import { Context } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import type { Attempt } from '../core/ports/attempt.ts';
import { FAILURES, Failure, type FailureCode } from '../domain/failure.ts';

/** Well under every heartbeat time-out in workflows/steps.ts. */
const HEARTBEAT_EVERY_MS = 5000;

/**
 * Wraps the work of a step: it throws only errors that the workflow knows, and sends heartbeats, so that a killed
 * worker is noticed within seconds and not at the step's own time-out.
 */
export function activity<In, Out>(work: (input: In, attempt: Attempt) => Promise<Out>): (input: In) => Promise<Out> {
  return async (input) => {
    const context = Context.current();
    const alive = setInterval(() => context.heartbeat(), HEARTBEAT_EVERY_MS);
    try {
      return await work(input, attemptOf(context));
    } catch (error) {
      throw toTemporal(error);
    } finally {
      clearInterval(alive);
    }
  };
}

function attemptOf({ info, cancellationSignal, heartbeat, log }: Context): Attempt {
  const { attempt, scheduledTimestampMs, workflowExecution, activityId } = info;
  return {
    signal: cancellationSignal,
    number: attempt,
    scheduledAt: scheduledTimestampMs,
    // Activities are numbered in each run of a workflow.
    name: [workflowExecution?.workflowId, workflowExecution?.runId, activityId].join('/'),
    beat: heartbeat,
    warn: (message, details) => log.warn(message, details),
  };
}

/** The translation alone. Cancellations pass, also that of a wait which a cancellation ended. */
export function toTemporal(error: unknown): Error {
  if (error instanceof CancelledFailure || error instanceof ApplicationFailure) return error;
  if (error instanceof Failure) {
    return ApplicationFailure.create({
      type: error.code,
      message: error.message,
      nonRetryable: FAILURES[error.code].retry !== 'later',
      ...(error.retryAfterMs === undefined ? {} : { nextRetryDelay: error.retryAfterMs }),
      ...(error.problems.length > 0 && { details: [...error.problems] }),
      ...(error.code === 'NotReadyYet' ? { category: ApplicationFailureCategory.BENIGN } : {}),
    });
  }
  const { log, cancellationSignal } = Context.current();
  if (cancellationSignal.aborted && isAbort(error)) return cancelled(cancellationSignal.reason);
  log.error('unexpected error in an activity', { error });
  const name = error instanceof Error ? error.name : typeof error;
  return ApplicationFailure.create({
    type: 'Unexpected' satisfies FailureCode,
    message: `Unexpected ${name}; the worker's log has the details.`,
  });
}

const isAbort = (error: unknown) => error instanceof Error && error.name === 'AbortError';

/** Temporal aborts its signal with the failure that it expects back. */
function cancelled(reason: unknown): CancelledFailure {
  return reason instanceof CancelledFailure ? reason : new CancelledFailure('The step was cancelled.');
}
