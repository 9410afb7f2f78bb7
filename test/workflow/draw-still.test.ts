// One still, on the time-skipping server: the real workflow, steps that answer at once, and checks as each test says.

import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toTemporal } from '../../activities/activity.ts';
import { Failure } from '../../domain/failure.ts';
import { leftoverWorkflowId, stillCallKey } from '../../domain/keys.ts';
import type { StillEnd, StillPlan } from '../../domain/stills/steps.ts';
import type { FrameCheck } from '../../domain/stills/still.ts';
import type { drawStill } from '../../workflows/draw-still.ts';
import { DRAW_STILL, drawStillStart, stillAgainStart, trainingSettled } from '../../workflows/messages.ts';
import { type FakeSteps, failure, fakeSteps, type Steps } from '../support/fake-steps.ts';
import { box, checkOf, face, planOf } from '../support/stills.ts';
import { keepHistory, startWorkflowBench, type WorkflowBench } from '../support/workflow-bench.ts';

let bench: WorkflowBench;
beforeAll(async () => {
  bench = await startWorkflowBench();
});
afterAll(async () => {
  await bench?.stop();
});

let stills = 0;

/** A plan with ids of its own: a workflow's id is used once. */
function plan(of: Parameters<typeof planOf>[0]): StillPlan {
  stills += 1;
  const nth = String(stills).padStart(12, '0');
  return planOf({ batchId: `20000000-0000-4000-8000-${nth}`, stillId: `30000000-0000-4000-8000-${nth}`, ...of });
}

type StillHandle = WorkflowHandle<typeof drawStill>;

/** Draws one still with these steps; answers its end, and what `script` does meanwhile comes first. */
function draw(
  still: StillPlan,
  steps: FakeSteps,
  { script, history }: { script?: (handle: StillHandle) => Promise<void>; history?: string } = {},
): Promise<StillEnd> {
  return bench.serve(steps, async () => {
    const start = still.again ? stillAgainStart(still, 1) : drawStillStart(still);
    const handle = await bench.env.client.workflow.start<typeof drawStill>(DRAW_STILL, start);
    await script?.(handle);
    const end = await handle.result();
    if (history) await keepHistory(bench, handle, history);
    const { events } = await handle.fetchHistory();
    eventsOf.set(still.stillId, events?.length ?? 0);
    return end;
  });
}

/** The number of events of each still. */
const eventsOf = new Map<string, number>();

/** Checks in their order; the last one again and again. */
function checked(...checks: FrameCheck[]): Partial<Steps> {
  let looked = 0;
  return { checkStill: async () => checks[Math.min(looked++, checks.length - 1)] ?? checkOf([]) };
}

const alone = checkOf([face(0, 'recognised', 0, 95)]);
const both = checkOf([face(0, 'recognised', 0, 95), face(1, 'recognised', 1, 90)]);
const scene = checkOf(
  [face(0, 'recognised', 0, 95), face(1, 'stranger')],
  [
    { code: 'missing_character', member: 1 },
    { code: 'extra_person', face: 1 },
  ],
);
const swapped = checkOf(
  [face(0, 'recognised', 1, 90), face(1, 'recognised', 0, 95)],
  [
    { code: 'swapped', member: 0 },
    { code: 'swapped', member: 1 },
  ],
);
const nobody = checkOf([], [{ code: 'missing_character', member: 0 }]);
const weak = (score: number) => checkOf([face(0, 'open', 0, score)], [{ code: 'low_likeness', member: 0, face: 0 }]);

/** The usual ways of a still stay below this, so that ten thousand of them are no burden. */
const MOST_EVENTS = 60;

