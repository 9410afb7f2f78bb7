// The code of a vision thread: one picture at a time, with networks that are loaded once.

import type { FrameReading } from '../../domain/photo.ts';
import type { Analysis, AnalysisOptions, Pipeline } from './pipeline.ts';

interface Task {
  bytes: Uint8Array;
  /** One number: the caller sets it to anything but 0 when the answer is no longer needed. */
  cancelled: Int32Array<SharedArrayBuffer>;
}

export interface PictureTask extends Task, Pick<AnalysisOptions, 'withStored' | 'turnBy'> {
  kind: 'picture';
}

/** All faces of a picture of several people. */
export interface FrameTask extends Task {
  kind: 'frame';
}

export interface VisionAnswer {
  picture?: Analysis;
  frame?: FrameReading;
}

/** The task that only loads the networks. */
export const WARM_UP = 'warm up';

let loading: Promise<Pipeline> | undefined;

/** Piscina calls it for each task; a warm-up returns nothing. */
export default async function runTask(
  task: PictureTask | FrameTask | typeof WARM_UP,
): Promise<VisionAnswer | undefined> {
  loading ??= loadPipeline();
  const pipeline = await loading;
  if (task === WARM_UP) return undefined;
  const { bytes, cancelled } = task;
  const checkpoint = () => {
    if (Atomics.load(cancelled, 0) !== 0) throw new Error('The picture is no longer needed.');
  };
  checkpoint();
  if (task.kind === 'frame') return { frame: await pipeline.readFrame(bytes, checkpoint) };
  const { withStored, turnBy } = task;
  return { picture: await pipeline.analyse(bytes, { withStored, turnBy, checkpoint }) };
}

/** Imported late: a package that cannot load then fails the call with its reason, and not the start of the thread. */
async function loadPipeline(): Promise<Pipeline> {
  const { createPipeline } = await import('./pipeline.ts');
  return createPipeline();
}
