// A step says that its worker lives for as long as it runs, and no longer.

import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { activity } from '../../../activities/activity.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('a long step heartbeats by itself until it ends, so that a killed worker is missed at once', async () => {
  const environment = new MockActivityEnvironment();
  let beats = 0;
  environment.on('heartbeat', () => {
    beats += 1;
  });
  let finish = () => {};
  const step = activity(() => new Promise<void>((resolve) => (finish = resolve)));
  const running = environment.run(step, undefined);
  await vi.advanceTimersByTimeAsync(16_000);
  expect(beats).toBe(3);
  finish();
  await running;
  await vi.advanceTimersByTimeAsync(30_000);
  expect(beats).toBe(3);
});