describe('a still', () => {
  it('of one person is drawn, checked and closed', async () => {
    const steps = fakeSteps(checked(alone));
    const still = plan({ people: 1 });
    expect(await draw(still, steps, { history: 'still-drawn' })).toEqual({ state: 'passed', best: 1, repairs: 0 });
    const { tenantId, batchId, stillId, number } = still;
    const ref = { tenantId, batchId, stillId, number };
    const workflowId = `stills/${batchId}/1`;
    expect(steps.calls('makeStill')).toEqual([{ ...ref, picture: 1, pass: { kind: 'draw', seed: 42 }, workflowId }]);
    expect(steps.calls('checkStill')).toEqual([{ ...ref, picture: 1 }]);
    expect(steps.calls('saveStillState').map(({ state }) => state)).toEqual(['drawing', 'checking']);
    expect(steps.calls('closeStill')).toEqual([{ ...ref, state: 'passed', best: 1, repairs: 0 }]);
    expect(eventsOf.get(stillId)).toBeLessThanOrEqual(30);
  });

  it('of two gets the second face on the first picture', async () => {
    const steps = fakeSteps(checked(scene, both));
    const still = plan({ people: 2 });
    expect(await draw(still, steps, { history: 'still-of-two' })).toEqual({ state: 'passed', best: 2, repairs: 0 });
    expect(steps.calls('makeStill').map(({ picture, pass }) => ({ picture, pass }))).toEqual([
      { picture: 1, pass: { kind: 'draw', seed: 42 } },
      { picture: 2, pass: { kind: 'repaint', base: 1, faces: [{ member: 1, box: box(1) }] } },
    ]);
    expect(eventsOf.get(still.stillId)).toBeLessThan(MOST_EVENTS);
  });

  it('whose people are swapped is repaired, with both faces in one pass', async () => {
    const steps = fakeSteps(checked(scene, swapped, both));
    const still = plan({ people: 2, places: [0, 1] });
    expect(await draw(still, steps, { history: 'still-repaired' })).toEqual({ state: 'passed', best: 4, repairs: 1 });
    expect(steps.calls('makeStill').at(-1)).toMatchObject({
      picture: 3,
      pass: { base: 2, faces: [{ member: 0 }, { member: 1 }] },
    });
    expect(steps.calls('saveStillState').map(({ state }) => state)).toContain('repairing');
    expect(eventsOf.get(still.stillId)).toBeLessThan(MOST_EVENTS);
  });

  it('in which somebody is missing is drawn again', async () => {
    const steps = fakeSteps(checked(nobody, alone));
    const still = plan({ people: 1 });
    expect(await draw(still, steps, { history: 'still-redrawn' })).toEqual({ state: 'passed', best: 2, repairs: 1 });
    expect(steps.calls('makeStill').map(({ pass }) => pass)).toEqual([
      { kind: 'draw', seed: 42 },
      { kind: 'draw', seed: 42 + 1_000_003 },
    ]);
  });

  it('keeps its best picture, flagged, when the repairs are used up', async () => {
    const steps = fakeSteps(checked(weak(50), weak(70), weak(60)));
    const still = plan({ people: 1 });
    expect(await draw(still, steps, { history: 'still-flagged' })).toEqual({ state: 'flagged', best: 2, repairs: 2 });
    expect(steps.calls('makeStill')).toHaveLength(3);
    expect(eventsOf.get(still.stillId)).toBeLessThan(MOST_EVENTS);
  });

  it('goes on while its state cannot be shown', async () => {
    const steps = fakeSteps({
      ...checked(alone),
      saveStillState: async () => {
        throw failure('NotFound');
      },
    });
    expect(await draw(plan({ people: 1 }), steps)).toMatchObject({ state: 'passed' });
  });
});

describe('a cancel of a still', () => {
  it('in a further pass that a person asked for leaves it as it was', async () => {
    let begun = false;
    let letGo: () => void = () => undefined;
    const steps = fakeSteps({
      makeStill: () =>
        new Promise<never>((_, reject) => {
          begun = true;
          letGo = () => reject(failure('Unexpected', 'gone'));
        }),
    });
    const again = { kind: 'redraw', best: { picture: 2, check: alone }, number: 4, repairs: 2 } as const;
    const still = plan({ people: 1, again });
    const script = async (handle: StillHandle) => {
      await expect.poll(() => begun, { timeout: 60_000 }).toBe(true);
      await handle.cancel();
      const told = async () =>
        (await handle.fetchHistory()).events?.some((event) => event.activityTaskCancelRequestedEventAttributes);
      await expect.poll(told, { timeout: 60_000 }).toBe(true);
      letGo();
    };
    await expect(draw(still, steps, { script })).rejects.toThrow(WorkflowFailedError);
    expect(steps.calls('cancelCall')).toEqual([{ callKey: stillCallKey(still.stillId, 4) }]);
    expect(steps.calls('closeStill')).toMatchObject([{ state: 'passed', best: 2, reason: 'Cancelled on request.' }]);
  });
});

