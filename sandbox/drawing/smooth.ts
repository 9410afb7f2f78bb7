// The smooth step that the drawing uses wherever something fades.

/** 0 up to `from`, 1 beyond `to`, and an S-shaped way between. */
export function smooth(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
