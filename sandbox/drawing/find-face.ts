// Where the face of a photo is, without a network: a drawn template (two dark eyes under brows, a bright nose, a dark
// mouth) is correlated with the brightness at many places, sizes and tilts, and skin colour and the middle help.
import { decodeRaster, luma, type Raster, samplePlane } from './raster.ts';

/** A face in pixels of its photo. Face coordinates (u, v) count eye distances from the middle between the eyes. */
export interface Face {
  x: number;
  y: number;
  eyeDistance: number;
  /** Tilt to the viewer's right, radians. */
  roll: number;
}

interface TemplatePoint {
  u: number;
  v: number;
  value: number;
}

const COARSE_PX = 72;
const FINE_PX = 224;
const TEMPLATE = faceTemplate(0.19);
const COARSE_TEMPLATE = faceTemplate(0.24);
/** Eye distance over the shorter side: from a half figure to a face that fills the picture. */
const SMALLEST = 0.09;
const LARGEST = 0.5;
const SIZE_STEP = 1.14;

/** The most face-like place; photos without any give the best guess, so callers need no second way. */
export async function findFace(photo: Buffer, width: number): Promise<Face> {
  const coarse = await decodeRaster(photo, COARSE_PX);
  const plane = luma(coarse);
  const skin = skinPlane(coarse);
  const score = (face: Face) => likeness(face, plane, coarse, COARSE_TEMPLATE) + other(face, skin, coarse);
  const fine = await decodeRaster(photo, FINE_PX);
  const finePlane = luma(fine);
  const by = fine.width / coarse.width;

  // The best of every size is looked at closely: a true face gains by that, a chance likeness does not.
  let best: Face = { x: coarse.width / 2, y: coarse.height * 0.42, eyeDistance: coarse.width * 0.2, roll: 0 };
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const candidate of bestOfEverySize(coarse, score)) {
    const close = refine(scaled(candidate, by), finePlane, fine);
    const closeScore = likeness(close, finePlane, fine) + other(scaled(close, 1 / by), skin, coarse);
    if (closeScore > bestScore) {
      bestScore = closeScore;
      best = scaled(close, 1 / by);
    }
  }
  return scaled(best, width / coarse.width);
}

function bestOfEverySize({ width, height }: Raster, score: (face: Face) => number): Face[] {
  const side = Math.min(width, height);
  const found: Face[] = [];
  for (let e = side * SMALLEST; e <= side * LARGEST; e *= SIZE_STEP) {
    const stride = Math.max(1, e / 7);
    let best: Face | undefined;
    let bestScore = Number.NEGATIVE_INFINITY;
    for (const roll of [-0.22, 0, 0.22]) {
      for (let y = e * 0.3; y < height - e * 0.9; y += stride) {
        for (let x = e * 0.8; x < width - e * 0.8; x += stride) {
          const face = { x, y, eyeDistance: e, roll };
          const value = score(face);
          if (value > bestScore) {
            bestScore = value;
            best = face;
          }
        }
      }
    }
    if (best) found.push(best);
  }
  return found;
}

function scaled(face: Face, by: number): Face {
  return { ...face, x: face.x * by, y: face.y * by, eyeDistance: face.eyeDistance * by };
}

function refine(start: Face, plane: Float32Array, raster: Raster): Face {
  return climb(start, (face) => likeness(face, plane, raster) - face.roll * face.roll);
}

/** Climbs to the best score nearby, in ever smaller steps. */
export function climb(start: Face, scoreOf: (face: Face) => number): Face {
  let best = start;
  let bestScore = scoreOf(best);
  for (let step = 0.16; step > 0.01; step /= 1.7) {
    for (let round = 0; round < 3; round++) {
      const e = best.eyeDistance;
      const tries: Face[] = [
        { ...best, x: best.x - step * e },
        { ...best, x: best.x + step * e },
        { ...best, y: best.y - step * e },
        { ...best, y: best.y + step * e },
        { ...best, eyeDistance: e * (1 - step * 0.8) },
        { ...best, eyeDistance: e * (1 + step * 0.8) },
        { ...best, roll: best.roll - step * 0.8 },
        { ...best, roll: best.roll + step * 0.8 },
      ];
      for (const face of tries) {
        const score = scoreOf(face);
        if (score > bestScore) {
          bestScore = score;
          best = face;
        }
      }
    }
  }
  return best;
}

