// Once a final decision was answered, nothing takes it back: no cancel, no expiry, no reminder that cannot be sent. And what
// comes too late is refused, not answered and dropped. The real workflow on the time-skipping server.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approveIdentity, decideIdentity, getState, replacePhotos } from '../../workflows/messages.ts';
import { type FakeSteps, failure, fakeSteps, type Steps } from '../support/fake-steps.ts';
import {
  type RunHandle,
  refusalOf,
  startWorkflowBench,
  untilStage,
  type WorkflowBench,
} from '../support/workflow-bench.ts';

let bench: WorkflowBench;
beforeAll(async () => {
  bench = await startWorkflowBench();
});
afterAll(async () => {
  await bench?.stop();
});

const approve = { decisionId: 'd1', round: 1, verdict: 'approve', by: 'key:k1' } as const;
const abandon = { ...approve, verdict: 'reject', next: 'abandon' } as const;
const PHOTOS = [7, 8, 9].map((n) => `00000000-0000-4000-8000-00000000000${n}`);

const ends = (handle: RunHandle) => expect.poll(async () => (await handle.describe()).status.name, { timeout: 60_000 });

/** A step that the store keeps from its work until it is let go. */
function held<Answer>(answer: Answer) {
  let isAway = true;
  const step = async () => {
    if (isAway) throw failure('StoreUnavailable', 'the database is away', false);
    return answer;
  };
  return {
    step,
    letGo: () => {
      isAway = false;
    },
  };
}

const begun = (calls: () => unknown[]) => expect.poll(() => calls().length, { timeout: 60_000 }).toBeGreaterThan(0);

/** A run that waits for its decision and was told of an approval and a cancel, to be taken in by one task. */
async function toldBoth(steps: FakeSteps, cancel: string): Promise<RunHandle> {
  const stop = await bench.deploy(steps, { maxCachedWorkflows: 0 });
  const handle = await bench.begin(randomUUID());
  // Without a worker both wait for the run. One that is left behind by a failure would keep the next test from having its own.
  await untilStage(handle, 'awaiting_approval').finally(stop);
  if (cancel === 'before') await handle.cancel();
  await handle.signal(approveIdentity, { round: 1 });
  if (cancel === 'after') await handle.cancel();
  if (await waitTogether(handle)) return handle;
  // A poll of the worker that went took a task for the first of them along: that run shows nothing.
  await handle.terminate();
  return toldBoth(steps, cancel);
}

async function waitTogether(handle: RunHandle): Promise<boolean> {
  const events = (await handle.fetchHistory()).events ?? [];
  const last = events.findLastIndex((event) => event.workflowTaskCompletedEventAttributes);
  const since = events.slice(last + 1);
  return (
    since.some((event) => event.workflowExecutionSignaledEventAttributes) &&
    since.some((event) => event.workflowExecutionCancelRequestedEventAttributes) &&
    !since.some((event) => event.workflowTaskStartedEventAttributes)
  );
}

