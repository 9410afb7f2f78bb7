// Reads pictures off the event loop: a pool of threads, each with its own networks.

// Loaded here as well: once the last thread that holds it has ended, it could not be loaded again.
import 'onnxruntime-node';
import { Piscina } from 'piscina';
import type { FrameVision, Vision } from '../../core/ports/vision.ts';
import { Failure } from '../../domain/failure.ts';
import { PHOTO_LIMITS } from '../../domain/photo-limits.ts';
import { unreadable } from './format.ts';
import type { Analysis } from './pipeline.ts';
import { createSemaphore } from './semaphore.ts';
import { type FrameTask, type PictureTask, type VisionAnswer, WARM_UP } from './thread.ts';

/**
 * Rejects with the signal's reason, or with a Failure: Busy when too many pictures wait already or a thread died (the
 * pool replaces it). A stored photo is upright, sRGB, on white where it was transparent, without metadata, JPEG, at
 * most 2048 px a side.
 */
export interface VisionThreads extends Vision, FrameVision {
  /** Pictures that are being read or wait to be read. */
  load(): VisionLoad;
  /** Ends the threads; what runs is finished, what waits is rejected. */
  close(): Promise<void>;
}

export interface VisionLoad {
  reading: number;
  waiting: number;
}

export interface VisionOptions {
  /** Pictures read at the same time, 1 by default. A thread costs about 0.2 GB, and keeps one core busy. */
  threads?: number;
  /** Pictures that may wait. Each is held in memory, at most 10 MB: 32 by default. */
  maxQueue?: number;
}

/**
 * How long the pool waits for running pictures before it ends their threads: practically no limit. A thread that is
 * ended while a network computes ends the process, and a picture takes seconds at most.
 */
const CLOSE_TIMEOUT_MS = 10 * 60_000;

/** A picture of ours is a PNG: at 2048 × 2048 pixels it has 12 MB without any compression. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;

/** Minimum milliseconds between two starts of a thread that fails to start. */
const RESTART_MS = 500;

/** Starts the threads and loads their networks in the background; the first picture waits for them. */
export function createVision({ threads = 1, maxQueue = 32 }: VisionOptions = {}): VisionThreads {
  const pool = new Piscina<PictureTask | FrameTask | typeof WARM_UP, VisionAnswer | undefined>({
    ...threadFile(),
    minThreads: threads,
    maxThreads: threads,
    closeTimeout: CLOSE_TIMEOUT_MS,
  });
  const semaphore = createSemaphore({ concurrency: threads, capacity: maxQueue });
  let closed = false;

  // The pool replaces a thread that fails between two pictures; without a handler, the event would end the process.
  pool.on('error', () => undefined);
  const warmUp = () => void pool.run(WARM_UP).catch(() => undefined); // The first picture meets the same error.
  for (let i = 0; i < threads; i++) warmUp();
  // The pool does not replace a thread that died before it was ready; a task makes it try again.
  pool.on('workerDestroy', () => {
    if (!closed) setTimeout(() => !closed && pool.threads.length < threads && warmUp(), RESTART_MS);
  });

  async function run(
    bytes: Uint8Array,
    what: Pick<PictureTask, 'kind' | 'withStored' | 'turnBy'> | Pick<FrameTask, 'kind'>,
    signal: AbortSignal | undefined,
  ): Promise<VisionAnswer> {
    signal?.throwIfAborted();
    if (closed) throw new Failure('Internal', 'Vision is closed: the service is stopping. Send the picture again.');
    const copy = new Uint8Array(bytes); // The caller keeps its buffer; the copy moves to the thread.
    const cancelled = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const task = { ...what, bytes: copy, cancelled };
    const answer = semaphore.run(() => pool.run(task, { transferList: [copy.buffer] }).catch(rethrowAsFailure), signal);
    const answered = await unlessAborted(answer, signal, () => Atomics.store(cancelled, 0, 1));
    return answered ?? {};
  }

  async function analyse(
    bytes: Uint8Array,
    options: Pick<PictureTask, 'withStored' | 'turnBy'>,
    signal: AbortSignal | undefined,
  ): Promise<Analysis> {
    if (bytes.byteLength > PHOTO_LIMITS.maxBytes) return { reading: unreadable(bytes, 'too_many_bytes') };
    return (await run(bytes, { kind: 'picture', ...options }, signal)).picture ?? noAnswer();
  }

  return {
    async read(bytes, signal) {
      return (await analyse(bytes, { withStored: false }, signal)).reading;
    },
    async prepare(bytes, signal, turnBy) {
      const { reading, stored } = await analyse(bytes, { withStored: true, turnBy }, signal);
      if (!stored) return { reading };
      const { buffer, byteOffset, byteLength } = stored.bytes;
      return { reading, stored: { ...stored, bytes: Buffer.from(buffer, byteOffset, byteLength) } };
    },
    async readFrame(bytes, signal) {
      if (bytes.byteLength > MAX_FRAME_BYTES) return unreadable(bytes, 'too_many_bytes');
      return (await run(bytes, { kind: 'frame' }, signal)).frame ?? noAnswer();
    },
    load() {
      const { working, waiting } = semaphore.load();
      return { reading: working, waiting };
    },
    async close() {
      closed = true;
      semaphore.close();
      await pool.close({ force: true });
    },
  };
}

/** In development this file and the thread's are TypeScript; the build is plain JavaScript. */
function threadFile(): { filename: string; execArgv?: string[] } {
  const here = (file: string) => new URL(file, import.meta.url).href;
  if (!import.meta.url.endsWith('.ts')) return { filename: here('./thread.js') };
  return { filename: here('./thread.ts'), execArgv: ['--import', here('./typescript-thread.mjs')] };
}

function noAnswer(): never {
  throw new Failure('Internal', 'A vision thread gave no answer. Report it.');
}

function rethrowAsFailure(cause: unknown): never {
  const message = 'The thread that read the picture failed. Send the picture again; if it fails again, report it.';
  throw new Failure('Busy', message, { cause });
}

/**
 * The answer, or a rejection with the signal's reason as soon as it aborts. The thread gets a flag and stops at its
 * next step. Ending it would cost more, because the networks would have to be loaded again.
 */
async function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal | undefined, tell: () => void): Promise<T> {
  if (!signal) return answer;
  return new Promise<T>((resolve, reject) => {
    const abort = () => {
      tell();
      reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
