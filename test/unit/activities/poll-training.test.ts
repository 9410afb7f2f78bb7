// The poll of a training: its retries are the poll, and its end settles the ledger.

import { ApplicationFailureCategory } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { pollTraining } from '../../../core/identities/poll-training.ts';
import type { JobStatus } from '../../../core/ports/job-queue.ts';
import { Failure } from '../../../domain/failure.ts';
import { createFakePorts, type FakePorts, IDENTITY, TENANT } from '../../support/fake-ports.ts';
import { identityCall } from '../../support/new-call.ts';
import { activityEnvironment, failureOf, run, runIn } from './run-step.ts';

const CALL = identityCall({ tenantId: TENANT, identityId: IDENTITY });
const INPUT = { callKey: CALL.key, firstPollMs: 60_000, pollMs: 10_000, deadlineMs: 3_600_000 };
const LORA = { diffusers_lora_file: { url: 'https://provider.test/lora' } };

/** A training that was posted so many milliseconds ago. */
function worldThatTrains(agoMs = 0): FakePorts {
  const world = createFakePorts();
  const postedAt = new Date(Date.now() - agoMs).toISOString();
  world.ledger.seed(CALL, 'submitted', { requestId: 'request-1', postedAt });
  world.provider.answer = { data: LORA, billableUnits: undefined };
  return world;
}

const RUNNING: JobStatus = { state: 'running' };

describe('while the training runs', () => {
  it('NotReadyYet is benign, so that no alarm counts it', async () => {
    const world = worldThatTrains();
    world.provider.statuses = [RUNNING];
    const failure = await failureOf(pollTraining(world), INPUT);
    expect(failure).toMatchObject({ type: 'NotReadyYet', nonRetryable: false });
    expect(failure.category).toBe(ApplicationFailureCategory.BENIGN);
    expect(world.ledger.row(CALL.key).state).toBe('submitted');
  });

  it.each([
    { attempt: 1, agoMs: 0, from: 55_000, to: 60_000 },
    { attempt: 1, agoMs: 30_000, from: 25_000, to: 30_000 },
    { attempt: 1, agoMs: 55_000, from: 10_000, to: 10_000 },
    { attempt: 1, agoMs: 700_000, from: 10_000, to: 10_000 },
    // Twice the expected time: looked at a third as often.
    { attempt: 1, agoMs: 725_000, from: 30_000, to: 30_000 },
    { attempt: 60, agoMs: 3_500_000, from: 30_000, to: 30_000 },
    { attempt: 2, agoMs: 0, from: 10_000, to: 10_000 },
    { attempt: 40, agoMs: 0, from: 10_000, to: 10_000 },
  ])('attempt $attempt, $agoMs ms after the post, waits $from to $to ms', async ({ attempt, agoMs, from, to }) => {
    const world = worldThatTrains(agoMs);
    world.provider.statuses = [RUNNING];
    const { nextRetryDelay } = await failureOf(pollTraining(world), INPUT, attempt);
    expect(nextRetryDelay).toBeGreaterThanOrEqual(from);
    expect(nextRetryDelay).toBeLessThanOrEqual(to);
  });

  it.each<[JobStatus, string]>([
    [{ state: 'running' }, 'The job runs.'],
    [{ state: 'queued', position: 3 }, '3 ahead of it'],
    [{ state: 'queued', position: undefined }, 'waits in the queue.'],
  ])('%o: the message is the progress that people see', async (status, text) => {
    const world = worldThatTrains();
    world.provider.statuses = [status];
    expect((await failureOf(pollTraining(world), INPUT)).message).toContain(text);
  });
});

describe('when the training is done', () => {
  it.each([
    ['the units that the provider billed', 1000, 2_000_000],
    ['fewer units than estimated', 400, 800_000],
    ['part of a unit, rounded to a whole micro-dollar', 0.0004, 1],
    ['the estimate, when it bills no units', undefined, 2_000_000],
    ['nothing, when it bills none', 0, 0],
  ])('the ledger is settled with %s', async (_name, billableUnits, charged) => {
    const world = worldThatTrains();
    world.provider.answer = { data: LORA, billableUnits };
    await run(pollTraining(world), INPUT, 7);
    expect(world.ledger.row(CALL.key)).toMatchObject({ state: 'settled', charged, result: LORA });
    expect(world.ledger.budget).toMatchObject({ reserved: 0, charged });
  });

  it('a second poll, from the webhook’s hint, charges nothing again and asks nothing', async () => {
    const world = worldThatTrains();
    await run(pollTraining(world), INPUT);
    world.provider.looks = [];
    world.provider.answer = new Failure('NotFound', 'The provider forgot the result.');
    await run(pollTraining(world), INPUT);
    expect(world.ledger.budget).toMatchObject({ reserved: 0, charged: 2_000_000 });
    expect(world.provider.looks).toEqual([]);
  });

  it('two polls at the same time charge once', async () => {
    const world = worldThatTrains();
    await Promise.all([run(pollTraining(world), INPUT), run(pollTraining(world), INPUT)]);
    expect(world.ledger.budget).toMatchObject({ reserved: 0, charged: 2_000_000 });
  });
});