describe('a cancel after a final decision was answered', () => {
  it.each([
    ['an approval', approve, 'ready', []],
    ['an abandonment', abandon, 'rejected', ['rejected']],
  ] as const)('is too late for %s that cannot be written down yet', async (_, decision, stage, closed) => {
    const record = held<void>(undefined);
    const steps = fakeSteps({ recordDecision: record.step });
    await bench.play(steps, async (handle) => {
      await untilStage(handle, 'awaiting_approval');
      await handle.executeUpdate(decideIdentity, { args: [decision] });
      await begun(() => steps.calls('recordDecision'));
      await handle.cancel();
      record.letGo();
      await ends(handle).toBe('COMPLETED');
      expect((await handle.query(getState)).stage).toBe(stage);
    });
    expect(steps.calls('publishIdentity')).toHaveLength(stage === 'ready' ? 1 : 0);
    expect(steps.calls('closeIdentity').map((call) => call.stage)).toEqual(closed);
  });

  it.each(['after', 'before'])('is too late when both come in one task, the cancel %s the decision', async (when) => {
    const steps = fakeSteps();
    const handle = await toldBoth(steps, when);
    const stopAgain = await bench.deploy(steps);
    try {
      await ends(handle).toBe('COMPLETED');
      expect((await handle.query(getState)).stage).toBe('ready');
    } finally {
      await stopAgain();
    }
    expect(steps.calls('closeIdentity')).toEqual([]);
    expect(steps.calls('publishIdentity')).toHaveLength(1);
  });

  it('does not make a cancelled run of one that could not be published: what was paid stays', async () => {
    const publish = held({ version: 1 });
    let isRefused = false;
    const publishIdentity = async () => {
      if (isRefused) throw failure('Internal', 'the database refuses it');
      return publish.step();
    };
    const steps = fakeSteps({ publishIdentity });
    await bench.play(steps, async (handle) => {
      await untilStage(handle, 'awaiting_approval');
      await handle.executeUpdate(decideIdentity, { args: [approve] });
      await begun(() => steps.calls('publishIdentity'));
      await handle.cancel();
      isRefused = true;
      await ends(handle).toBe('FAILED');
    });
    expect(steps.calls('closeIdentity')).toMatchObject([{ stage: 'failed' }]);
  });
});

describe('a reminder that cannot be sent', () => {
  it('takes no approval back', async () => {
    let isGone = false;
    const notifyPeople: Steps['notifyPeople'] = async ({ notice }) => {
      if (notice.kind !== 'approval_reminder') return;
      // Tried again until the approval is in, then refused for good.
      if (isGone) throw failure('NotFound', 'the row is gone');
      throw failure('StoreUnavailable', 'the database is away', false);
    };
    const steps = fakeSteps({ notifyPeople });
    await bench.play(
      steps,
      async (handle) => {
        await untilStage(handle, 'awaiting_approval');
        await bench.env.sleep('61m');
        await begun(() => steps.calls('notifyPeople').slice(1));
        await handle.executeUpdate(decideIdentity, { args: [approve] });
        isGone = true;
        expect((await handle.result()).stage).toBe('ready');
      },
      { remindAfterMs: 3_600_000 },
    );
  });
});

describe('while the run ends', () => {
  it.each([
    ['expires', async () => bench.env.sleep('8d')],
    ['is cancelled', async (handle: RunHandle) => handle.cancel()],
  ])('because it %s, a decision is refused and not answered for nothing', async (_, bringToEnd) => {
    const close = held<void>(undefined);
    const steps = fakeSteps({ closeIdentity: close.step });
    await bench.play(steps, async (handle) => {
      await untilStage(handle, 'awaiting_approval');
      await bringToEnd(handle);
      await begun(() => steps.calls('closeIdentity'));
      const update = handle.executeUpdate(decideIdentity, { args: [approve] });
      expect(await refusalOf(update)).toBe('not_awaiting_approval');
      close.letGo();
      await ends(handle).toMatch(/COMPLETED|CANCELLED/);
    });
    expect(steps.calls('publishIdentity')).toEqual([]);
  });

  it('because no photos came, photos are refused and not answered for nothing', async () => {
    const close = held<void>(undefined);
    const validatePhotos: Steps['validatePhotos'] = async () => ({
      photos: [],
      accepted: [],
      sufficient: false,
      problem: { code: 'too_few_photos', message: 'too few' },
      advice: [],
    });
    const steps = fakeSteps({ closeIdentity: close.step, validatePhotos });
    await bench.play(steps, async (handle) => {
      await untilStage(handle, 'needs_photos');
      await bench.env.sleep('8d');
      await begun(() => steps.calls('closeIdentity'));
      const late = handle.executeUpdate(replacePhotos, { args: [{ photoIds: PHOTOS }] });
      const error = await late.then(
        () => undefined,
        (reason: Error) => reason,
      );
      expect(await refusalOf(late)).toBe('not_needs_photos');
      expect(String(error?.cause)).toContain('about to end');
      close.letGo();
      await ends(handle).toBe('COMPLETED');
    });
  });
});
