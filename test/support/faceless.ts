// Pictures without a face, for tests: things that are drawn, patterns that are computed, writing, and parts of photos
// that show clothes, legs, furniture and walls. Some look back at you: sockets, cars, buttons. The skull on a shirt is
// left out: it is a face.

import sharp from 'sharp';
import { photo } from './photos.ts';

export type Faceless = [name: string, make: () => Promise<Buffer>];

const SIDE = 640;

const svg = (content: string, background = '#dde') =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}" viewBox="0 0 100 100">
    <rect width="100" height="100" fill="${background}"/>${content}</svg>`;

const THINGS: Record<string, string> = {
  'a house': svg(
    `<rect x="25" y="45" width="50" height="40" fill="#c96"/><path d="M20 45L50 15L80 45Z" fill="#933"/>
    <rect x="32" y="53" width="10" height="10" fill="#fff"/><rect x="58" y="53" width="10" height="10" fill="#fff"/>
    <circle cx="88" cy="14" r="7" fill="#fd3"/>`,
    '#9cf',
  ),
  'a socket': svg(
    `<rect x="20" y="20" width="60" height="60" rx="6" fill="#f4f4ee"/><circle cx="50" cy="50" r="22" fill="#ddd"/>
    <circle cx="41" cy="50" r="3" fill="#333"/><circle cx="59" cy="50" r="3" fill="#333"/>`,
  ),
  'a car from the front': svg(
    `<rect x="12" y="42" width="76" height="32" rx="8" fill="#b22"/><path d="M24 42L32 24H68L76 42Z" fill="#9bd"/>
    <circle cx="25" cy="55" r="6" fill="#ffd"/><circle cx="75" cy="55" r="6" fill="#ffd"/>
    <rect x="36" y="56" width="28" height="9" fill="#222"/><rect x="18" y="74" width="12" height="12" fill="#111"/>
    <rect x="70" y="74" width="12" height="12" fill="#111"/>`,
    '#cdb',
  ),
  'a button': svg(
    `<circle cx="50" cy="50" r="32" fill="#26a"/><circle cx="50" cy="50" r="26" fill="none" stroke="#149" stroke-width="2"/>
    <circle cx="42" cy="42" r="4"/><circle cx="58" cy="42" r="4"/><circle cx="42" cy="58" r="4"/><circle cx="58" cy="58" r="4"/>`,
  ),
  'a washing machine': svg(
    `<rect x="22" y="10" width="56" height="80" rx="3" fill="#f6f6f6"/><rect x="22" y="10" width="56" height="14" fill="#ccc"/>
    <circle cx="32" cy="17" r="4" fill="#555"/><circle cx="50" cy="56" r="21" fill="#888"/><circle cx="50" cy="56" r="16" fill="#234"/>`,
  ),
  'a clock': svg(
    `<circle cx="50" cy="50" r="36" fill="#fff" stroke="#222" stroke-width="4"/><path d="M50 50V26M50 50L66 58" stroke="#222" stroke-width="4"/>`,
  ),
  'a tree': svg(
    `<rect x="46" y="55" width="8" height="35" fill="#642"/><circle cx="50" cy="38" r="24" fill="#274"/>`,
    '#bdf',
  ),
  'a cup': svg(
    `<path d="M28 30H68L64 78H32Z" fill="#fff" stroke="#555"/><path d="M68 38q16 2 12 16t-14 12" fill="none" stroke="#555" stroke-width="4"/>`,
    '#a86',
  ),
  'a flower': svg(
    `${[0, 60, 120, 180, 240, 300].map((turn) => `<ellipse cx="50" cy="26" rx="10" ry="18" fill="#e59" transform="rotate(${turn} 50 46)"/>`).join('')}<circle cx="50" cy="46" r="9" fill="#fc2"/>`,
    '#7a5',
  ),
  'a balloon': svg(
    `<ellipse cx="50" cy="38" rx="22" ry="28" fill="#d44"/><path d="M50 66q6 12 0 26" fill="none" stroke="#333"/>`,
    '#cef',
  ),
  'a bicycle': svg(
    `<g fill="none" stroke="#222" stroke-width="3"><circle cx="28" cy="64" r="18"/><circle cx="74" cy="64" r="18"/><path d="M28 64L42 40H66L74 64M42 40L50 64H28M50 64L66 40"/></g>`,
  ),
  'a guitar': svg(
    `<circle cx="46" cy="72" r="18" fill="#a52"/><circle cx="50" cy="50" r="13" fill="#a52"/><circle cx="49" cy="60" r="6" fill="#311"/><rect x="49" y="5" width="5" height="45" fill="#421"/>`,
  ),
  'two plates': svg(
    `<circle cx="30" cy="45" r="18" fill="#fff"/><circle cx="70" cy="45" r="18" fill="#fff"/><circle cx="30" cy="45" r="11" fill="#eee"/><circle cx="70" cy="45" r="11" fill="#eee"/><rect x="28" y="76" width="44" height="4" fill="#999"/>`,
    '#964',
  ),
  'a chest of drawers': svg(
    `<rect x="20" y="20" width="60" height="62" fill="#852"/><g fill="#dc9"><circle cx="38" cy="32" r="2.5"/><circle cx="62" cy="32" r="2.5"/><circle cx="38" cy="52" r="2.5"/><circle cx="62" cy="52" r="2.5"/></g><path d="M20 42H80M20 62H80" stroke="#420"/>`,
  ),
  'a headless mannequin': svg(
    `<path d="M42 12H58L60 22Q82 26 82 50L78 92H22L18 50Q18 26 40 22Z" fill="#d9b79a"/>`,
    '#445',
  ),
  'an egg': svg(`<ellipse cx="50" cy="52" rx="24" ry="32" fill="#eccfae"/>`, '#357'),
  'an egg with a shadow': svg(
    `<radialGradient id="g" cx=".4" cy=".35"><stop offset="0" stop-color="#fbe3c8"/><stop offset="1" stop-color="#9b6f4c"/></radialGradient><ellipse cx="50" cy="52" rx="24" ry="32" fill="url(#g)"/>`,
    '#222',
  ),
  'a map': svg(
    `<path d="M0 30Q30 10 50 40T100 30V100H0Z" fill="#8b6"/><path d="M0 60Q40 50 60 75T100 70" fill="none" stroke="#fff" stroke-width="3"/><circle cx="60" cy="46" r="2" fill="#c00"/>`,
    '#8bd',
  ),
};

const WRITING: Record<string, string> = {
  'a word': '<text x="8" y="58" font-size="26">HELLO</text>',
  'two letters': '<text x="14" y="72" font-size="62">oo</text>',
  'a colon and a bracket': '<text x="22" y="66" font-size="56">=8</text>',
  'lines of text': Array.from(
    { length: 12 },
    (_, i) => `<text x="6" y="${12 + i * 7}" font-size="5">The quick brown fox jumps over the lazy dog ${i}</text>`,
  ).join(''),
  'a table of numbers': Array.from(
    { length: 64 },
    (_, i) => `<text x="${6 + (i % 8) * 11}" y="${12 + Math.floor(i / 8) * 11}" font-size="6">${(i * 37) % 100}</text>`,
  ).join(''),
};

/** Brightness 0–255 at a pixel. */
const PATTERNS: Record<string, (x: number, y: number) => number> = {
  stripes: (x, y) => (Math.floor((x + y) / 24) % 2) * 200 + 20,
  waves: (x, y) => 128 + 100 * Math.sin(x / 17) * Math.cos(y / 23),
  'wide waves': (x, y) => 128 + 100 * Math.sin(x / 60) * Math.cos(y / 75),
  checks: (x, y) => ((Math.floor(x / 32) + Math.floor(y / 32)) % 2) * 255,
  rings: (x, y) => 128 + 120 * Math.sin(Math.hypot(x - SIDE / 2, y - SIDE / 2) / 12),
  'a gradient': (x) => (x / SIDE) * 255,
  'a spot of light': (x, y) => Math.max(0, 255 - Math.hypot(x - SIDE / 2, y - SIDE / 2)),
  dots: (x, y) => (Math.hypot((x % 40) - 20, (y % 40) - 20) < 9 ? 30 : 220),
  plaid: (x, y) => 60 + (Math.floor(x / 20) % 3) * 50 + (Math.floor(y / 20) % 2) * 40,
  black: () => 0,
};

/** Parts of face-api's group photos, as shares of width and height: from the left, from the top, size. */
const PARTS: [name: string, left: number, top: number, width: number, height: number][] = [
  ...['sample2.jpg', 'sample3.jpg', 'sample4.jpg', 'sample6.jpg'].flatMap((name) =>
    [0.05, 0.35, 0.65].map((left): [string, number, number, number, number] => [name, left, 0.66, 0.3, 0.33]),
  ),
  ['sample1.jpg', 0.05, 0.66, 0.3, 0.33],
  ['sample1.jpg', 0.65, 0.66, 0.3, 0.33],
  ['sample5.jpg', 0.45, 0.66, 0.27, 0.33],
  ['sample5.jpg', 0.72, 0.66, 0.27, 0.33],
  ['sample5.jpg', 0, 0, 0.27, 0.45],
  ['sample1.jpg', 0.05, 0, 0.6, 0.15],
  ['sample3.jpg', 0, 0, 0.2, 0.4],
];

/** Each picture has another name; the same bytes in every run. */
export function facelessPictures(): Faceless[] {
  const drawn = (content: string) => () => sharp(Buffer.from(content)).png().toBuffer();
  return [
    ...Object.entries(THINGS).map(([name, content]): Faceless => [name, drawn(content)]),
    ...Object.entries(WRITING).map(([name, content]): Faceless => [name, drawn(svg(content, '#fff'))]),
    ...Object.entries(PATTERNS).map(([name, at]): Faceless => [name, () => pattern(at)]),
    ...[1, 3, 9, 25].map((sigma): Faceless => [`noise, blurred by ${sigma}`, () => blurredNoise(sigma)]),
    ...PARTS.map((part): Faceless => [`${part[0]} from ${part[1]}, ${part[2]}`, () => partOf(...part)]),
  ];
}

async function pattern(at: (x: number, y: number) => number): Promise<Buffer> {
  const pixels = Buffer.alloc(SIDE * SIDE);
  for (let i = 0; i < pixels.length; i++) pixels[i] = at(i % SIDE, Math.floor(i / SIDE));
  return sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 1 } })
    .png()
    .toBuffer();
}

/** A linear congruential generator, so that the noise is the same in every run. */
async function blurredNoise(sigma: number): Promise<Buffer> {
  let state = 7;
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return (state / 2 ** 31) * 255;
  };
  return sharp(await pattern(next))
    .blur(sigma)
    .normalise()
    .png()
    .toBuffer();
}

async function partOf(name: string, left: number, top: number, width: number, height: number): Promise<Buffer> {
  const file = await photo(name);
  const size = await sharp(file).metadata();
  const [x, y] = [
    (share: number) => Math.floor(share * size.width),
    (share: number) => Math.floor(share * size.height),
  ];
  return sharp(file)
    .extract({ left: x(left), top: y(top), width: x(width), height: y(height) })
    .png()
    .toBuffer();
}
