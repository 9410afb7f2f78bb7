// Tells the person of a photo from the background: what lies around the head and shoulders gives the background's
// colours, the middle of the face is the person for sure, and in between colour decides.
import type { Face } from './find-face.ts';
import { type Raster, samplePlane } from './raster.ts';
import { smooth } from './smooth.ts';

const MAP_PX = 200;
const CLUSTERS = 6;
const ROUNDS = 6;
/** A background is plain when this share of it has the colour of its commonest cluster, within that distance. */
const PLAIN_SHARE = 0.6;
const PLAIN_DISTANCE = 26;
type Rgb = [number, number, number];

interface Place {
  /** 1 where the person is for sure, 0 where it cannot be; between them colour decides. */
  person: number;
  /** Surely inside the outline of a head with hair: kept when colours cannot tell hair from background. */
  cap: number;
  /** Beside or above the head, so surely background. */
  background: boolean;
}

/** The share of person in every pixel (0 to 1), and the background's mean colour. */
export function separate(pixels: Raster, face: Face): { person: Float32Array; backdrop: Rgb } {
  const step = Math.max(1, Math.max(pixels.width, pixels.height) / MAP_PX);
  const width = Math.floor(pixels.width / step);
  const height = Math.floor(pixels.height / step);
  const colours: Rgb[] = [];
  const places: Place[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      colours.push(blockMean(pixels, x * step, y * step, step));
      places.push(placeOf((x + 0.5) * step, (y + 0.5) * step, face));
    }
  }

  const background = colours.filter((_, i) => places[i]?.background);
  const centres = cluster(background);
  const spread = Math.max(9, median(background.map((colour) => nearest(colour, centres))));
  const plain = isPlain(background, centres);
  let map: Float32Array = new Float32Array(width * height);
  places.forEach(({ person, cap }, i) => {
    const foreign = smooth(1.6, 4.5, nearest(colours[i] ?? [0, 0, 0], centres) / spread);
    const byColour = person >= 1 ? 1 : Math.min(1, person * 2) * foreign;
    map[i] = plain ? byColour : Math.max(byColour * smooth(0.2, 0.5, person), cap);
  });
  map = soften(soften(map, width, height), width, height);

  const person = new Float32Array(pixels.width * pixels.height);
  for (let y = 0; y < pixels.height; y++) {
    for (let x = 0; x < pixels.width; x++) {
      const value = samplePlane(map, width, height, (x + 0.5) / step - 0.5, (y + 0.5) / step - 0.5);
      // Cut a little inside, so that no rim of the old background stays.
      person[y * pixels.width + x] = smooth(0.4, 0.9, value);
    }
  }
  const sum = background.reduce<Rgb>((a, c) => [a[0] + c[0], a[1] + c[1], a[2] + c[2]], [0, 0, 0]);
  const n = Math.max(1, background.length);
  return { person, backdrop: [sum[0] / n, sum[1] / n, sum[2] / n] };
}

function placeOf(x: number, y: number, face: Face): Place {
  const dx = (x - face.x) / face.eyeDistance;
  const dy = (y - face.y) / face.eyeDistance;
  const u = dx * Math.cos(face.roll) + dy * Math.sin(face.roll);
  const v = -dx * Math.sin(face.roll) + dy * Math.cos(face.roll);
  const inner = Math.hypot(u / 0.72, (v - 0.4) / 1.15);
  const outer = Math.hypot(u / 1.75, (v - 0.15) / 2.15);
  // Below the mouth the outline narrows to the neck.
  const jaw = 1 - smooth(0.95, 1.25, Math.abs(u) + Math.max(0, v - 1) * 0.45);
  const between = outer >= 1 ? 0 : (1 - outer) / Math.max(1e-6, 1 - outer + (inner - 1));
  const head = inner <= 1 ? 1 : v > 0.9 ? Math.min(between, jaw) : between;
  const neck = smooth(1.1, 1.6, v) * (1 - smooth(0.55, 0.8, Math.abs(u)));
  const cap = 1 - smooth(0.84, 1.02, Math.hypot(u / (v < 0.3 ? 1.22 : 1.22 - (v - 0.3) * 0.25), (v - 0.2) / 1.75));
  return {
    person: Math.max(head, neck),
    cap: Math.max(cap, neck),
    background: outer > 1.02 && v < 1.2,
  };
}

function isPlain(background: Rgb[], centres: Rgb[]): boolean {
  const shares = centres.map(
    (centre) => background.filter((colour) => distance(colour, centre) < PLAIN_DISTANCE).length / background.length,
  );
  return Math.max(0, ...shares) >= PLAIN_SHARE;
}

function blockMean({ data, width, height }: Raster, x: number, y: number, step: number): Rgb {
  const sum: Rgb = [0, 0, 0];
  let count = 0;
  for (let py = Math.floor(y); py < Math.min(height, y + step); py++) {
    for (let px = Math.floor(x); px < Math.min(width, x + step); px++) {
      const at = (py * width + px) * 3;
      sum[0] += data[at] ?? 0;
      sum[1] += data[at + 1] ?? 0;
      sum[2] += data[at + 2] ?? 0;
      count += 1;
    }
  }
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}

/** k-means; the first centres are spread over the colours as they come, so that the outcome is always the same. */
function cluster(colours: Rgb[]): Rgb[] {
  let centres = Array.from(
    { length: CLUSTERS },
    (_, i): Rgb => colours[Math.floor(((i + 0.5) * colours.length) / CLUSTERS)] ?? [0, 0, 0],
  );
  for (let round = 0; round < ROUNDS; round++) {
    const sums = centres.map(() => [0, 0, 0, 0] as [number, number, number, number]);
    for (const colour of colours) {
      let closest = 0;
      centres.forEach((centre, i) => {
        if (distance(colour, centre) < distance(colour, centres[closest] ?? centre)) closest = i;
      });
      const sum = sums[closest];
      if (!sum) continue;
      sum[0] += colour[0];
      sum[1] += colour[1];
      sum[2] += colour[2];
      sum[3] += 1;
    }
    centres = centres.map((centre, i) => {
      const [r, g, b, n] = sums[i] ?? [0, 0, 0, 0];
      return n === 0 ? centre : [r / n, g / n, b / n];
    });
  }
  return centres;
}

function nearest(colour: Rgb, centres: Rgb[]): number {
  return Math.min(...centres.map((centre) => distance(colour, centre)));
}

/** Brightness counts less than hue: shadows of the background are background. */
function distance(a: Rgb, b: Rgb): number {
  const [r, g, bl] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
  const light = (r + g + bl) / 3;
  return Math.hypot(r - light, g - light, bl - light) * 1.3 + Math.abs(light) * 0.6;
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** A 3 × 3 mean. */
function soften(map: Float32Array, width: number, height: number): Float32Array {
  const out = new Float32Array(map.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const cx = Math.min(width - 1, Math.max(0, x + dx));
          sum += map[Math.min(height - 1, Math.max(0, y + dy)) * width + cx] ?? 0;
        }
      }
      out[y * width + x] = sum / 9;
    }
  }
  return out;
}
