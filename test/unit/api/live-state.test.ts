// Whoever watches a run shares the looks at it with all the others.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Glimpse, LiveStates, type Look } from '../../../api/live-state.ts';

const EVERY_MS = 1000;
const PATIENCE_MS = 15_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A run whose state a test sets, and the number of looks that it cost. */
function newRun() {
  const stop = new AbortController();
  const run = { now: 1, ended: false, away: false, looks: 0, stop };
  const look: Look<Glimpse> = async () => {
    run.looks += 1;
    if (run.away) throw new Error('nobody answers');
    return { version: String(run.now), last: run.ended };
  };
  return { run, look, live: new LiveStates<Glimpse>(EVERY_MS, stop.signal) };
}

/** What a watch gets within a time; undefined when it is still waiting. */
async function nextWithin(next: Promise<Glimpse | undefined>, ms: number): Promise<Glimpse | undefined | 'waits'> {
  const answer = Promise.race([next, new Promise<'waits'>((resolve) => setTimeout(resolve, ms, 'waits'))]);
  await vi.advanceTimersByTimeAsync(ms);
  return answer;
}

describe('a thousand watchers of one run', () => {
  test('cost one look a second, and all get every change', async () => {
    const { run, look, live } = newRun();
    const watches = Array.from({ length: 1000 }, () => live.watch('a', look));
    const got: string[][] = watches.map(() => []);
    const reading = watches.map(async (watch, i) => {
      for (let glimpse = await watch.next(PATIENCE_MS); glimpse; glimpse = await watch.next(PATIENCE_MS)) {
        got[i]?.push(glimpse.version);
        if (glimpse.last) break;
      }
      watch.close();
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
    const { run, look, live } = newRun();
    const [one, other] = [live.watch('a', look), live.watch('a', look)];
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
    const again = live.watch('a', look);
    expect(await nextWithin(again.next(PATIENCE_MS), 0)).toMatchObject({ version: '1' });
    again.close();
  });

  test('and of another run have looks of their own', async () => {
    const [a, b] = [newRun(), newRun()];
    const watches = [a.live.watch('a', a.look), a.live.watch('b', b.look)];
    await vi.advanceTimersByTimeAsync(0);
    expect([a.run.looks, b.run.looks]).toEqual([1, 1]);
    for (const watch of watches) watch.close();
  });
});

describe('one watcher', () => {
  test('who comes late gets at once what is known, and who reads slowly gets the newest alone', async () => {
    const { run, look, live } = newRun();
    const slow = live.watch('a', look);
    expect(await nextWithin(slow.next(PATIENCE_MS), 0)).toMatchObject({ version: '1' });
    for (const now of [2, 3, 4, 5]) {
      run.now = now;
      await vi.advanceTimersByTimeAsync(EVERY_MS);
    }
    const late = live.watch('a', look);
    expect(await nextWithin(late.next(PATIENCE_MS), 0)).toMatchObject({ version: '5' });
    expect(await nextWithin(slow.next(PATIENCE_MS), 0)).toMatchObject({ version: '5' });
    slow.close();
    late.close();
  });

  test('is told nothing twice, and nothing when nothing changes for as long as it waits', async () => {
    const { look, live } = newRun();
    const watch = live.watch('a', look);
    await nextWithin(watch.next(PATIENCE_MS), 0);
    expect(await nextWithin(watch.next(PATIENCE_MS), PATIENCE_MS - 1)).toBe('waits');
    expect(await nextWithin(watch.next(PATIENCE_MS), PATIENCE_MS)).toBeUndefined();
    watch.close();
  });

  test('outlives looks that fail', async () => {
    const { run, look, live } = newRun();
    run.away = true;
    const watch = live.watch('a', look);
    const next = watch.next(PATIENCE_MS);
    expect(await nextWithin(next, 5 * EVERY_MS)).toBe('waits');
    run.away = false;
    expect(await nextWithin(next, EVERY_MS)).toMatchObject({ version: '1' });
    watch.close();
  });

  test('is let go at once when it is closed, and when the process stops', async () => {
    const { run, look, live } = newRun();
    const [closed, stopped] = [live.watch('a', look), live.watch('a', look)];
    for (const watch of [closed, stopped]) await nextWithin(watch.next(PATIENCE_MS), 0);
    const [one, other] = [closed.next(PATIENCE_MS), stopped.next(PATIENCE_MS)];
    closed.close();
    expect(await nextWithin(one, 0)).toBeUndefined();
    run.stop.abort();
    expect(await nextWithin(other, 0)).toBeUndefined();
    expect(await nextWithin(live.watch('b', look).next(PATIENCE_MS), 0)).toBeUndefined();
    stopped.close();
    const looks = run.looks;
    await vi.advanceTimersByTimeAsync(10 * EVERY_MS);
    expect(run.looks).toBe(looks);
  });
});
