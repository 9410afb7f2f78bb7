// Runs a step as a worker would: inside an activity's context, on the attempt that the test names.

import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { expect } from 'vitest';
import { activity } from '../../../activities/activity.ts';
import type { Attempt } from '../../../core/ports/attempt.ts';

/** The work of a step, or the step. */
type Step<In, Out> = (input: In, attempt: Attempt) => Promise<Out>;

/** Steps fail on purpose here, so nothing is logged. */
const silent = new DefaultLogger('ERROR', () => undefined);

/** `scheduledAtMs`: when Temporal was first asked for the step, since 1970. */
export const activityEnvironment = (attempt = 1, scheduledAtMs = 0): MockActivityEnvironment =>
  new MockActivityEnvironment({ attempt, scheduledTimestampMs: scheduledAtMs }, { logger: silent });

export function runIn<In, Out>(env: MockActivityEnvironment, step: Step<In, Out>, input: In): Promise<Out> {
  return env.run(activity(step), input);
}

export function run<In, Out>(step: Step<In, Out>, input: In, attempt = 1): Promise<Out> {
  return runIn(activityEnvironment(attempt), step, input);
}

/** What the step fails with, as the workflow sees it. */
export async function failureOf<In>(step: Step<In, unknown>, input: In, attempt = 1): Promise<ApplicationFailure> {
  const error: unknown = await run(step, input, attempt).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApplicationFailure);
  if (!(error instanceof ApplicationFailure)) throw new Error('unreachable: expected above');
  return error;
}
