// Lays one face over another, so that eyes, nose and mouth of both are in the same places: for a mix of two people.
import { climb, type Face } from './find-face.ts';
import type { PortraitPhoto } from './portrait-photo.ts';
import { luma, samplePlane } from './raster.ts';

/** Where the brightness of two faces is compared, in face coordinates. */
const STEP = 0.12;
const LEFT = -1;
const TOP = -0.55;
const COLUMNS = 17;
const ROWS = 18;

export interface AlignedFace {
  face: Face;
  /** How much stronger its features are, in light and dark, than those of the other face. */
  contrast: number;
}

/** The face of `photo` where it is most like `to` in its brightness. `mirrored`: one of the two is looked at mirrored. */
export function alignFace(photo: PortraitPhoto, to: PortraitPhoto, mirrored: boolean): AlignedFace {
  const wanted = features(brightness(luma(to.pixels), to, to.face, false));
  const plane = luma(photo.pixels);
  const seen = (face: Face) => features(brightness(plane, photo, face, mirrored));
  const face = climb(photo.face, (there) =>
    seen(there).values.reduce((sum, value, i) => sum + value * (wanted.values[i] ?? 0), 0),
  );
  return { face, contrast: seen(face).strength / wanted.strength };
}

function brightness(plane: Float32Array, { pixels }: PortraitPhoto, face: Face, mirrored: boolean): number[] {
  const [cos, sin] = [Math.cos(face.roll) * face.eyeDistance, Math.sin(face.roll) * face.eyeDistance];
  const at = (u: number, v: number) =>
    samplePlane(plane, pixels.width, pixels.height, face.x + u * cos - v * sin, face.y + u * sin + v * cos);
  return Array.from({ length: COLUMNS * ROWS }, (_, i) => {
    const u = (LEFT + (i % COLUMNS) * STEP) * (mirrored ? -1 : 1);
    const v = TOP + Math.floor(i / COLUMNS) * STEP;
    // The mean of a small cross: fine texture is no feature.
    const near = STEP / 3;
    return (at(u, v) + at(u - near, v) + at(u + near, v) + at(u, v - near) + at(u, v + near)) / 5;
  });
}

/** With mean 0 and length 1, and the length that they had. */
function features(values: number[]): { values: number[]; strength: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const strength = Math.hypot(...values.map((value) => value - mean)) || 1;
  return { values: values.map((value) => (value - mean) / strength), strength };
}
