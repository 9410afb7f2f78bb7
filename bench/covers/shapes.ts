// What is drawn over a face, as SVG on the grid of the aligned face: eyes at (38, 52) and (74, 52), nose at (56, 72), mouth
// at y = 92, cheeks at x = 20 and 92, chin at y = 114.

import { anyColour, darkColour, gradient, hue, opaque, type Rgb, rgb, shade } from './colours.ts';
import type { Prng } from './prng.ts';

export interface Shape {
  svg: string;
  /** Filled with pixels of another picture. */
  textured: boolean;
}

export type Painter = (prng: Prng, skin: Rgb) => Shape;

const EYES = [
  { x: 38.3, y: 51.6 },
  { x: 73.5, y: 51.6 },
] as const;

export const SHAPES = {
  // Covers.
  sunglasses: (p) => ({ svg: glasses(p, lensFill(p), p.between(0.5, 4)), textured: p.chance(0.08) }),
  eyeBar: (p, skin) => ({ svg: eyeBar(p, skin), textured: p.chance(0.3) }),
  mask: (p) => ({ svg: mask(p), textured: p.chance(0.2) }),
  scarf: (p) => ({ svg: scarf(p), textured: p.chance(0.7) }),
  hand: (p, skin) => ({ svg: hand(p, skin), textured: false }),
  object: (p) => ({ svg: object(p), textured: p.chance(0.35) }),
  half: (p, skin) => ({ svg: half(p, skin), textured: p.chance(0.35) }),
  stripes: (p) => ({ svg: stripes(p), textured: p.chance(0.15) }),
  stickers: (p) => ({ svg: stickers(p), textured: p.chance(0.15) }),
  // No covers.
  clearGlasses: (p) => ({
    svg: glasses(p, `fill="${anyColour(p)}" fill-opacity="${p.between(0, 0.12)}"`, p.between(0.6, 4.5)),
    textured: false,
  }),
  hat: (p) => ({ svg: hat(p), textured: p.chance(0.4) }),
  hood: (p) => ({ svg: hood(p), textured: p.chance(0.4) }),
  hair: (p) => ({ svg: hair(p), textured: false }),
  beard: (p) => ({ svg: beard(p), textured: false }),
  beside: (p, skin) => ({ svg: beside(p, skin), textured: p.chance(0.3) }),
} satisfies Record<string, Painter>;

function lensFill(p: Prng): string {
  const colour = p.chance(0.75) ? darkColour(p) : hue(p, p.between(20, 100), p.between(12, 60));
  return `fill="${colour}" fill-opacity="${p.between(0.78, 1)}"`;
}

function glasses(p: Prng, fill: string, rim: number): string {
  const colour = p.chance(0.6) ? darkColour(p) : anyColour(p);
  const stroke = `stroke="${colour}" stroke-width="${rim}"`;
  const [rx, ry, drop] = [p.between(11.5, 17.2), p.between(8.5, 16), p.between(-1, 5)];
  const form = p.pick(['ellipse', 'rectangle', 'aviator', 'cat'] as const);
  const shades = p.chance(0.4) && !fill.includes('fill-opacity="0.0');
  const lens = ({ x, y }: { x: number; y: number }, side: number) => {
    const cy = y + drop;
    if (form === 'ellipse') return `<ellipse cx="${x}" cy="${cy}" rx="${rx}" ry="${ry}" ${fill} ${stroke}/>`;
    if (form === 'rectangle')
      return `<rect x="${x - rx}" y="${cy - ry * 0.85}" width="${2 * rx}" height="${1.7 * ry}" rx="${rx * 0.35}" ${fill} ${stroke}/>`;
    const tilt = form === 'cat' ? -3 : 2;
    return `<path d="M ${x - rx * side} ${cy - ry * 0.7} L ${x + rx * side} ${cy - ry * 0.8 + tilt} Q ${x + (rx + 2) * side} ${cy + ry} ${x + rx * 0.2 * side} ${cy + ry} Q ${x - rx * side} ${cy + ry} ${x - rx * side} ${cy - ry * 0.7} Z" ${fill} ${stroke}/>`;
  };
  const glint = shades
    ? EYES.map(
        ({ x, y }) =>
          `<ellipse cx="${x + p.between(-6, 6)}" cy="${y + p.between(-4, 6)}" rx="${p.between(1, 6)}" ry="${p.between(1, 4)}" fill="white" fill-opacity="${p.between(0.15, 0.8)}" transform="rotate(${p.between(-50, 50)} ${x} ${y})"/>`,
      ).join('')
    : '';
  const bridge = `<path d="M ${EYES[0].x + rx - 1} ${49 + drop} Q 56 ${p.between(43, 50) + drop} ${EYES[1].x - rx + 1} ${49 + drop}" fill="none" ${stroke}/>`;
  const arms = p.chance(0.7)
    ? `<path d="M ${EYES[0].x - rx} ${49 + drop} L ${p.between(8, 18)} ${p.between(45, 54)} M ${EYES[1].x + rx} ${49 + drop} L ${p.between(94, 104)} ${p.between(45, 54)}" ${stroke}/>`
    : '';
  return lens(EYES[0], -1) + lens(EYES[1], 1) + bridge + arms + glint;
}