describe('the money of a still', () => {
  it('waits for the budget, and goes on by itself', async () => {
    let paid = 0;
    const steps: FakeSteps = fakeSteps({
      ...checked(alone),
      makeStill: async (input) => {
        paid += 1;
        if (paid < 3) throw failure('BudgetExceeded');
        return fakeSteps().provider.makeStill(input);
      },
      waitForBudget: async () => {
        if (steps.calls('waitForBudget').length < 3) {
          throw toTemporal(new Failure('NotReadyYet', 'The budget is spent.', { retryAfterMs: 3_600_000 }));
        }
      },
    });
    const still = plan({ people: 1 });
    expect(await draw(still, steps, { history: 'still-waited-for-budget' })).toMatchObject({
      state: 'passed',
      best: 1,
    });
    expect(steps.calls('waitForBudget').at(-1)).toMatchObject({ stillId: still.stillId, pass: { kind: 'draw' } });
    expect(paid).toBe(3);
  });

  it('that no budget allows ends it', async () => {
    const refused = async () => {
      throw failure('BudgetExceeded', 'It would cost more than was stated.');
    };
    const steps = fakeSteps({ makeStill: refused, waitForBudget: refused });
    const end = { state: 'failed', repairs: 0, reason: 'It would cost more than was stated.' };
    expect(await draw(plan({ people: 1 }), steps)).toEqual(end);
  });

  const lost = (times: number) => {
    let paid = 0;
    return async (input: Parameters<Steps['makeStill']>[0]) => {
      paid += 1;
      if (paid <= times) throw failure('SubmissionUnknown', 'It is not known whether it was accepted.');
      return fakeSteps().provider.makeStill(input);
    };
  };

  const until = (isFound: () => boolean): Steps['findCall'] => {
    return async () => {
      if (!isFound()) throw failure('NotReadyYet', 'The provider does not list it yet.', false);
    };
  };

  it('is looked for when it is unclear, and found', async () => {
    let looks = 0;
    const steps = fakeSteps({
      ...checked(alone),
      makeStill: lost(1),
      findCall: until(() => ++looks === 3),
    });
    const still = plan({ people: 1 });
    expect(await draw(still, steps, { history: 'still-reconciled' })).toMatchObject({ state: 'passed', best: 1 });
    expect(steps.calls('findCall')).toEqual(Array(3).fill({ callKey: stillCallKey(still.stillId, 1) }));
  });

  it('is looked for at once when the webhook comes', async () => {
    let found = false;
    const steps: FakeSteps = fakeSteps({
      ...checked(alone),
      makeStill: lost(1),
      findCall: until(() => found),
    });
    const script = async (handle: StillHandle) => {
      await expect.poll(() => steps.calls('findCall').length, { timeout: 60_000 }).toBe(1);
      found = true;
      await handle.signal(trainingSettled, { requestId: 'request-1' });
    };
    expect(await draw(plan({ people: 1 }), steps, { script })).toMatchObject({ state: 'passed' });
    expect(steps.calls('findCall')).toHaveLength(2);
  });

  it('of several faces is looked for in their order, up to the first that was not asked for', async () => {
    const still = plan({ people: 3 });
    const keys = [2, 3].map((picture) => stillCallKey(still.stillId, picture));
    const three = checkOf(
      [face(0, 'recognised', 0, 95), face(1, 'stranger'), face(2, 'stranger')],
      [{ code: 'missing_character', member: 1 }],
    );
    let paid = 0;
    const steps = fakeSteps({
      ...checked(three, checkOf([])),
      makeStill: async (input) => {
        paid += 1;
        if (paid === 2) throw failure('SubmissionUnknown');
        return fakeSteps().provider.makeStill(input);
      },
      findCall: async ({ callKey }) => {
        if (callKey === keys[1]) throw failure('NotFound');
      },
    });
    expect(await draw(still, steps)).toMatchObject({ state: 'passed', best: 3 });
    expect(steps.calls('findCall').map(({ callKey }) => callKey)).toEqual(keys);
  });

  it('that stays unclear is left to settle, and the still has failed', async () => {
    let isSettled = false;
    const steps = fakeSteps({
      makeStill: lost(1),
      findCall: until(() => false),
      cancelCall: async () => {
        isSettled = true;
        return false;
      },
    });
    const still = plan({ people: 1 });
    const end = await draw(still, steps, { history: 'still-unclear' });
    expect(end).toEqual({ state: 'failed', repairs: 0, reason: 'It is not known whether it was accepted.' });
    expect(steps.calls('findCall')).toHaveLength(7);
    expect(steps.calls('makeStill')).toHaveLength(1);
    const { callKey } = { callKey: stillCallKey(still.stillId, 1) };
    expect(steps.calls('cancelCall')).toEqual([{ callKey }]);
    expect(isSettled).toBe(true);
    const leftover = bench.env.client.workflow.getHandle(leftoverWorkflowId(callKey));
    expect((await leftover.describe()).status.name).toBe('COMPLETED');
  });

  it('of a repair that fails leaves the picture of before, flagged', async () => {
    let paid = 0;
    const steps = fakeSteps({
      ...checked(weak(60)),
      makeStill: async (input) => {
        paid += 1;
        if (paid === 2) throw failure('ProviderFailed', 'The model refused it.');
        return fakeSteps().provider.makeStill(input);
      },
    });
    expect(await draw(plan({ people: 1 }), steps)).toEqual({
      state: 'flagged',
      best: 1,
      repairs: 1,
      reason: 'The model refused it.',
    });
    expect(steps.calls('cancelCall')).toEqual([]);
  });
});

