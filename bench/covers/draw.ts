// Covers drawn over the face of a photo, and what is none though it looks like one: clear glasses, hats, hair, a hood, hard
// light. All is drawn on the grid of the aligned face (112 px), so that it sits where the face is, and leans as it does.

import sharp from 'sharp';
import { type RgbImage, unmap } from '../../adapters/vision/align.ts';
import { alignment, CHIP_SIDE, type FacePoints } from '../../adapters/vision/face-points.ts';
import { lumaAt } from '../../adapters/vision/luma.ts';
import { ofPixels } from '../../adapters/vision/pixels.ts';
import type { Prng } from './prng.ts';
import { type Painter, SHAPES, type Shape } from './shapes.ts';

export type DrawnKind = keyof typeof SHAPES | 'mosaic';

interface Scene {
  image: RgbImage;
  points: FacePoints;
  /** A picture whose pixels fill some of the covers: cloth, walls and leaves are not of one colour. */
  texture: RgbImage;
}

/** The picture with something drawn over its face; the same for the same numbers. */
export async function draw(kind: DrawnKind, scene: Scene, prng: Prng): Promise<RgbImage> {
  if (kind === 'mosaic') return pixelated(scene, prng);
  const paint: Painter = SHAPES[kind];
  return painted(paint(prng, skinOf(scene)), scene, prng);
}