function eyeBar(p: Prng, skin: Rgb): string {
  const fingers = p.chance(0.3);
  const { defs, fill } = fingers
    ? opaque(p, rgb(skin.map((v) => v * p.between(0.75, 1.15)) as unknown as Rgb))
    : opaque(p, p.chance(0.5) ? darkColour(p) : anyColour(p));
  const [top, height] = [p.between(36, 45), p.between(15, 26)];
  const turned = `transform="rotate(${p.between(-12, 12)} 56 52)"`;
  const bar = `<rect x="${p.between(4, 20)}" y="${top}" width="${p.between(74, 100)}" height="${height}" rx="${p.between(0, 10)}" fill="${fill}" ${turned}/>`;
  const gaps = fingers
    ? [0.33, 0.66]
        .map(
          (at) =>
            `<rect x="8" y="${top + height * at}" width="96" height="0.8" fill="#000" fill-opacity="0.5" ${turned}/>`,
        )
        .join('')
    : '';
  return defs + bar + gaps;
}

function mask(p: Prng): string {
  const colour = p.pick([
    () => hue(p, p.between(15, 60), p.between(55, 88)),
    () => darkColour(p),
    () => '#f4f6f7',
    () => anyColour(p),
    () => `hsl(${Math.round(p.between(180, 215))},${Math.round(p.between(20, 60))}%,${Math.round(p.between(55, 88))}%)`,
  ])();
  const { defs, fill } = opaque(p, colour);
  const low = p.chance(0.2);
  const bridge = low ? p.between(78, 83) : p.between(56, 70);
  const side = low ? p.between(80, 88) : bridge + p.between(2, 14);
  const [left, right] = [p.between(13, 24), p.between(88, 99)];
  const chin = p.between(112, 126);
  const outline = `M ${left} ${side} Q ${p.between(34, 46)} ${bridge} 56 ${bridge} Q ${p.between(66, 78)} ${bridge} ${right} ${side} L ${right - p.between(0, 10)} ${chin - p.between(4, 14)} Q 56 ${chin + p.between(0, 8)} ${left + p.between(0, 10)} ${chin - p.between(4, 14)} Z`;
  const edge = p.chance(0.6)
    ? `stroke="${p.chance(0.5) ? 'white' : shade(p, colour)}" stroke-width="${p.between(0.4, 2)}"`
    : '';
  const pleats = p.chance(0.6)
    ? [0.35, 0.55, 0.75]
        .map(
          (at) =>
            `<path d="M ${left + 4} ${side + (chin - side) * at} Q 56 ${side + (chin - side) * at + p.between(-3, 4)} ${right - 4} ${side + (chin - side) * at}" fill="none" stroke="black" stroke-opacity="${p.between(0.05, 0.35)}" stroke-width="${p.between(0.4, 1.6)}"/>`,
        )
        .join('')
    : '';
  const loops = p.chance(0.6)
    ? `<path d="M ${left} ${side} L ${p.between(2, 10)} ${p.between(46, 60)} M ${right} ${side} L ${p.between(102, 110)} ${p.between(46, 60)}" stroke="${p.chance(0.5) ? 'white' : colour}" stroke-width="${p.between(0.5, 2)}"/>`
    : '';
  const print = p.chance(0.15)
    ? Array.from(
        { length: 12 },
        () =>
          `<circle cx="${p.between(28, 84)}" cy="${p.between(side + 4, chin - 4)}" r="${p.between(1, 4)}" fill="${anyColour(p)}"/>`,
      ).join('')
    : '';
  return `${defs}<path d="${outline}" fill="${fill}" ${edge}/>${pleats}${loops}${print}`;
}

function scarf(p: Prng): string {
  const { defs, fill } = opaque(p);
  const top = p.between(66, 82);
  return `${defs}<path d="M -10 ${top + p.between(0, 14)} Q 56 ${top - p.between(0, 6)} 122 ${top + p.between(0, 14)} L 126 150 L -14 150 Z" fill="${fill}"/>`;
}

