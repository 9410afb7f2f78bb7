// The code of a vision thread: one picture at a time, with networks that are loaded once.

import type { Analysis, AnalysisOptions, Pipeline } from './pipeline.ts';

export interface PictureTask extends Pick<AnalysisOptions, 'withStored' | 'turnBy'> {
  bytes: Uint8Array;
  /** One number: the caller sets it to anything but 0 when the answer is no longer needed. */
  cancelled: Int32Array<SharedArrayBuffer>;
}

/** The task that only loads the networks. */
export const WARM_UP = 'warm up';

let loading: Promise<Pipeline> | undefined;

/** Piscina calls it for each task; a warm-up returns nothing. */
export default async function runTask(task: PictureTask | typeof WARM_UP): Promise<Analysis | undefined> {
  loading ??= loadPipeline();
  const pipeline = await loading;
  if (task === WARM_UP) return undefined;
  const { bytes, withStored, turnBy, cancelled } = task;
  const checkpoint = () => {
    if (Atomics.load(cancelled, 0) !== 0) throw new Error('The picture is no longer needed.');
  };
  checkpoint();
  return pipeline.analyse(bytes, { withStored, turnBy, checkpoint });
}

/** Imported late: a package that cannot load then fails the call with its reason, and not the start of the thread. */
async function loadPipeline(): Promise<Pipeline> {
  const { createPipeline } = await import('./pipeline.ts');
  return createPipeline();
}
