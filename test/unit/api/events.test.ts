import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newWorld } from './world.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('an event stream says every 15 s that it lives', async () => {
  const stop = new AbortController();
  const { ask, addCharacter, addIdentity } = newWorld({ stopping: stop.signal });
  const stream = await ask('GET', `/v1/identities/${addIdentity(addCharacter()).id}/events`);
  const text = stream.text();
  await vi.advanceTimersByTimeAsync(31_000);
  stop.abort();
  await vi.advanceTimersByTimeAsync(0);
  const blocks = (await text).split('\n\n').map((block) => block.split('\n')[0]);
  expect(blocks.slice(0, 4)).toEqual(['retry: 3000', 'event: state', ':', ':']);
  expect(blocks[4]).toMatch(/^retry: \d{4}$/);
  expect(blocks.slice(5)).toEqual(['']);
});