describe('a training past its deadline', () => {
  const worldThatIsLate = () => {
    const world = worldThatTrains(INPUT.deadlineMs + 1000);
    world.provider.statuses = [RUNNING, RUNNING];
    return world;
  };

  it('is asked to stop, and looked at until it ended', async () => {
    const world = worldThatIsLate();
    expect(await failureOf(pollTraining(world), INPUT, 60)).toMatchObject({
      type: 'NotReadyYet',
      nextRetryDelay: 10_000,
    });
    expect(world.provider.cancelled).toEqual(['request-1']);
    expect(world.ledger.row(CALL.key).state).toBe('submitted');
  });

  it('that was stopped ends as ProviderDeadline, and the ledger has what it cost', async () => {
    const world = worldThatIsLate();
    world.provider.statuses = [RUNNING];
    world.provider.answer = new Failure('ProviderFailed', 'client_cancelled', { billableUnits: 400 });
    const failure = await failureOf(pollTraining(world), INPUT, 60);
    expect(failure).toMatchObject({ type: 'ProviderDeadline', nonRetryable: true });
    expect(failure.message).toContain('60 minutes');
    expect(world.ledger.row(CALL.key)).toMatchObject({ state: 'failed', charged: 800_000 });
    expect(world.ledger.budget).toMatchObject({ reserved: 0, charged: 800_000 });
  });

  it('that ended well all the same is as good as any', async () => {
    const world = worldThatIsLate();
    world.provider.statuses = [RUNNING];
    await run(pollTraining(world), INPUT, 60);
    expect(world.ledger.row(CALL.key)).toMatchObject({ state: 'settled', result: LORA });
  });

  it('gets its whole time when it was found long after its post', async () => {
    const world = worldThatIsLate();
    const env = activityEnvironment(1, Date.now());
    await expect(runIn(env, pollTraining(world), INPUT)).rejects.toMatchObject({ type: 'NotReadyYet' });
    expect(world.provider.cancelled).toEqual([]);
  });
});

describe('when it cannot be done', () => {
  it('a job that failed at the provider fails the row, with nothing charged', async () => {
    const world = worldThatTrains();
    world.provider.answer = new Failure('ProviderFailed', 'No face in the archive.');
    const failed = { type: 'ProviderFailed', nonRetryable: true };
    expect(await failureOf(pollTraining(world), INPUT)).toMatchObject({
      ...failed,
      message: 'No face in the archive.',
    });
    expect(world.ledger.row(CALL.key)).toMatchObject({ state: 'failed', charged: 0 });
    expect(world.ledger.budget).toMatchObject({ reserved: 0, charged: 0 });
    expect(await failureOf(pollTraining(world), INPUT, 2)).toMatchObject(failed);
  });

  it('a job that failed after it ran is charged with what the provider bills for it', async () => {
    const world = worldThatTrains();
    world.provider.answer = new Failure('ProviderFailed', 'The archive is invalid.', { billableUnits: 12.5 });
    expect(await failureOf(pollTraining(world), INPUT)).toMatchObject({ type: 'ProviderFailed' });
    expect(world.ledger.row(CALL.key)).toMatchObject({ state: 'failed', charged: 25_000 });
    expect(world.ledger.budget).toMatchObject({ reserved: 0, charged: 25_000 });
  });

  it.each(['status', 'result'] as const)(
    'an outage at the %s leaves the row open, to be asked again',
    async (method) => {
      const world = worldThatTrains();
      const outage = async () => {
        throw new Failure('ProviderThrottled', 'Slow down.', { retryAfterMs: 3000 });
      };
      const provider = { ...world.provider, [method]: outage };
      expect(await failureOf(pollTraining({ ...world, provider }), INPUT)).toMatchObject({
        type: 'ProviderThrottled',
        nonRetryable: false,
        nextRetryDelay: 3000,
      });
      expect(world.ledger.row(CALL.key).state).toBe('submitted');
      await run(pollTraining(world), INPUT, 2);
      expect(world.ledger.row(CALL.key).state).toBe('settled');
    },
  );

  it('a row without a request id is a defect, and asks the provider nothing', async () => {
    const world = createFakePorts();
    world.ledger.seed(CALL, 'unknown');
    expect(await failureOf(pollTraining(world), INPUT)).toMatchObject({ type: 'Internal', nonRetryable: true });
    expect(world.provider.looks).toEqual([]);
  });

  it('a cancelled poll ends at once, because the signal reaches the provider', async () => {
    const world = worldThatTrains();
    const env = activityEnvironment();
    const provider = {
      ...world.provider,
      status: (_endpoint: string, _requestId: string, signal?: AbortSignal) =>
        new Promise<never>((_, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason));
          env.cancel();
        }),
    };
    await expect(runIn(env, pollTraining({ ...world, provider }), INPUT)).rejects.toMatchObject({
      name: 'CancelledFailure',
    });
  });
});