/** Fingers side by side over the mouth, over mouth and nose, or over one cheek and eye. */
function hand(p: Prng, skin: Rgb): string {
  const by = p.between(0.7, 1.2);
  const colour: Rgb = [skin[0] * by, skin[1] * by * p.between(0.92, 1.04), skin[2] * by * p.between(0.9, 1.05)];
  const [x, y] = p.pick([
    [56, 94],
    [56, 84],
    [56, 90],
    [36, 62],
    [76, 62],
    [56, 56],
  ] as const);
  const width = p.between(8, 11);
  const length = p.between(44, 66);
  const fingers = [-1.5, -0.5, 0.5, 1.5]
    .map(
      (at) =>
        `<rect x="${x - length / 2 + p.between(-6, 6)}" y="${y + at * width - width / 2}" width="${length}" height="${width}" rx="${width / 2}" fill="${rgb(colour.map((v) => v * p.between(0.93, 1.05)) as unknown as Rgb)}" stroke="black" stroke-opacity="${p.between(0.2, 0.6)}" stroke-width="0.7"/>`,
    )
    .join('');
  return `<g transform="rotate(${p.between(-90, 90)} ${x} ${y})">${fingers}</g>`;
}

function object(p: Prng): string {
  const { defs, fill } = opaque(p);
  const [x, y] = [p.between(48, 64), p.between(86, 98)];
  const round = p.chance(0.35);
  const [width, height] = [p.between(36, 64), p.between(34, 60)];
  const form = round
    ? `<circle cx="${x}" cy="${y}" r="${p.between(20, 32)}" fill="${fill}"/>`
    : `<rect x="${x - width / 2}" y="${y - height / 2}" width="${width}" height="${height}" rx="${p.between(0, 8)}" fill="${fill}" transform="rotate(${p.between(-25, 25)} ${x} ${y})"/>`;
  return defs + form;
}

function half(p: Prng, skin: Rgb): string {
  const { defs, fill } = opaque(p, p.chance(0.15) ? rgb(skin) : p.chance(0.45) ? darkColour(p) : anyColour(p));
  const edge = p.between(48, 62);
  const [top, bottom] = p.chance(0.6)
    ? [p.between(-20, 10), p.between(118, 160)]
    : [p.between(10, 32), p.between(96, 122)];
  const width = p.between(36, 80);
  const x = p.chance(0.5) ? edge : 112 - edge - width;
  const details = p.chance(0.3)
    ? `<circle cx="${x + width * 0.25}" cy="${top + 10}" r="4" fill="#333"/><circle cx="${x + width * 0.25}" cy="${top + 22}" r="4" fill="#222"/>`
    : '';
  const turned = `transform="rotate(${p.between(-14, 14)} ${edge} 70)"`;
  return `${defs}<g ${turned}><rect x="${x}" y="${top}" width="${width}" height="${bottom - top}" rx="${p.between(0, 9)}" fill="${fill}"/>${details}</g>`;
}

function stripes(p: Prng): string {
  const step = p.between(7, 20);
  const thick = step * p.between(0.38, 0.65);
  const colour = p.chance(0.5) ? darkColour(p) : anyColour(p);
  const opacity = p.between(0.85, 1);
  const bars = Array.from(
    { length: Math.ceil(150 / step) },
    (_, i) =>
      `<rect x="-30" y="${-20 + i * step}" width="170" height="${thick}" fill="${colour}" fill-opacity="${opacity}"/>`,
  ).join('');
  const angle = p.pick([0, 0, 90, 45, -45, p.between(-90, 90)]);
  return `<clipPath id="face"><rect x="${p.between(4, 18)}" y="${p.between(5, 24)}" width="${p.between(76, 100)}" height="${p.between(90, 120)}"/></clipPath><g clip-path="url(#face)"><g transform="rotate(${angle} 56 70)">${bars}</g></g>`;
}

/** Enough of them that a third of the face or more is gone, an eye or the mouth among it. */
function stickers(p: Prng): string {
  const first = p.pick([
    [38, 52],
    [74, 52],
    [56, 92],
    [56, 74],
  ] as const);
  const places = [
    first,
    ...Array.from({ length: Math.round(p.between(4, 8)) }, () => [p.between(26, 86), p.between(38, 108)] as const),
  ];
  return places
    .map(([x, y]) => {
      const size = p.between(9, 17);
      const form = p.pick(['circle', 'square', 'star'] as const);
      const colour = anyColour(p);
      const rim = p.chance(0.5) ? 'stroke="white" stroke-width="1.5"' : '';
      if (form === 'circle') return `<circle cx="${x}" cy="${y}" r="${size}" fill="${colour}" ${rim}/>`;
      if (form === 'square')
        return `<rect x="${x - size}" y="${y - size}" width="${2 * size}" height="${2 * size}" rx="2" fill="${colour}" ${rim} transform="rotate(${p.between(0, 90)} ${x} ${y})"/>`;
      const tips = Array.from({ length: 10 }, (_, i) => {
        const r = i % 2 === 0 ? size * 1.2 : size * 0.6;
        return `${x + r * Math.sin((i * Math.PI) / 5)},${y - r * Math.cos((i * Math.PI) / 5)}`;
      });
      return `<polygon points="${tips.join(' ')}" fill="${colour}" ${rim}/>`;
    })
    .join('');
}

