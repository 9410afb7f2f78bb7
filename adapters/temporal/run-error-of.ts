// The meaning of a Temporal client's error for a run.

import {
  isGrpcCancelledError,
  isGrpcDeadlineError,
  QueryNotRegisteredError,
  QueryRejectedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure, NamespaceNotFoundError } from '@temporalio/common';
import { RunError } from '../../core/ports/run-error.ts';

/** The server's own refusal of an Update whose run ended during the Update. */
const RUN_ENDED_MEANWHILE = 'AcceptedUpdateCompletedWorkflow';

/** The server answers so to a query while the newest task of the run fails: its code has a defect. */
const TASK_FAILS = /workflow task in failed state/i;

const NO_WORKER =
  'No worker answered in time. Check that a worker runs, then try again; sending the same request again is safe.';
const UNREACHABLE =
  'Temporal cannot be reached, or is not set up for these runs. Check its address and try again; sending the same request again is safe.';
const DEFECT =
  "The newest step of the run fails because of an error in its code. Nothing is lost: the run goes on when a repaired worker is deployed. The worker's log and the Temporal Web UI show the error.";
const OVERLOADED = 'Temporal is overloaded. Try again in a moment; sending the same request again is safe.';
const INVALID =
  'Temporal refuses a value of this request because it is too long or not valid. Change the value; the same request is refused again.';
const REFUSED =
  "Temporal refuses the API. Ask the operator to check the address, the namespace and the API's key or certificate.";
const GONE = 'There is no open run with this id. Read the identity to see its state.';
const LATE = { no_worker: NO_WORKER, unavailable: UNREACHABLE } as const;

/** The gRPC statuses with a certain meaning. */
const STATUS = {
  CANCELLED: 1,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

type Meaning = readonly [trouble: RunError['trouble'], message: string];
type Late = keyof typeof LATE;

/**
 * The meaning of each gRPC status (grpc.io, "Status codes"). A status that is not certainly permanent is `unavailable`,
 * because the call may have been received. DEADLINE_EXCEEDED and CANCELLED mean the same: it depends on whether the
 * server or the client notices the deadline first.
 */
const OF_STATUS: Record<number, (late: Late) => Meaning> = {
  [STATUS.CANCELLED]: (late) => [late, LATE[late]],
  [STATUS.INVALID_ARGUMENT]: () => ['invalid', INVALID],
  [STATUS.DEADLINE_EXCEEDED]: (late) => [late, LATE[late]],
  [STATUS.NOT_FOUND]: () => ['gone', GONE],
  [STATUS.ALREADY_EXISTS]: () => ['refused', 'The run was started already. Read its state.'],
  [STATUS.PERMISSION_DENIED]: () => ['misconfigured', REFUSED],
  [STATUS.RESOURCE_EXHAUSTED]: () => ['unavailable', OVERLOADED],
  // The server saw no poller on the queue lately, or the run's last task failed.
  [STATUS.FAILED_PRECONDITION]: () => ['no_worker', NO_WORKER],
  [STATUS.OUT_OF_RANGE]: () => ['invalid', INVALID],
  [STATUS.UNIMPLEMENTED]: () => ['misconfigured', REFUSED],
  [STATUS.DATA_LOSS]: () => ['misconfigured', REFUSED],
  [STATUS.UNAUTHENTICATED]: () => ['misconfigured', REFUSED],
};

/**
 * Never throws. An unknown error is `unavailable`, because the call may have been received. `late` is the meaning of a
 * missed deadline: a query waits for a worker, a signal for the server alone.
 */
export function runErrorOf(error: unknown, late: Late): RunError {
  if (error instanceof RunError) return error;
  if (error instanceof WorkflowNotFoundError) return new RunError('gone', GONE, { cause: error });
  if (error instanceof QueryRejectedError) return new RunError('gone', 'The run has ended.', { cause: error });
  if (error instanceof WorkflowUpdateFailedError) return refusalOf(error);
  if (error instanceof NamespaceNotFoundError) return new RunError('misconfigured', REFUSED, { cause: error });
  if (error instanceof QueryNotRegisteredError) return new RunError('no_worker', NO_WORKER, { cause: error });
  if (taskFails(error)) return new RunError('no_worker', DEFECT, { cause: error });
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isLate(error)) {
    return new RunError(late, LATE[late], { cause: error });
  }
  const [trouble, message] = OF_STATUS[grpcCode(error) ?? -1]?.(late) ?? ['unavailable', UNREACHABLE];
  return new RunError(trouble, message, { cause: error });
}

function refusalOf({ cause }: WorkflowUpdateFailedError): RunError {
  const refusal = cause instanceof ApplicationFailure ? (cause.type ?? undefined) : undefined;
  if (refusal === RUN_ENDED_MEANWHILE) return new RunError('gone', 'The run ended meanwhile.', { cause });
  const message = cause?.message || 'The run refused this. Read its state and try again.';
  return new RunError('refused', message, { cause, ...(refusal === undefined ? {} : { refusal }) });
}

/** Which one it is depends on whether the server or the client notices the deadline first. */
function isLate(error: unknown): boolean {
  return isGrpcDeadlineError(error) || isGrpcCancelledError(error);
}

function taskFails(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof Error && TASK_FAILS.test(error.cause.message);
}

/** The gRPC status that the client wraps in its own error. */
function grpcCode(error: unknown): number | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'number' ? cause.code : undefined;
}
