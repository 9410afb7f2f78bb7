// Uploads share the memory of the process: the others wait for room, in the order of coming.

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createUploadMemory } from '../../../api/uploads/upload-memory.ts';

const FOR_EVER = new AbortController().signal;
const options = { most: 100, least: 10, places: 3, waitMs: 60_000 };

/** Holds bytes until it is told to let go; `log` has who began, in order. */
function holder(memory: ReturnType<typeof createUploadMemory>) {
  const log: string[] = [];
  let held = 0;
  let mostHeld = 0;
  const hold = (name: string, bytes: number, signal = FOR_EVER) => {
    let release: () => void = () => undefined;
    const open = new Promise<void>((resolve) => {
      release = resolve;
    });
    const done = memory.hold(bytes, signal, async () => {
      log.push(name);
      held += bytes;
      mostHeld = Math.max(mostHeld, held);
      await open;
      held -= bytes;
    });
    return { done, release: () => release() };
  };
  return { hold, log, mostHeld: () => mostHeld };
}

test('no more is held at once than there is, whoever comes, and all get their turn', async () => {
  const memory = createUploadMemory({ ...options, places: 100 });
  const { hold, log, mostHeld } = holder(memory);
  const uploads = Array.from({ length: 30 }, (_, i) => hold(String(i), [10, 60, 100, 25][i % 4] ?? 10));
  for (const { release } of uploads) release();
  await Promise.all(uploads.map(({ done }) => done));
  expect(mostHeld()).toBeLessThanOrEqual(100);
  expect(log).toEqual(Array.from({ length: 30 }, (_, i) => String(i)));
});

test('a large one is not passed by small ones for ever', async () => {
  const { hold, log } = holder(createUploadMemory(options));
  const first = hold('first', 60);
  const large = hold('large', 100);
  const small = hold('small', 10);
  await sleep(1);
  expect(log).toEqual(['first']);
  first.release();
  await first.done;
  await sleep(1);
  expect(log).toEqual(['first', 'large']);
  large.release();
  small.release();
  await small.done;
});

test('who finds no place, or no room in time, is told to come again', async () => {
  const { hold } = holder(createUploadMemory({ ...options, places: 1, waitMs: 20 }));
  const first = hold('first', 100);
  const waits = hold('waits', 10);
  const sentAway = { name: 'Failure', code: 'Busy', retryAfterMs: 20 };
  await expect(hold('no place', 10).done).rejects.toMatchObject(sentAway);
  await expect(waits.done).rejects.toMatchObject(sentAway);
  first.release();
  await first.done;
  const again = hold('again', 100);
  again.release();
  await again.done;
});

test('who hangs up makes room for those behind, and what throws gives its bytes back', async () => {
  const memory = createUploadMemory(options);
  const { hold, log } = holder(memory);
  const first = hold('first', 50);
  const leaving = new AbortController();
  const large = hold('large', 100, leaving.signal);
  const small = hold('small', 50);
  leaving.abort(new Error('hung up'));
  await expect(large.done).rejects.toThrow('hung up');
  await sleep(1);
  expect(log).toEqual(['first', 'small']);
  first.release();
  small.release();
  await Promise.all([first.done, small.done]);
  await expect(memory.hold(100, FOR_EVER, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  await memory.hold(100, FOR_EVER, async () => undefined);
});
