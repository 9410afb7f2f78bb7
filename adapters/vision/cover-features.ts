// Features of an aligned face, part by part, that do not depend on the brightness of the photo: light, colour, detail
// and flatness of the cells of a grid, the difference of the two halves, and a pattern of blocks.

import type { RgbImage } from './align.ts';
import { CHIP_SIDE } from './face-points.ts';
import { lumaAt } from './luma.ts';

/** Pixels of a side of a cell: the eyes lie 35 pixels apart. */
const CELL = 8;
const CELLS = CHIP_SIDE / CELL;
/** A cell of colour: four of the others. */
const WIDE = 2;
/** Levels of luma by which neighbours may differ and still be one colour. */
const FLAT = 2;
/** Levels of luma that are added before a logarithm, so that black is finite and its noise small. */
const NOISE_LEVEL = 8;
/** The cells that the face itself fills, brows to chin and cheek to cheek: rows and columns, the last ones excluded. */
const INNER = { top: 4, bottom: 13, left: 3, right: 11 } as const;
/** The same in pixels: blocks are searched for here. */
const SEARCHED = { top: 24, bottom: 108, left: 16, right: 96 } as const;
/** Pixels between the edges of blocks. */
const LAGS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12] as const;

/** The number of features is fixed. */
export function coverFeatures(chip: RgbImage): Float32Array {
  const { luma, blue, red } = channelsOf(chip);
  const edges = edgesOf(luma);
  const features: number[] = [];
  const light = cellsOf(luma, CELL, CELLS);
  const level = mean(inner(light)) + NOISE_LEVEL;
  const lights = light.map((value) => Math.log((value + NOISE_LEVEL) / level));
  const detail = cellsOf(edges.strength, CELL, CELLS).map((value) => Math.log((value + 1) / level) + 3);
  const flat = cellsOf(edges.flat, CELL, CELLS);
  features.push(...lights, ...detail, ...flat);
  const wide = CELLS / WIDE;
  const colours = [blue, red].map((channel) => {
    const cells = cellsOf(channel, CELL * WIDE, wide);
    const usual = median(cells);
    return cells.map((value) => (4 * (value - usual)) / level);
  });
  for (const colour of colours) features.push(...colour);
  for (const [cells, across] of [
    [lights, CELLS],
    [detail, CELLS],
    ...colours.map((colour) => [colour, wide] as const),
  ] as const) {
    features.push(...differences(cells, across));
  }
  features.push(...blockiness(edges));
  return Float32Array.from(features);
}

interface Edges {
  across: Float32Array;
  down: Float32Array;
  strength: Float32Array;
  flat: Float32Array;
}

function channelsOf({ data }: RgbImage): Record<'luma' | 'blue' | 'red', Float32Array> {
  const count = CHIP_SIDE * CHIP_SIDE;
  const [luma, blue, red] = [new Float32Array(count), new Float32Array(count), new Float32Array(count)];
  for (let i = 0; i < count; i++) {
    const y = lumaAt(data, i * 3);
    luma[i] = y;
    blue[i] = 0.564 * ((data[i * 3 + 2] ?? 0) - y);
    red[i] = 0.713 * ((data[i * 3] ?? 0) - y);
  }
  return { luma, blue, red };
}

function edgesOf(luma: Float32Array): Edges {
  const make = () => new Float32Array(luma.length);
  const edges = { across: make(), down: make(), strength: make(), flat: make() };
  for (let y = 0; y < CHIP_SIDE - 1; y++) {
    for (let x = 0; x < CHIP_SIDE - 1; x++) {
      const i = y * CHIP_SIDE + x;
      const here = luma[i] ?? 0;
      const across = Math.abs((luma[i + 1] ?? 0) - here);
      const down = Math.abs((luma[i + CHIP_SIDE] ?? 0) - here);
      edges.across[i] = across;
      edges.down[i] = down;
      edges.strength[i] = across + down;
      edges.flat[i] = across < FLAT && down < FLAT ? 1 : 0;
    }
  }
  return edges;
}

/** The mean of each cell, row by row. */
function cellsOf(values: Float32Array, side: number, across: number): number[] {
  const cells: number[] = [];
  for (let top = 0; top < across * side; top += side) {
    for (let left = 0; left < across * side; left += side) {
      let sum = 0;
      for (let y = top; y < top + side; y++) {
        for (let i = y * CHIP_SIDE + left, end = i + side; i < end; i++) sum += values[i] ?? 0;
      }
      cells.push(sum / (side * side));
    }
  }
  return cells;
}

/** The cells of the face itself, brows to chin, without its surroundings. */
function inner(cells: readonly number[]): number[] {
  return cells.filter((_, i) => {
    const [row, column] = [Math.floor(i / CELLS), i % CELLS];
    return row >= INNER.top && row < INNER.bottom && column >= INNER.left && column < INNER.right;
  });
}

/** Each cell of the left half against the one across from it. */
function differences(cells: readonly number[], across: number): number[] {
  const found: number[] = [];
  for (let row = 0; row < across; row++) {
    for (let column = 0; column < Math.floor(across / 2); column++) {
      const [left, right] = [cells[row * across + column] ?? 0, cells[row * across + across - 1 - column] ?? 0];
      found.push(Math.abs(left - right));
    }
  }
  return found;
}

/** Edges of blocks are in lines, at one distance, with nothing between them. */
function blockiness({ across, down }: Edges): number[] {
  const { left, right, top, bottom } = SEARCHED;
  const columns = new Array<number>(right - left).fill(0);
  const rows = new Array<number>(bottom - top).fill(0);
  let [sum, squares, still, count] = [0, 0, 0, 0];
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const i = y * CHIP_SIDE + x;
      const [a, d] = [across[i] ?? 0, down[i] ?? 0];
      columns[x - left] = (columns[x - left] ?? 0) + a;
      rows[y - top] = (rows[y - top] ?? 0) + d;
      sum += a + d;
      squares += a * a + d * d;
      still += Number(a < 1) + Number(d < 1);
      count += 2;
    }
  }
  const average = sum / count + 0.5;
  return [Math.log(squares / count / average ** 2 + 0.1), still / count, ...repetition(columns), ...repetition(rows)];
}

/** The autocorrelation of a row of numbers at each of the lags, and its maximum. */
function repetition(profile: readonly number[]): number[] {
  // Relative to the mean of the neighbours, so that a slow rise does not count.
  const sharp = profile.map((value, i) => value - ((profile[i - 1] ?? value) + (profile[i + 1] ?? value)) / 2);
  const energy = sharp.reduce((total, value) => total + value * value, 0) + 1;
  const found = LAGS.map((lag) => sharp.reduce((total, value, i) => total + value * (sharp[i + lag] ?? 0), 0) / energy);
  return [...found, Math.max(...found)];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
