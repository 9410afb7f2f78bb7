// One vision for all tests of a file, and the shortest way from a file to its faces. A picture is read once: vision answers
// the same for the same bytes (threads.test.ts), and most tests begin with the same photos.

import { createHash } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { createVision, type VisionThreads } from '../../adapters/vision/vision.ts';
import { descriptorDistance, type FaceReading, type ReadablePicture } from '../../domain/photo.ts';

export interface SharedVision {
  /** Throws when the file cannot be read. */
  pictureOf(file: Buffer): Promise<ReadablePicture>;
  facesIn(file: Buffer): Promise<readonly FaceReading[]>;
  /** Throws unless there is exactly one. */
  faceIn(file: Buffer): Promise<FaceReading>;
}

/** Starts vision before the tests of the file that calls it, and ends it after them. */
export function sharedVision(): SharedVision {
  let vision: VisionThreads;
  beforeAll(() => {
    vision = createVision();
  });
  afterAll(() => vision.close());

  /** By the SHA-256 of their bytes. */
  const readings = new Map<string, ReturnType<VisionThreads['read']>>();
  function read(file: Buffer): ReturnType<VisionThreads['read']> {
    const name = createHash('sha256').update(file).digest('hex');
    const reading = readings.get(name) ?? vision.read(file);
    readings.set(name, reading);
    return reading;
  }

  async function pictureOf(file: Buffer): Promise<ReadablePicture> {
    const reading = await read(file);
    if (!reading.readable) throw new Error(`unreadable: ${reading.problem}`);
    return reading;
  }
  return {
    pictureOf,
    async facesIn(file) {
      return (await pictureOf(file)).faces;
    },
    async faceIn(file) {
      const { faces } = await pictureOf(file);
      if (faces.length !== 1 || !faces[0]) throw new Error(`${faces.length} faces`);
      return faces[0];
    },
  };
}

type Described = Pick<FaceReading, 'descriptor'>;

export const apart = (p: Described, q: Described): number => descriptorDistance(p.descriptor, q.descriptor);
