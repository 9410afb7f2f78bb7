// The border to Temporal: every failure says whether it may be tried again, and nothing foreign gets into the history.

import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger, type LogEntry } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { activity } from '../../../activities/activity.ts';
import { createActivities } from '../../../activities/create-activities.ts';
import type { FailureCode } from '../../../domain/failure.ts';
import { FAILURES, Failure } from '../../../domain/failure.ts';
import type { RunNotice } from '../../../domain/steps.ts';
import { createFakePorts, IDENTITY, TENANT } from '../../support/fake-ports.ts';
import { activityEnvironment, failureOf, run, runIn } from './run-step.ts';

const throws = (error: unknown) =>
  activity(async (_: undefined) => {
    throw error;
  });

const SECRET = 'https://files.test/anna.jpg?token=secret';
const CODES = Object.keys(FAILURES) as FailureCode[];

describe('a failure of ours', () => {
  it.each(CODES)('%s says by its type what happened, and whether trying again can help', async (code) => {
    const failure = await failureOf(throws(new Failure(code, 'Do this next.')), undefined);
    expect(failure).toMatchObject({ type: code, message: 'Do this next.' });
    expect(failure.nonRetryable).toBe(FAILURES[code].retry !== 'later');
    expect(failure.nextRetryDelay).toBeUndefined();
    const benign = failure.category === ApplicationFailureCategory.BENIGN;
    expect(benign).toBe(code === 'NotReadyYet');
  });

  it('passes on how long to wait', async () => {
    const wait = new Failure('ProviderThrottled', 'Slow down.', { retryAfterMs: 7000 });
    expect((await failureOf(throws(wait), undefined)).nextRetryDelay).toBe(7000);
  });

  it('keeps its cause to itself', async () => {
    const cause = new Error(SECRET);
    const failure = await failureOf(throws(new Failure('StoreUnavailable', 'No answer.', { cause })), undefined);
    expect(failure.cause).toBeUndefined();
    expect(failure.details ?? []).toEqual([]);
    expect(`${failure.message}${failure.stack}`).not.toContain('secret');
  });
});

class FetchError extends Error {
  override readonly name = 'FetchError';
}

describe('a foreign error', () => {
  it.each([
    ['an error', new Error(SECRET), 'Error'],
    ['a type error', new TypeError(SECRET), 'TypeError'],
    ['an error of a library', new FetchError(SECRET), 'FetchError'],
    ['an error with a cause', new Error('broken', { cause: new Error(SECRET) }), 'Error'],
    ['many errors', new AggregateError([new Error(SECRET)], SECRET), 'AggregateError'],
    ['an AbortError that is no cancellation', new DOMException(SECRET, 'AbortError'), 'AbortError'],
    ['a word', SECRET, 'string'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'object'],
    ['an object', { message: SECRET }, 'object'],
  ])('never leaks its message: %s', async (_name, error, kind) => {
    const failure = await failureOf(throws(error), undefined);
    expect(failure).toMatchObject({ type: 'Unexpected', nonRetryable: false });
    expect(failure.message).toBe(`Unexpected ${kind}; the worker's log has the details.`);
    expect(failure.cause).toBeUndefined();
    expect(`${JSON.stringify(failure)}${failure.stack}`).not.toContain('secret');
  });

  it('is in the log of the worker, with its details', async () => {
    const entries: LogEntry[] = [];
    const logger = new DefaultLogger('ERROR', (entry) => entries.push(entry));
    const env = new MockActivityEnvironment({}, { logger });
    const error = new Error(SECRET);
    await expect(runIn(env, throws(error), undefined)).rejects.toThrow();
    expect(entries).toMatchObject([{ message: 'unexpected error in an activity', meta: { error } }]);
  });
});