function faceTemplate(step: number): TemplatePoint[] {
  const spot = (u: number, v: number, cu: number, cv: number, su: number, sv: number) =>
    Math.exp(-(((u - cu) / su) ** 2 + ((v - cv) / sv) ** 2) / 2);
  const points: TemplatePoint[] = [];
  for (let v = -0.9; v <= 1.95; v += step) {
    for (let u = -1.33; u <= 1.331; u += step) {
      let value = (u / 0.98) ** 2 + ((v - 0.35) / 1.4) ** 2 < 1 ? 0.35 : -0.45;
      for (const side of [-1, 1]) {
        value -= 1.1 * spot(u, v, side * 0.48, -0.1, 0.26, 0.13);
        value += 0.6 * spot(u, v, side * 0.5, 0.38, 0.25, 0.2);
      }
      value += 0.7 * spot(u, v, 0, 0, 0.13, 0.45) + 0.35 * spot(u, v, 0, -0.6, 0.4, 0.3);
      value -= 0.6 * spot(u, v, 0, 0.72, 0.2, 0.1) + 0.5 * spot(u, v, 0, 1.06, 0.36, 0.1);
      points.push({ u, v, value });
    }
  }
  const mean = points.reduce((sum, p) => sum + p.value, 0) / points.length;
  const norm = Math.sqrt(points.reduce((sum, p) => sum + (p.value - mean) ** 2, 0));
  return points.map((p) => ({ ...p, value: (p.value - mean) / norm }));
}

/** Correlation of the template with the brightness there, -1 to 1. */
function likeness(face: Face, plane: Float32Array, { width, height }: Raster, template = TEMPLATE): number {
  const c = Math.cos(face.roll) * face.eyeDistance;
  const s = Math.sin(face.roll) * face.eyeDistance;
  let sum = 0;
  let squares = 0;
  let product = 0;
  for (const { u, v, value } of template) {
    const brightness = samplePlane(plane, width, height, face.x + u * c - v * s, face.y + u * s + v * c);
    sum += brightness;
    squares += brightness * brightness;
    product += brightness * value;
  }
  const spread = Math.sqrt(Math.max(squares - (sum * sum) / template.length, 1));
  return product / spread;
}

/** Skin by its chroma (Cb 77–127, Cr 133–173 of YCbCr; Chai and Ngan, 1999). */
function skinPlane({ data, width, height }: Raster): Float32Array {
  const out = new Float32Array(width * height);
  for (let i = 0, p = 0; i < out.length; i++, p += 3) {
    const r = data[p] ?? 0;
    const g = data[p + 1] ?? 0;
    const b = data[p + 2] ?? 0;
    const cb = 128 - 0.169 * r - 0.331 * g + 0.5 * b;
    const cr = 128 + 0.5 * r - 0.419 * g - 0.081 * b;
    out[i] = cb >= 77 && cb <= 127 && cr >= 133 && cr <= 173 ? 1 : 0;
  }
  return out;
}

/** What speaks for a face beside its brightness: skin, place and size. */
function other(face: Face, skin: Float32Array, raster: Raster): number {
  return 0.45 * skinShare(face, skin, raster) + prior(face, raster) - face.roll * face.roll;
}

function skinShare(face: Face, skin: Float32Array, { width, height }: Raster): number {
  let share = 0;
  let points = 0;
  for (const v of [0.2, 0.45, 0.7, 0.95, 1.2]) {
    for (const u of [-0.6, -0.3, 0, 0.3, 0.6]) {
      const x = Math.round(face.x + u * face.eyeDistance);
      const y = Math.round(face.y + v * face.eyeDistance);
      share += x >= 0 && y >= 0 && x < width && y < height ? (skin[y * width + x] ?? 0) : 0;
      points += 1;
    }
  }
  return share / points;
}

/** Larger faces near the upper middle are likelier to be the subject. */
function prior(face: Face, { width, height }: Raster): number {
  const dx = (face.x - width / 2) / width;
  const dy = (face.y - height * 0.42) / height;
  return -0.6 * (dx * dx + dy * dy) + 1.4 * Math.min(face.eyeDistance / Math.min(width, height), 0.3);
}
