// Whose face a picture shows where: what the books tell, so that a test can hold a recognition against what was drawn.
import type { FaceTruth, SeenPerson } from './picture-memory.ts';

export interface ShownFace extends FaceTruth {
  /** The middle between the eyes, as shares of the picture's width and height. */
  x: number;
  y: number;
}

/** From left to right. */
export function shownFaces(people: readonly SeenPerson[]): ShownFace[] {
  return people.map(({ x, y, face }) => ({ x, y, ...face })).sort((a, b) => a.x - b.x);
}