describe('what Temporal knows already', () => {
  it.each([new CancelledFailure('CANCELLED'), ApplicationFailure.create({ type: 'Internal', message: 'ours' })])(
    'passes through: %s',
    async (error) => {
      await expect(run(throws(error), undefined)).rejects.toBe(error);
    },
  );

  it.each([
    ['the signal’s own reason', (signal: AbortSignal): unknown => signal.reason],
    ['an AbortError of a wait', (): unknown => new DOMException('The operation was aborted', 'AbortError')],
  ])('a cancellation is a cancellation: %s', async (_name, errorOf) => {
    const env = activityEnvironment();
    const step = activity(async (_: undefined) => {
      env.cancel();
      throw errorOf(env.context.cancellationSignal);
    });
    await expect(runIn(env, step, undefined)).rejects.toBeInstanceOf(CancelledFailure);
  });

  it('a result is the result', async () => {
    expect(
      await run(
        activity(async (n: number) => n + 1),
        1,
      ),
    ).toBe(2);
  });
});

describe('the steps that only pass on', () => {
  it('recordDecision keeps the decision, notifyPeople tells people', async () => {
    const world = createFakePorts();
    const { workflow } = createActivities(world);
    const ref = { tenantId: TENANT, identityId: IDENTITY };
    const record = {
      decision: { decisionId: 'd-1', round: 1, by: 'anna', via: 'signal', verdict: 'approve' },
      at: '2026-11-22T12:00:00Z',
    } as const;
    await run(workflow.recordDecision, { ...ref, record });
    await run(workflow.notifyPeople, { ...ref, notice: { kind: 'awaiting_approval', round: 1 } });
    expect(world.store.writes).toEqual([
      ['saveDecision', TENANT, IDENTITY, record],
      ['saveStage', TENANT, IDENTITY, 'publishing'],
      ['saveStage', TENANT, IDENTITY, 'awaiting_approval'],
    ]);
    expect(world.notices).toEqual([{ kind: 'awaiting_approval', round: 1 }]);
  });

  it.each([
    ['regenerate', 'testing'],
    ['retrain', 'uploading'],
    ['abandon', undefined],
  ] as const)('recordDecision: a round that was sent back (%s) does not wait in any list', async (next, stage) => {
    const world = createFakePorts();
    const decision = { decisionId: 'd-1', round: 1, by: 'anna', via: 'signal', verdict: 'reject', next } as const;
    const record = { decision, at: '2026-11-22T12:00:00Z' };
    await run(createActivities(world).workflow.recordDecision, { tenantId: TENANT, identityId: IDENTITY, record });
    const [, ...after] = world.store.writes;
    expect(after).toEqual(stage ? [['saveStage', TENANT, IDENTITY, stage]] : []);
  });

  it.each([
    [{ kind: 'needs_photos', problem: 'too_few_photos' }, 'needs_photos'],
    [{ kind: 'needs_operator', callKeys: ['k'] }, 'needs_operator'],
    [{ kind: 'approval_reminder', round: 1 }, undefined],
    [{ kind: 'approval_escalation', round: 1 }, undefined],
  ] as const)('notifyPeople of %j writes where the run waits', async (notice, stage) => {
    const world = createFakePorts();
    const told = { tenantId: TENANT, identityId: IDENTITY, notice: structuredClone(notice) as RunNotice };
    await run(createActivities(world).workflow.notifyPeople, told);
    expect(world.store.writes).toEqual(stage ? [['saveStage', TENANT, IDENTITY, stage]] : []);
    expect(world.notices).toEqual([notice]);
  });

  it('their failures speak Temporal’s language too', async () => {
    const world = createFakePorts();
    const notify = async () => {
      throw new Failure('StoreUnavailable', 'No answer.');
    };
    const { workflow } = createActivities({ ...world, notifier: { ...world.notifier, notify } });
    const input = { tenantId: TENANT, identityId: IDENTITY, notice: { kind: 'awaiting_approval', round: 1 } } as const;
    expect(await failureOf(workflow.notifyPeople, input)).toMatchObject({
      type: 'StoreUnavailable',
      nonRetryable: false,
    });
  });
});