describe('a still that cannot be finished', () => {
  it('is refused when a version of its cast may not be used', async () => {
    const refused = async () => {
      throw failure('VersionRefused', 'Version 2 was revoked.');
    };
    const steps = fakeSteps({ makeStill: refused });
    const end = await draw(plan({ people: 1 }), steps, { history: 'still-refused' });
    expect(end).toEqual({ state: 'refused', repairs: 0, reason: 'Version 2 was revoked.' });
    expect(steps.calls('closeStill')).toMatchObject([{ state: 'refused' }]);
    expect(steps.calls('cancelCall')).toEqual([]);
  });

  it('is refused in the middle of its repairs, and keeps its best picture', async () => {
    let paid = 0;
    const steps = fakeSteps({
      ...checked(weak(60)),
      makeStill: async (input) => {
        paid += 1;
        if (paid > 1) throw failure('VersionRefused', 'Version 2 was retired.');
        return fakeSteps().provider.makeStill(input);
      },
    });
    expect(await draw(plan({ people: 1 }), steps)).toEqual({
      state: 'refused',
      best: 1,
      repairs: 1,
      reason: 'Version 2 was retired.',
    });
  });

  it('is flagged when its picture cannot be checked', async () => {
    const steps = fakeSteps({
      checkStill: async () => {
        throw failure('NotFound', 'The picture is gone.');
      },
    });
    expect(await draw(plan({ people: 1 }), steps)).toEqual({
      state: 'flagged',
      best: 1,
      repairs: 0,
      reason: 'The picture is gone.',
    });
  });
});

describe('a further pass that a person asked for', () => {
  it('repairs the best picture once, with the numbers that are free', async () => {
    const steps = fakeSteps(checked(weak(60), alone));
    const again = { kind: 'repair', best: { picture: 2, check: weak(50) }, number: 4, repairs: 2 } as const;
    const still = plan({ people: 1, again });
    expect(await draw(still, steps, { history: 'still-again' })).toEqual({ state: 'flagged', best: 4, repairs: 3 });
    const { batchId } = still;
    expect(steps.calls('makeStill')).toMatchObject([
      { picture: 4, pass: { kind: 'repaint', base: 2 }, workflowId: `stills/${batchId}/1/again/1` },
    ]);
  });

  it.each([
    ['ProviderFailed', 'The model refused it.'],
    ['VersionRefused', 'Version 2 was revoked.'],
  ] as const)('that cannot be made (%s) leaves the still as it was', async (code, reason) => {
    const steps = fakeSteps({
      makeStill: async () => {
        throw failure(code, reason);
      },
    });
    const again = { kind: 'redraw', best: { picture: 2, check: alone }, number: 4, repairs: 2 } as const;
    const end = { state: 'passed', best: 2, repairs: 3, reason };
    expect(await draw(plan({ people: 1, again }), steps)).toEqual(end);
  });
});
