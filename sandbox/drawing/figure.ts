// The drawn part of a person: the body under a photographed head, and a whole stand-in where nobody is called.

import type { Rgb } from './portrait-photo.ts';
import type { Prng } from './prng.ts';

/** Where a head is in the picture, in pixels; lengths of a figure count its eye distance. */
export interface HeadPlace {
  x: number;
  y: number;
  eyeDistance: number;
}

export interface Look {
  skin: Rgb;
  clothing: Rgb;
  trousers: Rgb;
  hair: Rgb;
}

/** Soles of the feet, in eye distances below the eyes: a figure of about six and a half heads. */
export const FEET_V = 18.9;
/** Top of the hair, above the eyes. */
export const CROWN_V = -1.5;

/** What a head stands on, as two SVG fragments: legs and neck go under the head, the shirt with its sleeves over it. */
export function bodySvg(place: HeadPlace, look: Look, prng: Prng): { under: string; over: string } {
  const stance = prng.between(0.25, 0.6);
  const bend = prng.between(-0.25, 0.25);
  const p = (u: number, v: number) =>
    `${(place.x + u * place.eyeDistance).toFixed(1)} ${(place.y + v * place.eyeDistance).toFixed(1)}`;
  const leg = (side: number) => {
    const s = side * stance;
    return (
      `<path d="M${p(side * 0.05, 9.1)} L${p(side * 1.9, 8.6)} C${p(side * 1.95 + s * 0.6, 11.5)} ${p(side * 1.35 + s, 14)} ${p(side * 1.3 + s, 18.1)} ` +
      `L${p(side * 0.3 + s, 18.1)} C${p(side * 0.2 + s, 14)} ${p(side * 0.1 + s * 0.5, 11.5)} ${p(side * 0.05, 9.8)} Z" fill="url(#${gradientId('trousers', place)})"/>` +
      `<path d="M${p(side * 0.25 + s, 18)} L${p(side * 1.35 + s, 18)} C${p(side * 1.75 + s, 18.4)} ${p(side * 1.95 + s, 18.9)} ${p(side * 1.5 + s, FEET_V)} L${p(side * 0.3 + s, FEET_V)} Z" fill="${css(shade([40, 34, 32], 1))}"/>`
    );
  };
  const arm = (side: number) =>
    `<path d="M${p(side * 2.1, 2.9)} C${p(side * 3, 3.1)} ${p(side * 3, 4.2)} ${p(side * 3.05, 6)} C${p(side * 3.15 + bend, 7.5)} ${p(side * 2.95 + bend, 8.6)} ${p(side * 2.85 + bend, 9.6)} ` +
    `L${p(side * 2.2 + bend, 9.5)} C${p(side * 2.2, 7.8)} ${p(side * 2.1, 6.5)} ${p(side * 1.8, 5)} Z" fill="url(#${gradientId('sleeve', place)})"/>` +
    `<path d="M${p(side * 2.2 + bend, 9.4)} L${p(side * 2.85 + bend, 9.5)} C${p(side * 3 + bend, 10.4)} ${p(side * 2.7 + bend, 11)} ${p(side * 2.4 + bend, 10.9)} C${p(side * 2.15 + bend, 10.6)} ${p(side * 2.15 + bend, 10)} ${p(side * 2.2 + bend, 9.4)} Z" fill="${css(shade(look.skin, 0.9))}"/>`;
  const shadow = `<ellipse cx="${place.x}" cy="${place.y + FEET_V * place.eyeDistance}" rx="${4 * place.eyeDistance}" ry="${0.5 * place.eyeDistance}" fill="#000" fill-opacity="0.25"/>`;
  const neck = `<path d="M${p(-0.6, 1.1)} L${p(0.6, 1.1)} L${p(0.85, 3.1)} L${p(-0.85, 3.1)} Z" fill="${css(shade(look.skin, 0.8))}"/>`;
  const shirt =
    `<path d="M${p(-0.95, 1.95)} C${p(-0.7, 2.75)} ${p(0.7, 2.75)} ${p(0.95, 1.95)} C${p(1.5, 2.4)} ${p(2.5, 2.4)} ${p(2.75, 3.3)} C${p(2.75, 4.4)} ${p(2.1, 5.5)} ${p(1.95, 6.6)} L${p(1.97, 9.2)} L${p(-1.97, 9.2)} L${p(-1.95, 6.6)} C${p(-2.1, 5.5)} ${p(-2.75, 4.4)} ${p(-2.75, 3.3)} C${p(-2.5, 2.4)} ${p(-1.5, 2.4)} ${p(-0.95, 1.95)} Z" fill="url(#${gradientId('shirt', place)})"/>` +
    `<path d="M${p(-0.95, 1.95)} C${p(-0.7, 2.75)} ${p(0.7, 2.75)} ${p(0.95, 1.95)} L${p(1.08, 2.08)} C${p(0.8, 3)} ${p(-0.8, 3)} ${p(-1.08, 2.08)} Z" fill="${css(shade(look.clothing, 0.7))}"/>`;
  return {
    under: gradients(look, place) + shadow + leg(-1) + leg(1) + neck,
    over: gradients(look, place) + arm(-1) + arm(1) + shirt,
  };
}

/** SVG fragments of a drawn head, to be laid over each other in this order. */
export interface StandIn {
  hair: string;
  face: string;
  fringe: string;
}