async function painted({ svg, textured }: Shape, { image, points, texture }: Scene, prng: Prng): Promise<RgbImage> {
  const { width, height } = image;
  const origin = unmap(alignment(points), { x: 0, y: 0 });
  const right = unmap(alignment(points), { x: 1, y: 0 });
  const [a, b] = [right.x - origin.x, right.y - origin.y];
  const matrix = [a, b, -b, a, origin.x, origin.y].map((value) => value.toFixed(4)).join(' ');
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><g transform="matrix(${matrix})">${svg}</g></svg>`;
  const soft = prng.chance(0.5) ? prng.between(0.3, 0.9) : 0;
  const layer = sharp(Buffer.from(drawing)).ensureAlpha();
  const over = await (soft > 0 ? layer.blur(soft) : layer).raw().toBuffer();
  const filling = textured ? await filled(texture, image) : undefined;
  const share = prng.between(0.6, 1);
  const noise = prng.chance(0.5) ? prng.between(1, 9) : 0;
  const data = new Uint8Array(image.data);
  for (let i = 0; i < width * height; i++) {
    const alpha = (over[i * 4 + 3] ?? 0) / 255;
    if (alpha === 0) continue;
    const grain = noise > 0 ? prng.normal() * noise : 0;
    for (let channel = 0; channel < 3; channel++) {
      const at = i * 3 + channel;
      const flat = over[i * 4 + channel] ?? 0;
      const colour = filling ? flat * (1 - share) + (filling[at] ?? 0) * share : flat;
      data[at] = Math.min(255, Math.max(0, (data[at] ?? 0) * (1 - alpha) + (colour + grain) * alpha));
    }
  }
  return { data, width, height };
}

/** The texture's lower left corner: cloth or background. Its middle is a face, which covers nothing. */
async function filled(texture: RgbImage, { width, height }: RgbImage): Promise<Uint8Array> {
  const side = Math.ceil(Math.min(texture.width, texture.height) * 0.3);
  return ofPixels(texture)
    .extract({ left: 0, top: texture.height - side, width: side, height: side })
    .resize({ width, height, fit: 'fill' })
    .raw()
    .toBuffer();
}

/** Blocks of the face's width / 7 to / 20 over all of the face, or over a band of it. */
async function pixelated({ image, points }: Scene, prng: Prng): Promise<RgbImage> {
  const transform = alignment(points);
  const scale = 1 / Math.hypot(transform.a, transform.b);
  const [from, to] = prng.pick([
    [18, 122],
    [8, 130],
    [24, 118],
    [36, 66],
    [62, 122],
  ] as const);
  const middle = unmap(transform, { x: 56, y: (from + to) / 2 });
  const reach = { x: prng.between(38, 52) * scale, y: ((to - from) / 2) * scale };
  const left = Math.max(0, Math.round(middle.x - reach.x));
  const top = Math.max(0, Math.round(middle.y - reach.y));
  const width = Math.min(image.width - left, Math.round(2 * reach.x));
  const height = Math.min(image.height - top, Math.round(2 * reach.y));
  const block = (76 * scale) / prng.between(7, 18);
  const [columns, rows] = [Math.max(2, Math.round(width / block)), Math.max(2, Math.round(height / block))];
  const small = await ofPixels(image)
    .extract({ left, top, width, height })
    .resize({ width: columns, height: rows, fit: 'fill', kernel: prng.pick(['cubic', 'nearest', 'lanczos3'] as const) })
    .png()
    .toBuffer();
  const input = await sharp(small).resize({ width, height, fit: 'fill', kernel: 'nearest' }).png().toBuffer();
  const data = await ofPixels(image).composite([{ input, left, top }]).removeAlpha().raw().toBuffer();
  return { data, width: image.width, height: image.height };
}

/** The mean colour of the cheeks: what a hand would have. */
function skinOf({ image, points }: Scene): readonly [number, number, number] {
  const transform = alignment(points);
  const at = (x: number, y: number, channel: number) => {
    const point = unmap(transform, { x, y });
    const column = Math.min(image.width - 1, Math.max(0, Math.round(point.x)));
    const row = Math.min(image.height - 1, Math.max(0, Math.round(point.y)));
    return image.data[(row * image.width + column) * 3 + channel] ?? 0;
  };
  const cheeks = [36, 40, 72, 76].flatMap((x) => [72, 76, 80].map((y) => [x, y] as const));
  const mean = (channel: number) => cheeks.reduce((sum, [x, y]) => sum + at(x, y, channel), 0) / cheeks.length;
  return [mean(0), mean(1), mean(2)];
}

/** A photo taken otherwise: gray, tinted, darker, saved often, lit from a side. No cover. */
export async function altered(image: RgbImage, points: FacePoints, prng: Prng): Promise<RgbImage> {
  const { width, height } = image;
  const tint = prng.chance(0.2)
    ? [prng.between(0.75, 1.2), prng.between(0.85, 1.1), prng.between(0.7, 1.2)]
    : [1, 1, 1];
  const gain = prng.chance(0.35) ? prng.between(0.35, 1.5) : 1;
  const contrast = prng.chance(0.25) ? prng.between(0.6, 1.6) : 1;
  const gray = prng.chance(0.15);
  const noise = prng.chance(0.2) ? prng.between(2, 14) : 0;
  const light = prng.chance(0.25) ? sideLight(points, prng) : undefined;
  const data = new Uint8Array(image.data.length);
  for (let i = 0; i < width * height; i++) {
    const lit = gain * (light ? light(i % width, Math.floor(i / width)) : 1);
    const grain = noise > 0 ? prng.normal() * noise : 0;
    const luma = lumaAt(image.data, i * 3);
    for (let channel = 0; channel < 3; channel++) {
      const value = gray ? luma : (image.data[i * 3 + channel] ?? 0) * (tint[channel] ?? 1);
      data[i * 3 + channel] = Math.min(255, Math.max(0, ((value - 110) * contrast + 110) * lit + grain));
    }
  }
  let picture = ofPixels({ data, width, height });
  if (prng.chance(0.15)) picture = picture.blur(prng.between(0.4, 0.012 * width));
  if (!prng.chance(0.6)) return { data: await picture.raw().toBuffer(), width, height };
  const saved = await picture.jpeg({ quality: Math.round(prng.between(30, 92)) }).toBuffer();
  return { data: await sharp(saved).raw().toBuffer(), width, height };
}

/** Darker past an edge through the face: a shadow, or a lamp at the side. */
function sideLight(points: FacePoints, prng: Prng): (x: number, y: number) => number {
  const { a, b, tx, ty } = alignment(points);
  const angle = prng.between(0, 2 * Math.PI);
  const [across, down] = [Math.cos(angle), Math.sin(angle)];
  const edge = prng.between(-20, 20);
  const width = prng.between(2, 25);
  const depth = prng.between(0.25, 0.75);
  return (x, y) => {
    const [u, v] = [a * x - b * y + tx - CHIP_SIDE / 2, b * x + a * y + ty - 70];
    return 1 - depth / (1 + Math.exp(-(u * across + v * down - edge) / width));
  };
}
