// Whether a picture was enlarged by repeating its pixels (nearest neighbour), and by how much: neighbours then differ
// at evenly spaced borders, and hardly elsewhere. Such borders look sharp but are no detail. A smoothly enlarged
// picture has blurred edges instead, which face-blur.ts measures.

import type { RgbImage } from './align.ts';

/** Lines of the picture that are sampled, evenly spaced. */
const LINES = 64;
/** So many of the places lie inside of a repeated pixel in any case: how much neighbours differ there is the floor. */
const FLOOR_SHARE = 0.3;
/** A border differs by so many floors, and by so many levels of 255. */
const ABOVE_FLOOR = 2.5;
const MIN_DIFFERENCE = 0.5;
/**
 * A border also exceeds this share of the root mean square; this many spacings may lie between two borders, which must
 * cover this share of the picture. The first pass ignores the errors of a bad JPEG, the second finds weak borders on a
 * plain background.
 */
const LOOKS = [
  { share: 0.75, missed: 3, covered: 0.6 },
  { share: 0.5, missed: 8, covered: 0.5 },
] as const;
/** Pixels: half a block, a block, and one of halved colour. */
const JPEG_RASTER = [4, 8, 16];
/** Fewer borders than this prove nothing. */
const MIN_BORDERS = 12;
/** Pixels from one border to the next; nearer ones are any picture's. */
const MIN_SPACING = 1.9;
/** The share of gaps between borders that has to be a whole number of spacings, within a pixel. */
const EVEN_SHARE = 0.8;

/** Pixels a side of the picture that stand for one: 1 where it was not enlarged. */
export function enlargementOf(image: RgbImage): number {
  return Math.min(spacingOf(across(image)), spacingOf(down(image)));
}

// The differences of neighbours at each place, summed over the sampled lines. Green has most of the brightness, and is
// enough to find a border.

function across({ data, width, height }: RgbImage): Float32Array {
  const profile = new Float32Array(Math.max(0, width - 1));
  for (const y of linesOf(height)) {
    const start = y * width * 3 + 1;
    let last = data[start] ?? 0;
    for (let x = 1, at = start + 3; x < width; x++, at += 3) {
      const next = data[at] ?? 0;
      profile[x - 1] = (profile[x - 1] ?? 0) + Math.abs(next - last);
      last = next;
    }
  }
  return profile;
}

function down({ data, width, height }: RgbImage): Float32Array {
  const profile = new Float32Array(Math.max(0, height - 1));
  const columns = linesOf(width).map((x) => x * 3 + 1);
  for (let y = 0; y < height - 1; y++) {
    const row = y * width * 3;
    let sum = 0;
    // Row by row, as the pixels lie in memory.
    for (const column of columns) sum += Math.abs((data[row + width * 3 + column] ?? 0) - (data[row + column] ?? 0));
    profile[y] = sum;
  }
  return profile;
}

function linesOf(breadth: number): number[] {
  const lines = Math.min(LINES, breadth);
  return Array.from({ length: lines }, (_, k) => Math.floor(((k + 0.5) * breadth) / lines));
}

/** The even spacing of the borders, or 1 when there are none. */
function spacingOf(profile: Float32Array): number {
  const [first, second] = LOOKS.map((look) => evenSpacing(bordersOf(profile, look.share), profile.length, look));
  if (first !== undefined) return first;
  // Weak borders in the raster of a JPEG are the JPEG's own.
  return second === undefined || JPEG_RASTER.some((raster) => Math.abs(second - raster) < 0.1) ? 1 : second;
}

function evenSpacing(
  borders: readonly number[],
  of: number,
  { missed, covered }: Pick<(typeof LOOKS)[number], 'missed' | 'covered'>,
): number | undefined {
  if (borders.length < MIN_BORDERS) return undefined;
  const gaps = borders.slice(1).map((place, i) => place - (borders[i] ?? 0));
  const usual = gaps.toSorted((p, q) => p - q)[Math.floor(gaps.length / 4)] ?? 1;
  if (usual < MIN_SPACING) return undefined;
  // In a picture enlarged by 5.6, borders are 5 or 6 pixels apart.
  const single = gaps.filter((gap) => Math.abs(gap - usual) <= 1.01);
  const spacing = single.reduce((sum, gap) => sum + gap, 0) / single.length;
  const tolerance = Math.max(Math.min(1.01, spacing / 4), spacing / 8);
  // A border between equal pixels is missed, which makes a gap of several spacings.
  const even = gaps.filter((gap) => {
    const times = Math.round(gap / spacing);
    return times >= 1 && times <= missed && Math.abs(gap - times * spacing) <= tolerance;
  });
  const spacings = even.reduce((sum, gap) => sum + Math.round(gap / spacing), 0);
  const length = even.reduce((sum, gap) => sum + gap, 0);
  const isEven = even.length >= gaps.length * EVEN_SHARE;
  return isEven && length >= of * covered ? length / spacings : undefined;
}

/** The middle of each run of places where neighbours differ clearly. */
function bordersOf(profile: Float32Array, share: number): number[] {
  const floor = Float32Array.from(profile).sort()[Math.floor(FLOOR_SHARE * profile.length)] ?? 0;
  // Borders are few and strong, so the root mean square is well above the errors of JPEG.
  const rootMeanSquare = Math.sqrt(profile.reduce((sum, value) => sum + value ** 2, 0) / profile.length);
  const least = Math.max(MIN_DIFFERENCE * LINES, ABOVE_FLOOR * floor, share * rootMeanSquare);
  const borders: number[] = [];
  for (let i = 0; i < profile.length; i++) {
    let [weight, moment] = [0, 0];
    for (; (profile[i] ?? 0) > least; i++) {
      weight += profile[i] ?? 0;
      moment += (profile[i] ?? 0) * i;
    }
    if (weight > 0) borders.push(moment / weight);
  }
  return borders;
}
