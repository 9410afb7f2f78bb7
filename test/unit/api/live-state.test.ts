// All subscriptions to one run share its polls.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LiveStates, type Poll, type Snapshot } from '../../../api/live-state.ts';

const EVERY_MS = 1000;
const PATIENCE_MS = 15_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A run whose state a test sets, and the number of looks that it cost. */
function newRun() {
  const stop = new AbortController();
  const run = { now: 1, ended: false, away: false, looks: 0, stop };
  const poll: Poll<Snapshot> = async () => {
    run.looks += 1;
    if (run.away) throw new Error('nobody answers');
    return { version: String(run.now), last: run.ended };
  };
  return { run, poll, live: new LiveStates<Snapshot>(EVERY_MS, stop.signal) };
}

/** What a subscription gets within a time; undefined when it is still waiting. */
async function nextWithin(next: Promise<Snapshot | undefined>, ms: number): Promise<Snapshot | undefined | 'waits'> {
  const answer = Promise.race([next, new Promise<'waits'>((resolve) => setTimeout(resolve, ms, 'waits'))]);
  await vi.advanceTimersByTimeAsync(ms);
  return answer;
}

describe('a thousand watchers of one run', () => {
  test('cost one poll a second, and all get every change', async () => {
    const { run, poll, live } = newRun();
    const subscriptions = Array.from({ length: 1000 }, () => live.subscribe('a', poll));
    const got: string[][] = subscriptions.map(() => []);
    const reading = subscriptions.map(async (subscription, i) => {
      for (
        let snapshot = await subscription.next(PATIENCE_MS);
        snapshot;
        snapshot = await subscription.next(PATIENCE_MS)
      ) {
        got[i]?.push(snapshot.version);
        if (snapshot.last) break;
      }
      subscription.close();
    });
    for (let second = 0; second < 10; second++) {
      await vi.advanceTimersByTimeAsync(EVERY_MS);
      if (second === 4) run.now = 2;
    }
    expect(run.looks).toBeLessThanOrEqual(11);
    expect(run.looks).toBeGreaterThanOrEqual(10);
    Object.assign(run, { now: 3, ended: true });
    await vi.advanceTimersByTimeAsync(EVERY_MS);
    await Promise.all(reading);
    expect(got.every((versions) => versions.join() === '1,2,3')).toBe(true);
  });

  test('cost nothing once the last one has left', async () => {
    const { run, poll, live } = newRun();
    const [one, other] = [live.subscribe('a', poll), live.subscribe('a', poll)];
    await vi.advanceTimersByTimeAsync(2 * EVERY_MS);
    one.close();
    one.close();
    await vi.advanceTimersByTimeAsync(2 * EVERY_MS);
    const before = run.looks;
    expect(before).toBeGreaterThanOrEqual(4);
    other.close();
    await vi.advanceTimersByTimeAsync(10 * EVERY_MS);
    expect(run.looks).toBe(before);
    expect(vi.getTimerCount()).toBe(0);
    const again = live.subscribe('a', poll);
    expect(await nextWithin(again.next(PATIENCE_MS), 0)).toMatchObject({ version: '1' });
    again.close();
  });

  test('and of another run have looks of their own', async () => {
    const [a, b] = [newRun(), newRun()];
    const subscriptions = [a.live.subscribe('a', a.poll), a.live.subscribe('b', b.poll)];
    await vi.advanceTimersByTimeAsync(0);
    expect([a.run.looks, b.run.looks]).toEqual([1, 1]);
    for (const subscription of subscriptions) subscription.close();
  });
});

describe('one watcher', () => {
  test('who comes late gets at once what is known, and who reads slowly gets the newest alone', async () => {
    const { run, poll, live } = newRun();
    const slow = live.subscribe('a', poll);
    expect(await nextWithin(slow.next(PATIENCE_MS), 0)).toMatchObject({ version: '1' });
    for (const now of [2, 3, 4, 5]) {
      run.now = now;
      await vi.advanceTimersByTimeAsync(EVERY_MS);
    }
    const late = live.subscribe('a', poll);
    expect(await nextWithin(late.next(PATIENCE_MS), 0)).toMatchObject({ version: '5' });
    expect(await nextWithin(slow.next(PATIENCE_MS), 0)).toMatchObject({ version: '5' });
    slow.close();
    late.close();
  });

  test('is told nothing twice, and nothing when nothing changes for as long as it waits', async () => {
    const { poll, live } = newRun();
    const subscription = live.subscribe('a', poll);
    await nextWithin(subscription.next(PATIENCE_MS), 0);
    expect(await nextWithin(subscription.next(PATIENCE_MS), PATIENCE_MS - 1)).toBe('waits');
    expect(await nextWithin(subscription.next(PATIENCE_MS), PATIENCE_MS)).toBeUndefined();
    subscription.close();
  });

  test('outlives looks that fail', async () => {
    const { run, poll, live } = newRun();
    run.away = true;
    const subscription = live.subscribe('a', poll);
    const next = subscription.next(PATIENCE_MS);
    expect(await nextWithin(next, 5 * EVERY_MS)).toBe('waits');
    run.away = false;
    expect(await nextWithin(next, EVERY_MS)).toMatchObject({ version: '1' });
    subscription.close();
  });

  test('is let go at once when it is closed, and when the process stops', async () => {
    const { run, poll, live } = newRun();
    const [closed, stopped] = [live.subscribe('a', poll), live.subscribe('a', poll)];
    for (const subscription of [closed, stopped]) await nextWithin(subscription.next(PATIENCE_MS), 0);
    const [one, other] = [closed.next(PATIENCE_MS), stopped.next(PATIENCE_MS)];
    closed.close();
    expect(await nextWithin(one, 0)).toBeUndefined();
    run.stop.abort();
    expect(await nextWithin(other, 0)).toBeUndefined();
    expect(await nextWithin(live.subscribe('b', poll).next(PATIENCE_MS), 0)).toBeUndefined();
    stopped.close();
    const looks = run.looks;
    await vi.advanceTimersByTimeAsync(10 * EVERY_MS);
    expect(run.looks).toBe(looks);
  });
});
