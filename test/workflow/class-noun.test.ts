// What the character is goes into a run at its start, and stays as it was in every training, round and later test.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identityWorkflowId, retestWorkflowId } from '../../domain/keys.ts';
import { DEFAULT_SETTINGS } from '../../domain/settings.ts';
import type { Subject } from '../../domain/subject.ts';
import { approveIdentity, getState, rejectIdentity, TASK_QUEUES } from '../../workflows/messages.ts';
import type { prepareIdentity } from '../../workflows/prepare-identity.ts';
import type { retestIdentity } from '../../workflows/retest-identity.ts';
import { type FakeSteps, fakeSteps } from '../support/fake-steps.ts';
import { startWorkflowBench, untilStage, type WorkflowBench } from '../support/workflow-bench.ts';

const WOMAN = { kind: 'human', noun: 'woman' } as const;

let bench: WorkflowBench;
beforeAll(async () => {
  bench = await startWorkflowBench();
});
afterAll(async () => {
  await bench?.stop();
});

const inputOf = (identityId: string, subject?: Subject) => ({
  identityId,
  tenantId: 'tenant-1',
  characterId: 'character-1',
  photoIds: ['photo-1', 'photo-2', 'photo-3'],
  settings: DEFAULT_SETTINGS,
  ...(subject ? { subject } : {}),
});

async function deployed<T>(steps: FakeSteps, script: () => Promise<T>): Promise<T> {
  const stop = await bench.deploy(steps);
  try {
    return await script();
  } finally {
    await stop();
  }
}

/** Two trainings and three rounds, then approved. */
async function longRun(steps: FakeSteps, subject?: Subject) {
  const identityId = randomUUID();
  return deployed(steps, async () => {
    const handle = await bench.env.client.workflow.start<typeof prepareIdentity>('prepareIdentity', {
      workflowId: identityWorkflowId(identityId),
      taskQueue: TASK_QUEUES.workflow,
      args: [inputOf(identityId, subject)],
    });
    await untilStage(handle, 'awaiting_approval', 1);
    await handle.signal(rejectIdentity, { round: 1, next: 'regenerate' });
    await untilStage(handle, 'awaiting_approval', 2);
    await handle.signal(rejectIdentity, { round: 2, next: 'retrain' });
    await untilStage(handle, 'awaiting_approval', 3);
    const state = await handle.query(getState);
    await handle.signal(approveIdentity, { round: 3 });
    expect((await handle.result()).stage).toBe('ready');
    return state;
  });
}

const nounsIn = (steps: FakeSteps, name: 'packPhotos' | 'makeTestImage') =>
  steps.calls(name).map(({ subject }) => subject?.noun);

describe('a run', () => {
  it('keeps the noun that it was begun with through every training and round, and is published by suite-2', async () => {
    const steps = fakeSteps();
    expect((await longRun(steps, WOMAN)).subject).toEqual(WOMAN);
    expect(nounsIn(steps, 'packPhotos')).toEqual(['woman', 'woman']);
    expect(nounsIn(steps, 'makeTestImage')).toEqual(Array(15).fill('woman'));
    // fal does not use it beside captions; it stays the word alone, which every caption holds.
    for (const { triggerWord } of steps.calls('submitTraining')) expect(triggerWord).toMatch(/^lk[a-z]{6}$/);
    expect(steps.calls('publishIdentity')).toMatchObject([{ testSuite: 'suite-2' }]);
  });

  it('that was begun without one goes on without one, and is published by suite-1', async () => {
    const steps = fakeSteps();
    expect(await longRun(steps)).not.toHaveProperty('subject');
    expect(nounsIn(steps, 'packPhotos')).toEqual([undefined, undefined]);
    expect(nounsIn(steps, 'makeTestImage')).toEqual(Array(15).fill(undefined));
    expect(steps.calls('publishIdentity')).toMatchObject([{ testSuite: 'suite-1' }]);
  });
});

describe('a test on request', () => {
  it.each([
    ['of suite-2', WOMAN],
    ['of suite-1', undefined],
  ])('%s names the character as its training did', async (_, subject) => {
    const steps = fakeSteps();
    const identityId = randomUUID();
    for (const number of [1, 2]) {
      await deployed(steps, () =>
        bench.env.client.workflow.execute<typeof retestIdentity>('retestIdentity', {
          workflowId: retestWorkflowId(identityId, number),
          taskQueue: TASK_QUEUES.workflow,
          args: [{ ...inputOf(identityId, subject), heldOut: undefined, number, types: ['portrait'] }],
        }),
      );
    }
    expect(steps.calls('makeTestImage')).toMatchObject([
      { set: { kind: 'retest', number: 1 }, ...(subject ? { subject } : {}) },
      { set: { kind: 'retest', number: 2 }, ...(subject ? { subject } : {}) },
    ]);
    expect(nounsIn(steps, 'makeTestImage')).toEqual([subject?.noun, subject?.noun]);
  });
});
