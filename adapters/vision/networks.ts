// The two networks and their run time: ONNX Runtime, on the processor. YuNet finds faces and their five points; SFace
// describes them. docs/scores.md has the measurements behind the choice.
//
// One session computes only on the thread that calls it: our own threads run in parallel instead. A thread must not be
// ended while it computes: ONNX Runtime's binding then ends the whole process.

import { InferenceSession, Tensor } from 'onnxruntime-node';
import { modelFile } from './model-files.ts';

export interface Networks {
  detector: InferenceSession;
  descriptor: InferenceSession;
}

/** Severity 3: errors only. The descriptor's file causes a hundred warnings of the run time. */
const OPTIONS: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  logSeverityLevel: 3,
};

/** Reads both files and checks them: about 0.2 s. Call it once a thread. */
export async function loadNetworks(): Promise<Networks> {
  const session = async (name: Parameters<typeof modelFile>[0]) =>
    InferenceSession.create(await modelFile(name), OPTIONS);
  return { detector: await session('detector'), descriptor: await session('descriptor') };
}

/** The input of both networks: three planes of floats, 0–255. */
export function planes(data: Float32Array, side: number): Tensor {
  return new Tensor('float32', data, [1, 3, side, side]);
}

/** One output, by its name. */
export function floatsOf(outputs: InferenceSession.OnnxValueMapType, name: string): Float32Array {
  const data = outputs[name]?.data;
  if (!(data instanceof Float32Array)) throw new Error(`The network has no output "${name}".`);
  return data;
}
