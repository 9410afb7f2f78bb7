// Colours of what is drawn, as SVG takes them.

import type { Prng } from './prng.ts';

export type Rgb = readonly [number, number, number];

export const rgb = ([r, g, b]: Rgb): string =>
  `rgb(${[r, g, b].map((v) => Math.round(Math.min(255, Math.max(0, v)))).join(',')})`;

export function hue(p: Prng, saturation: number, lightness: number): string {
  return `hsl(${Math.round(p.between(0, 360))},${Math.round(saturation)}%,${Math.round(lightness)}%)`;
}

export function anyColour(p: Prng): string {
  const kind = p.between(0, 1);
  if (kind < 0.3) return rgb([p.between(0, 45), p.between(0, 45), p.between(0, 45)]);
  if (kind < 0.45) return rgb([p.between(200, 255), p.between(200, 255), p.between(200, 255)]);
  return hue(p, p.between(0, 100), p.between(15, 85));
}

export const darkColour = (p: Prng): string => hue(p, p.between(0, 60), p.between(2, 16));

let gradients = 0;
/** A fill that runs from one colour to another, and where it is defined. */
export function gradient(
  p: Prng,
  from: string,
  to: string,
  opacity: readonly [number, number],
): { defs: string; fill: string } {
  const id = `g${gradients++}`;
  const [x, y] = [p.between(0, 1), p.between(0, 1)];
  const defs = `<defs><linearGradient id="${id}" x1="0" y1="0" x2="${x}" y2="${y}"><stop offset="0" stop-color="${from}" stop-opacity="${opacity[0]}"/><stop offset="1" stop-color="${to}" stop-opacity="${opacity[1]}"/></linearGradient></defs>`;
  return { defs, fill: `url(#${id})` };
}

/** One colour, or two that run into each other: light falls on most things from a side. */
export function opaque(p: Prng, colour = anyColour(p)): { defs: string; fill: string } {
  if (p.chance(0.5)) return { defs: '', fill: colour };
  return gradient(p, colour, p.chance(0.6) ? shade(p, colour) : anyColour(p), [1, 1]);
}

export function shade(p: Prng, colour: string): string {
  const hsl = /hsl\((\d+),(\d+)%,(\d+)%\)/.exec(colour);
  if (hsl) return `hsl(${hsl[1]},${hsl[2]}%,${Math.round(Number(hsl[3]) * p.between(0.4, 0.9))}%)`;
  const parts = colour.match(/\d+/g)?.map(Number) ?? [0, 0, 0];
  const by = p.between(0.4, 0.9);
  return rgb([(parts[0] ?? 0) * by, (parts[1] ?? 0) * by, (parts[2] ?? 0) * by]);
}
