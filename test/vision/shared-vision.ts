// One vision for all tests of a process, and the shortest way from a file to its faces. A picture is read once: vision
// answers the same for the same bytes (threads.test.ts), and most tests begin with the same photos.

import { createHash } from 'node:crypto';
import { createVision, type VisionThreads } from '../../adapters/vision/vision.ts';
import type { FrameVision, Vision } from '../../core/ports/vision.ts';
import { descriptorDistance, type FaceReading, type ReadablePicture } from '../../domain/photo.ts';

let running: VisionThreads | undefined;
/** Started by the first picture; its thread ends with the process. */
const threads = (): VisionThreads => {
  running ??= createVision();
  return running;
};

/** By the SHA-256 of their bytes. */
const readings = new Map<string, ReturnType<Vision['read']>>();

export const vision: Vision & FrameVision = {
  read(file, signal) {
    if (signal) return threads().read(file, signal);
    const name = createHash('sha256').update(file).digest('hex');
    const reading = readings.get(name) ?? threads().read(file);
    readings.set(name, reading);
    return reading;
  },
  prepare: (...args) => threads().prepare(...args),
  readFrame: (...args) => threads().readFrame(...args),
};

/** Throws when the file cannot be read. */
export async function pictureOf(file: Buffer): Promise<ReadablePicture> {
  const reading = await vision.read(file);
  if (!reading.readable) throw new Error(`unreadable: ${reading.problem}`);
  return reading;
}

export const facesIn = async (file: Buffer): Promise<readonly FaceReading[]> => (await pictureOf(file)).faces;

/** Throws unless there is exactly one. */
export async function faceIn(file: Buffer): Promise<FaceReading> {
  const faces = await facesIn(file);
  if (faces.length !== 1 || !faces[0]) throw new Error(`${faces.length} faces`);
  return faces[0];
}

type Described = Pick<FaceReading, 'descriptor'>;

export const apart = (p: Described, q: Described): number => descriptorDistance(p.descriptor, q.descriptor);
