// The pool around the networks: nothing blocks, nothing is lost, and what cannot be done is said.

import { performance } from 'node:perf_hooks';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createVision, type VisionOptions, type VisionThreads } from '../../adapters/vision/vision.ts';
import { franck, photo } from '../support/photos.ts';

const running: VisionThreads[] = [];
let threads: Worker[] = [];
const remember = (thread: Worker) => threads.push(thread);

function start(options?: VisionOptions): VisionThreads {
  const vision = createVision(options);
  running.push(vision);
  return vision;
}

beforeEach(() => {
  threads = [];
  process.on('worker', remember);
});
afterEach(async () => {
  process.off('worker', remember);
  await Promise.all(running.splice(0).map((vision) => vision.close()));
});

async function onePhoto(): Promise<Buffer> {
  const [file = Buffer.alloc(0)] = await franck(1);
  return file;
}

describe('vision threads', () => {
  test('leave the event loop free while pictures are read', async () => {
    const vision = start();
    const group = await photo('sample5.jpg');
    await vision.read(group);
    const before = performance.eventLoopUtilization();
    for (let i = 0; i < 3; i++) await vision.read(group);
    expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.5);
  });

  test('leave the caller its buffer', async () => {
    const vision = start();
    const bytes = new Uint8Array(await onePhoto());
    const first = await vision.read(bytes);
    expect(bytes.byteLength).toBe(first.bytes);
    expect(await vision.read(bytes)).toEqual(first);
  });

  test('share the work, and each answers what one alone would', async () => {
    const vision = start({ threads: 2 });
    const files = await franck(4);
    const together = await Promise.all(files.map((file) => vision.read(file)));
    expect(threads).toHaveLength(2);
    for (const [i, file] of files.entries()) expect(await vision.read(file)).toEqual(together[i]);
  });

  test('a thread that dies fails its own picture, and the next is read', async () => {
    const vision = start();
    const file = await onePhoto();
    await vision.read(file);
    const lost = vision.read(file);
    const waiting = vision.read(file);
    const outcome = expect(lost).rejects.toMatchObject({ name: 'Failure', code: 'Busy' });
    await threads[0]?.terminate();
    await outcome;
    expect(await waiting).toMatchObject({ readable: true });
    expect(await vision.read(file)).toMatchObject({ readable: true });
  });

  test('a thread that dies before it is ready does not leave those waiting that wait', async () => {
    const vision = start();
    const file = await onePhoto();
    await vision.read(file);
    const lost = expect(vision.read(file)).rejects.toMatchObject({ name: 'Failure', code: 'Busy' });
    const waiting = vision.read(file);
    process.once('worker', (replacement: Worker) => void replacement.terminate());
    await threads[0]?.terminate();
    await lost;
    expect(await waiting).toMatchObject({ readable: true });
    expect(threads).toHaveLength(3);
  });

  test('an idle thread that dies is replaced', async () => {
    const vision = start();
    const file = await onePhoto();
    await vision.read(file);
    await threads[0]?.terminate();
    expect(await vision.read(file)).toMatchObject({ readable: true });
    expect(threads).toHaveLength(2);
  });

  test('an abort rejects at once with its reason, and the thread goes on to the next', async () => {
    const vision = start();
    const file = await onePhoto();
    const reason = new Error('the person left');
    await expect(vision.read(file, AbortSignal.abort(reason))).rejects.toBe(reason);

    const stop = new AbortController();
    const reading = vision.read(file, stop.signal);
    const waiting = vision.prepare(file, stop.signal);
    stop.abort(reason);
    await expect(reading).rejects.toBe(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(await vision.read(file)).toMatchObject({ readable: true });
    expect(threads).toHaveLength(1);
  });

  test('a full queue is said at once, with the time to come back', async () => {
    const vision = start({ maxQueue: 1 });
    const file = await onePhoto();
    const accepted = [vision.read(file), vision.read(file)];
    const refused = { name: 'Failure', code: 'Busy', retryAfterMs: expect.any(Number) };
    await expect(vision.read(file)).rejects.toMatchObject(refused);
    await Promise.all(accepted);
    expect(await vision.read(file)).toMatchObject({ readable: true });
  });

  test('one that waits and is aborted frees its place at once', async () => {
    const vision = start({ maxQueue: 1 });
    const file = await onePhoto();
    const running = vision.read(file);
    const stop = new AbortController();
    const waiting = vision.read(file, stop.signal);
    stop.abort(new Error('the person left'));
    const next = vision.read(file);
    await expect(waiting).rejects.toThrow('the person left');
    expect(await running).toMatchObject({ readable: true });
    expect(await next).toMatchObject({ readable: true });
    expect(threads).toHaveLength(1);
  });

  test('who waits longest comes first', async () => {
    const vision = start();
    const file = await onePhoto();
    const answered: number[] = [];
    await Promise.all([0, 1, 2, 3, 4].map((i) => vision.read(file).then(() => answered.push(i))));
    expect(answered).toEqual([0, 1, 2, 3, 4]);
  });

  test('after the end every call is refused, and those that wait end too', async () => {
    const vision = start();
    const file = await onePhoto();
    await vision.read(file);
    const runs = vision.read(file);
    const waits = vision.read(file);
    const refused = expect(waits).rejects.toMatchObject({ name: 'Failure', code: 'Busy' });
    await vision.close();
    expect(await runs).toMatchObject({ readable: true });
    await refused;
    await expect(vision.read(file)).rejects.toMatchObject({ name: 'Failure', code: 'Internal' });
    await vision.close();
  });
});