/** A head of nobody in particular, drawn by chance: its hair, and its face, which can also veil another. */
export function standInHeadSvg(place: HeadPlace, look: Look, prng: Prng): StandIn {
  const p = (u: number, v: number) =>
    `${(place.x + u * place.eyeDistance).toFixed(1)} ${(place.y + v * place.eyeDistance).toFixed(1)}`;
  const e = place.eyeDistance;
  const wide = prng.between(0.9, 1.08);
  const mouth = prng.between(0.3, 0.42);
  const long = prng.next() < 0.5 ? 2.2 : 0.6;
  const eye = (side: number) =>
    `<ellipse cx="${place.x + side * 0.5 * e}" cy="${place.y}" rx="${0.2 * e}" ry="${0.1 * e}" fill="#f4efe9"/>` +
    `<circle cx="${place.x + side * 0.5 * e}" cy="${place.y}" r="${0.095 * e}" fill="#3b2a20"/>` +
    `<path d="M${p(side * 0.26, -0.3)} Q${p(side * 0.5, -0.44)} ${p(side * 0.78, -0.28)}" stroke="${css(shade(look.hair, 0.8))}" stroke-width="${0.09 * e}" fill="none" stroke-linecap="round"/>` +
    `<path d="M${p(side * 0.28, -0.02)} Q${p(side * 0.5, -0.17)} ${p(side * 0.74, -0.01)}" stroke="#33241c" stroke-width="${0.05 * e}" fill="none"/>`;
  const cut = `C${p(-1.5, -1.2)} ${p(-0.9, -1.75)} ${p(0, -1.75)} C${p(0.9, -1.75)} ${p(1.5, -1.2)} ${p(1.25, 0.4)}`;
  const hair = `<path d="M${p(-1.25, 0.4)} ${cut} L${p(1.2, long)} L${p(-1.2, long)} Z" fill="${css(look.hair)}"/>`;
  const skin = `<path d="M${p(-1.02 * wide, -0.3)} C${p(-1.05 * wide, 0.9)} ${p(-0.75 * wide, 1.75)} ${p(0, 1.8)} C${p(0.75 * wide, 1.75)} ${p(1.05 * wide, 0.9)} ${p(1.02 * wide, -0.3)} C${p(0.95, -1.25)} ${p(-0.95, -1.25)} ${p(-1.02 * wide, -0.3)} Z" fill="url(#${gradientId('skin', place)})"/>`;
  const fringe = `<path d="M${p(-1.08, -0.1)} C${p(-1.1, -1.3)} ${p(-0.3, -1.5)} ${p(0.2, -1.05)} C${p(0.6, -0.75)} ${p(1, -0.7)} ${p(1.08, -0.1)} C${p(1.4, -1.4)} ${p(0.6, -1.75)} ${p(0, -1.7)} C${p(-0.8, -1.75)} ${p(-1.4, -1.3)} ${p(-1.08, -0.1)} Z" fill="${css(shade(look.hair, 1.15))}"/>`;
  const features =
    eye(-1) +
    eye(1) +
    `<path d="M${p(-0.06, 0.1)} Q${p(-0.16, 0.55)} ${p(-0.2, 0.65)} Q${p(0, 0.8)} ${p(0.2, 0.65)}" stroke="${css(shade(look.skin, 0.68))}" stroke-width="${0.05 * e}" fill="none"/>` +
    `<path d="M${p(-mouth, 1.08)} Q${p(0, 1.0)} ${p(mouth, 1.08)} Q${p(0, 1.28)} ${p(-mouth, 1.08)} Z" fill="#a2564f"/>`;
  return { hair, face: gradients(look, place) + skin + features, fringe };
}

/** A look by chance, for whom no photo tells one. */
export function chanceLook(prng: Prng): Look {
  const tone = prng.between(0.45, 1);
  const clothing: Rgb = [prng.between(40, 170), prng.between(40, 150), prng.between(50, 170)];
  return {
    skin: [232 * tone, 190 * tone, 162 * tone],
    clothing,
    trousers: trousersFor(prng),
    hair: shade([92, 62, 40], prng.between(0.35, 1.5)),
  };
}

export function trousersFor(prng: Prng): Rgb {
  const blue = prng.between(0, 30);
  return [38 + blue * 0.4, 42 + blue * 0.5, 52 + blue];
}

/** The name of a gradient of one person: those of several people are in one SVG. */
const gradientId = (name: string, place: HeadPlace) => `${name}-${Math.round(place.x)}`;

function gradients(look: Look, place: HeadPlace): string {
  const across = (id: string, colour: Rgb) =>
    `<linearGradient id="${gradientId(id, place)}" x1="0" x2="1" y1="0" y2="0.3"><stop offset="0" stop-color="${css(shade(colour, 0.78))}"/><stop offset="0.4" stop-color="${css(shade(colour, 1.1))}"/><stop offset="1" stop-color="${css(shade(colour, 0.62))}"/></linearGradient>`;
  return `<defs>${across('shirt', look.clothing)}${across('sleeve', shade(look.clothing, 0.88))}${across('trousers', look.trousers)}${across('skin', look.skin)}</defs>`;
}

export function shade(colour: Rgb, by: number): Rgb {
  return [Math.min(255, colour[0] * by), Math.min(255, colour[1] * by), Math.min(255, colour[2] * by)];
}

export function css(colour: Rgb): string {
  return `rgb(${colour.map((value) => Math.round(value)).join(',')})`;
}
