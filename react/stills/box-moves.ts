// Moving and resizing a box on the frame: it stays inside, and large enough for a face. Pure, so that it is tested without
// a page.

import { MIN_SIDE } from '../../domain/stills/places.ts';
import type { Area } from '../../domain/stills/still.ts';

/** Shares of the frame for one press of a key or a button. */
export const STEP = 0.02;

export function movedBox({ x, y, width, height }: Area, across: number, down: number): Area {
  return rounded({ x: within(x + across, 0, 1 - width), y: within(y + down, 0, 1 - height), width, height });
}

/** The top left corner stays. */
export function resizedBox({ x, y, width, height }: Area, across: number, down: number): Area {
  return rounded({
    x,
    y,
    width: within(width + across, MIN_SIDE, 1 - x),
    height: within(height + down, MIN_SIDE, 1 - y),
  });
}

const within = (value: number, least: number, most: number): number => Math.max(least, Math.min(value, most));

/** In thousandths: more is less than a pixel, and sums of them never exceed the frame. */
function rounded({ x, y, width, height }: Area): Area {
  const thousandth = (value: number) => Math.round(value * 1000) / 1000;
  return { x: thousandth(x), y: thousandth(y), width: thousandth(width), height: thousandth(height) };
}
