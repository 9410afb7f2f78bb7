// What vision would say of pictures that nobody has to draw: a good one, and whatever a test changes in it.

import { createHash } from 'node:crypto';
import type { FaceReading, ReadablePicture, UnreadablePicture, UnreadableProblem } from '../../domain/photo.ts';

const DIMENSIONS = 128;

/** A descriptor that lies so far from the origin along its axis, and at a right angle to those of other axes. */
export function descriptorAt(axis: number, distance: number): number[] {
  const numbers = new Array<number>(DIMENSIONS).fill(0);
  numbers[axis] = distance;
  return numbers;
}

/** How far apart two usual photos of one person are. */
export const SAME_PERSON = 0.75;

/** Photos of one person: each axis is another photo, and any two of them are SAME_PERSON apart. */
export const samePerson = (axis: number): number[] => descriptorAt(axis, SAME_PERSON / Math.SQRT2);

/** A face that breaks no rule. */
export function face(changes: Partial<Omit<FaceReading, 'box'>> & { width?: number } = {}): FaceReading {
  const { width = 240, ...reading } = changes;
  return {
    box: { x: 300, y: 200, width, height: width },
    confidence: 0.98,
    yaw: 3,
    roll: 0,
    clarity: 12,
    sharpness: 400,
    blur: 1,
    brightness: 130,
    clipped: 0,
    outside: 0,
    cover: { certainty: 0, part: 'eyes' },
    descriptor: samePerson(0),
    ...reading,
  };
}

/** A picture that breaks no rule; `name` makes it another file. */
export function picture(changes: Partial<Omit<ReadablePicture, 'readable'>> & { name?: string } = {}): ReadablePicture {
  const { name = 'photo', ...reading } = changes;
  const hash = (of: string) => createHash('sha256').update(of).digest('hex');
  return {
    readable: true,
    format: 'jpeg',
    bytes: 400_000,
    width: 800,
    height: 1024,
    enlarged: 1,
    sha256: hash(name),
    phash: hash(`${name} upright`).slice(0, 16),
    mirrorPhash: hash(`${name} mirrored`).slice(0, 16),
    faces: [face()],
    ...reading,
  };
}

export function unreadable(problem: UnreadableProblem, bytes = 400_000): UnreadablePicture {
  return { readable: false, problem, bytes, format: undefined };
}
