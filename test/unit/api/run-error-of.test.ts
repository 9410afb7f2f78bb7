import {
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure, NamespaceNotFoundError } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { runErrorOf } from '../../../adapters/temporal/run-error-of.ts';
import { PROBLEMS, problemOf } from '../../../api/problem.ts';
import { RunError } from '../../../core/ports/run-error.ts';

const CANCELLED = 1;
const DEADLINE_EXCEEDED = 4;
const FAILED_PRECONDITION = 9;
const UNAVAILABLE = 14;

function grpc(code: number): ServiceError {
  const cause = Object.assign(new Error(`${code}`), { code, details: '', metadata: {} });
  return new ServiceError('Failed', { cause });
}
const refusal = (cause: Error | undefined) => new WorkflowUpdateFailedError('Workflow Update failed', cause);

describe('an error of Temporal’s client', () => {
  test.each([
    ['the run is not open', new WorkflowNotFoundError('no', 'identity/1', undefined), 'gone'],
    [
      'the run ended under the Update',
      refusal(ApplicationFailure.create({ type: 'AcceptedUpdateCompletedWorkflow' })),
      'gone',
    ],
    ['no poller', grpc(FAILED_PRECONDITION), 'no_worker'],
    ['the query deadline', grpc(DEADLINE_EXCEEDED), 'no_worker'],
    ['the query deadline, seen by the client first', grpc(CANCELLED), 'no_worker'],
    ['the Update deadline', new WorkflowUpdateRPCTimeoutOrCancelledError('late'), 'no_worker'],
    ['the server is away', grpc(UNAVAILABLE), 'unavailable'],
    ['a namespace that is not there', new NamespaceNotFoundError('nowhere'), 'misconfigured'],
    ['something else', new TypeError('Invalid response from server'), 'unavailable'],
  ])('%s', (_, error, trouble) => {
    expect(runErrorOf(error, 'no_worker').trouble).toBe(trouble);
  });

  test('a run whose code fails does not send anybody to look for a worker', () => {
    const message = '9 FAILED_PRECONDITION: Unable to query workflow due to Workflow Task in failed state.';
    const cause = Object.assign(new Error(message), { code: FAILED_PRECONDITION, details: '', metadata: {} });
    const error = runErrorOf(new ServiceError('Failed', { cause }), 'no_worker');
    expect(error).toMatchObject({ trouble: 'no_worker', message: expect.stringContaining('error in its code') });
  });

  // All statuses of gRPC. Those that are sure to be permanent are not called transient.
  test.each([
    [1, 'CANCELLED', 'no_worker'],
    [2, 'UNKNOWN', 'unavailable'],
    [3, 'INVALID_ARGUMENT', 'invalid'],
    [4, 'DEADLINE_EXCEEDED', 'no_worker'],
    [5, 'NOT_FOUND', 'gone'],
    [6, 'ALREADY_EXISTS', 'refused'],
    [7, 'PERMISSION_DENIED', 'misconfigured'],
    [8, 'RESOURCE_EXHAUSTED', 'unavailable'],
    [9, 'FAILED_PRECONDITION', 'no_worker'],
    [10, 'ABORTED', 'unavailable'],
    [11, 'OUT_OF_RANGE', 'invalid'],
    [12, 'UNIMPLEMENTED', 'misconfigured'],
    [13, 'INTERNAL', 'unavailable'],
    [14, 'UNAVAILABLE', 'unavailable'],
    [15, 'DATA_LOSS', 'misconfigured'],
    [16, 'UNAUTHENTICATED', 'misconfigured'],
    [99, 'one that is new', 'unavailable'],
  ])('the gRPC status %i, %s, means "%s"', (code, _, trouble) => {
    const error = runErrorOf(grpc(code), 'no_worker');
    expect(error.trouble).toBe(trouble);
    const problem = problemOf(error);
    const isTransient = PROBLEMS[problem.code].status === 503;
    expect(isTransient).toBe(['no_worker', 'unavailable'].includes(trouble));
    expect('retry-after' in problem.headers).toBe(isTransient);
    expect(/again is safe/.test(problem.message)).toBe(isTransient);
  });

  test('a deadline where no worker is needed means that the server is away', () => {
    expect(runErrorOf(grpc(DEADLINE_EXCEEDED), 'unavailable').trouble).toBe('unavailable');
  });

  test('a refusal keeps the run’s own code and words', () => {
    const cause = ApplicationFailure.create({ type: 'stale_round', message: 'Round 2 is the newest.' });
    expect(runErrorOf(refusal(cause), 'no_worker')).toMatchObject({
      trouble: 'refused',
      refusal: 'stale_round',
      message: 'Round 2 is the newest.',
    });
    expect(runErrorOf(refusal(undefined), 'no_worker').message).not.toBe('');
  });

  test('what is a RunError stays as it is', () => {
    const error = new RunError('gone', 'There is no open run with this id. Read the identity to see its state.');
    expect(runErrorOf(error, 'no_worker')).toBe(error);
  });
});
