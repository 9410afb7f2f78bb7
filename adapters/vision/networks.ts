// The two networks and the run time under them: ONNX Runtime, on the processor. YuNet finds faces and their five points;
// SFace says who they are. docs/scores.md tells what was measured before they were chosen.
//
// One session computes on the thread that calls it, and on no other: threads of our own run side by side instead. A
// thread must not be ended while it computes: ONNX Runtime's binding then ends the whole process.

import { InferenceSession, Tensor } from 'onnxruntime-node';
import { modelFile } from './model-files.ts';

export interface Networks {
  detector: InferenceSession;
  descriptor: InferenceSession;
}

/** Severity 3: errors alone. The descriptor's file makes the run time warn a hundred times. */
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

/** A picture as both networks take it: three planes of floats, 0–255. */
export function planes(data: Float32Array, side: number): Tensor {
  return new Tensor('float32', data, [1, 3, side, side]);
}

/** One output, by its name. */
export function floatsOf(outputs: InferenceSession.OnnxValueMapType, name: string): Float32Array {
  const data = outputs[name]?.data;
  if (!(data instanceof Float32Array)) throw new Error(`The network has no output "${name}".`);
  return data;
}
