// Geometry of a face: a similarity transform (rotation, scale, shift), the one that fits points to a template, and a
// square chip that it cuts from a picture.

export interface Point {
  x: number;
  y: number;
}

/** Interleaved 8-bit RGB, rows from the top. */
export interface RgbImage {
  data: Uint8Array;
  width: number;
  height: number;
}

/** x' = a·x − b·y + tx and y' = b·x + a·y + ty. */
export interface Similarity {
  a: number;
  b: number;
  tx: number;
  ty: number;
}

/** More samples a pixel than 6 × 6 make no difference to the networks. */
const MAX_SAMPLES = 6;

/** The transform that fits `from` to `to` with the least squared error. Both have the same points in the same order. */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): Similarity {
  const centre = meanPoint(from);
  const target = meanPoint(to);
  let a = 0;
  let b = 0;
  let spread = 0;
  from.forEach((point, i) => {
    const goal = to[i] ?? target;
    const [x, y] = [point.x - centre.x, point.y - centre.y];
    const [u, v] = [goal.x - target.x, goal.y - target.y];
    a += x * u + y * v;
    b += x * v - y * u;
    spread += x * x + y * y;
  });
  a /= spread;
  b /= spread;
  return { a, b, tx: target.x - a * centre.x + b * centre.y, ty: target.y - b * centre.x - a * centre.y };
}

/** The transform that brings the square around `centre`, turned by `angle` radians, upright into a chip. */
export function cropTransform(centre: Point, side: number, angle: number, chipSide: number): Similarity {
  const scale = chipSide / side;
  const a = scale * Math.cos(angle);
  const b = -scale * Math.sin(angle);
  return {
    a,
    b,
    tx: chipSide / 2 - (a * centre.x - b * centre.y),
    ty: chipSide / 2 - (b * centre.x + a * centre.y),
  };
}

/** The place of a chip's point in the picture: the inverse transform. */
export function unmap({ a, b, tx, ty }: Similarity, point: Point): Point {
  const [x, y] = [point.x - tx, point.y - ty];
  const norm = a * a + b * b;
  return { x: (a * x + b * y) / norm, y: (a * y - b * x) / norm };
}

export function meanPoint(points: readonly Point[]): Point {
  let x = 0;
  let y = 0;
  for (const point of points) {
    x += point.x;
    y += point.y;
  }
  return { x: x / points.length, y: y / points.length };
}

export function distanceBetween(p: Point, q: Point): number {
  return Math.hypot(p.x - q.x, p.y - q.y);
}

/**
 * The chip of `side` × `side` pixels that `transform` cuts from the picture. A picture larger than the chip is
 * sampled often enough that nothing aliases; outside of it the edge pixels go on.
 */
export function warp(image: RgbImage, transform: Similarity, side: number): RgbImage {
  const { a, b, tx, ty } = transform;
  const norm = a * a + b * b;
  const [backA, backB] = [a / norm, -b / norm];
  const samples = Math.max(1, Math.min(MAX_SAMPLES, Math.round(1 / Math.sqrt(norm))));
  const { data, width, height } = image;
  const [lastX, lastY] = [width - 1, height - 1];
  const chip = new Uint8Array(side * side * 3);
  // Runs a million times a face: plain loops and scalars, without closures and arrays.
  for (let row = 0, out = 0; row < side; row++) {
    for (let column = 0; column < side; column++, out += 3) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let subRow = 0; subRow < samples; subRow++) {
        const v = row + (subRow + 0.5) / samples - 0.5 - ty;
        for (let subColumn = 0; subColumn < samples; subColumn++) {
          const u = column + (subColumn + 0.5) / samples - 0.5 - tx;
          const x = Math.min(Math.max(backA * u - backB * v, 0), lastX);
          const y = Math.min(Math.max(backB * u + backA * v, 0), lastY);
          const left = Math.floor(x);
          const top = Math.floor(y);
          const nearX = x - left;
          const nearY = y - top;
          const tl = (top * width + left) * 3;
          const tr = left < lastX ? tl + 3 : tl;
          const bl = top < lastY ? tl + width * 3 : tl;
          const br = bl + tr - tl;
          const wtl = (1 - nearX) * (1 - nearY);
          const wtr = nearX * (1 - nearY);
          const wbl = (1 - nearX) * nearY;
          const wbr = nearX * nearY;
          red += (data[tl] ?? 0) * wtl + (data[tr] ?? 0) * wtr + (data[bl] ?? 0) * wbl + (data[br] ?? 0) * wbr;
          green +=
            (data[tl + 1] ?? 0) * wtl +
            (data[tr + 1] ?? 0) * wtr +
            (data[bl + 1] ?? 0) * wbl +
            (data[br + 1] ?? 0) * wbr;
          blue +=
            (data[tl + 2] ?? 0) * wtl +
            (data[tr + 2] ?? 0) * wtr +
            (data[bl + 2] ?? 0) * wbl +
            (data[br + 2] ?? 0) * wbr;
        }
      }
      chip[out] = red / (samples * samples);
      chip[out + 1] = green / (samples * samples);
      chip[out + 2] = blue / (samples * samples);
    }
  }
  return { data: chip, width: side, height: side };
}
