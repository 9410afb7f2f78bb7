// What an error of Temporal's client means for a run.

import {
  isGrpcCancelledError,
  isGrpcDeadlineError,
  QueryNotRegisteredError,
  QueryRejectedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { RunError } from './run-error.ts';

/** The server's own refusal of an Update whose run ended while the Update was at work. */
const RUN_ENDED_MEANWHILE = 'AcceptedUpdateCompletedWorkflow';
/** gRPC status: the server saw no poller on the queue lately, or the run's last task failed. */
const FAILED_PRECONDITION = 9;

/** The server says so of a query while the newest task of the run fails: its code has a defect. */
const TASK_FAILS = /workflow task in failed state/i;

const NO_WORKER =
  'No worker answered in time. Check that a worker runs, then ask again; sending the same again is safe.';
const UNREACHABLE =
  'Temporal cannot be reached, or is not set up for these runs. Check its address and try again; sending the same again is safe.';
const DEFECT =
  "The run's newest step fails in its code. Nothing is lost: it goes on by itself when a repaired worker is deployed. The worker's log and the Temporal Web UI have the error.";
const MESSAGES = { no_worker: NO_WORKER, unavailable: UNREACHABLE } as const;

/**
 * Never throws; an error that says nothing known is `unavailable`, as nobody can tell what came through. `late` is what
 * a missed deadline means: a query waits for a worker, a signal for the server alone.
 */
export function runErrorOf(error: unknown, late: keyof typeof MESSAGES): RunError {
  if (error instanceof RunError) return error;
  if (error instanceof WorkflowNotFoundError) return new RunError('gone', 'There is no open run.', { cause: error });
  if (error instanceof QueryRejectedError) return new RunError('gone', 'The run has ended.', { cause: error });
  if (error instanceof WorkflowUpdateFailedError) return refusalOf(error);
  if (error instanceof QueryNotRegisteredError || grpcCode(error) === FAILED_PRECONDITION) {
    return new RunError('no_worker', taskFails(error) ? DEFECT : NO_WORKER, { cause: error });
  }
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isLate(error)) {
    return new RunError(late, MESSAGES[late], { cause: error });
  }
  return new RunError('unavailable', UNREACHABLE, { cause: error });
}

function refusalOf({ cause }: WorkflowUpdateFailedError): RunError {
  const refusal = cause instanceof ApplicationFailure ? (cause.type ?? undefined) : undefined;
  if (refusal === RUN_ENDED_MEANWHILE) return new RunError('gone', 'The run ended meanwhile.', { cause });
  const message = cause?.message || 'The run refused this. Read its state and try again.';
  return new RunError('refused', message, { cause, ...(refusal === undefined ? {} : { refusal }) });
}

/** Which of the two it is depends on whether the server or the client sees the deadline first. */
function isLate(error: unknown): boolean {
  return isGrpcDeadlineError(error) || isGrpcCancelledError(error);
}

function taskFails(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof Error && TASK_FAILS.test(error.cause.message);
}

/** The gRPC status that the client wraps in its own error. */
function grpcCode(error: unknown): unknown {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? cause.code : undefined;
}