/** Down to the brows at most, with its shadow on the eyes. */
function hat(p: Prng): string {
  const { defs, fill } = opaque(p);
  const brim = p.between(16, 36);
  const shadow = gradient(p, 'black', 'black', [p.between(0.1, 0.55), 0]);
  const under = `<rect x="10" y="${brim}" width="92" height="${p.between(10, 34)}" fill="${shadow.fill}"/>`;
  const vertical = shadow.defs.replace(/x2="[^"]*" y2="[^"]*"/, 'x2="0" y2="1"');
  return `${defs}${vertical}${p.chance(0.6) ? under : ''}<path d="M -20 ${brim + p.between(-6, 6)} Q 56 ${brim - p.between(0, 14)} 132 ${brim + p.between(-6, 6)} L 120 -60 L -8 -60 Z" fill="${fill}"/>`;
}

/** All around the face, as a hijab or a hood lies. */
function hood(p: Prng): string {
  const { defs, fill } = opaque(p);
  const [rx, up, down] = [p.between(33, 42), p.between(38, 52), p.between(40, 50)];
  return `${defs}<path fill-rule="evenodd" d="M -60 -60 H 172 V 190 H -60 Z M ${56 - rx} 70 Q ${56 - rx} ${70 - up} 56 ${70 - up} Q ${56 + rx} ${70 - up} ${56 + rx} 70 Q ${56 + rx} ${70 + down} 56 ${70 + down} Q ${56 - rx} ${70 + down} ${56 - rx} 70 Z" fill="${fill}"/>`;
}

/** A fringe to the brows, strands beside the cheeks. */
function hair(p: Prng): string {
  const colour = p.chance(0.6)
    ? darkColour(p)
    : `hsl(${Math.round(p.between(15, 50))},${Math.round(p.between(20, 70))}%,${Math.round(p.between(15, 65))}%)`;
  const strands = Array.from({ length: Math.round(p.between(30, 90)) }, () => {
    const from = p.between(4, 108);
    const long = p.chance(0.3) && (from < 22 || from > 90);
    const to = long ? p.between(70, 120) : p.between(26, 42);
    return `<path d="M ${from} -14 Q ${from + p.between(-12, 12)} ${to * 0.5} ${from + p.between(-10, 10)} ${to}" fill="none" stroke="${colour}" stroke-opacity="${p.between(0.5, 1)}" stroke-width="${p.between(0.6, 3.5)}"/>`;
  });
  return strands.join('');
}

function beard(p: Prng): string {
  const colour = p.chance(0.7) ? darkColour(p) : hue(p, 5, p.between(40, 85));
  return Array.from({ length: Math.round(p.between(150, 420)) }, () => {
    const angle = p.between(-0.1, Math.PI + 0.1);
    const reach = p.between(0.62, 1.05);
    const [x, y] = [56 + 36 * reach * Math.cos(angle), 84 + 34 * reach * Math.sin(angle)];
    const tip = p.chance(0.15) ? { x: p.between(44, 68), y: p.between(82, 86) } : { x, y };
    return `<path d="M ${tip.x} ${tip.y} l ${p.between(-2, 2)} ${p.between(2, 6)}" stroke="${colour}" stroke-opacity="${p.between(0.3, 0.9)}" stroke-width="${p.between(0.5, 1.4)}"/>`;
  }).join('');
}

/** A hand at the cheek's edge, a collar at the chin, something before the shoulder. */
function beside(p: Prng, skin: Rgb): string {
  const { defs, fill } = opaque(
    p,
    p.chance(0.5) ? rgb(skin.map((v) => v * p.between(0.8, 1.15)) as unknown as Rgb) : anyColour(p),
  );
  const place = p.pick(['left', 'right', 'below'] as const);
  if (place === 'below')
    return `${defs}<rect x="-20" y="${p.between(107, 116)}" width="152" height="60" fill="${fill}" transform="rotate(${p.between(-8, 8)} 56 112)"/>`;
  const x = place === 'left' ? p.between(-30, -18) : p.between(88, 96);
  return `${defs}<rect x="${x}" y="${p.between(30, 80)}" width="42" height="${p.between(40, 90)}" rx="${p.between(0, 12)}" fill="${fill}" transform="rotate(${p.between(-12, 12)} ${x} 80)"/>`;
}
