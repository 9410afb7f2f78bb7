// Draws the cast that a request asks for, with what a fault makes of it, and remembers who is where.
import { drawScene } from '../drawing/draw-picture.ts';
import type { HeadPlace } from '../drawing/figure.ts';
import type { ImageFormat } from '../drawing/raster.ts';
import type { SeenPerson } from '../picture-memory.ts';
import { spoiledCast } from './cast-faults.ts';
import { type Asked, named, type Role } from './choose-cast.ts';
import type { Size } from './image-fields.ts';

export interface PeopledImage {
  /** Encoded. */
  image: Buffer;
  people: SeenPerson[];
}

export async function drawPeople(cast: Role[], asked: Asked, size: Size, format: ImageFormat): Promise<PeopledImage> {
  const roles = await spoiledCast(cast, asked);
  const { prompt, seed, run } = asked;
  const { image, heads } = await drawScene({ prompt, seed, ...size, format, cast: roles.map(({ member }) => member) });
  const people = heads.flatMap((head, i) => {
    const role = roles[i];
    return role ? [seenPerson(role, head, size)] : [];
  });
  await run.people.pictures.remember(image, people);
  return { image, people };
}

/** Somebody of a picture, for the memory. */
export function seenPerson(role: Role, head: HeadPlace, { width, height }: Size): SeenPerson {
  const { shows, member, noun, who = shows?.trigger } = role;
  const { mix, likeness } = member;
  return {
    x: head.x / width,
    y: head.y / height,
    eyeDistance: head.eyeDistance / width,
    photos: member.photos,
    ...(shows && { shows }),
    ...(noun !== undefined && { noun }),
    face: {
      ...named(who),
      ...(mix && { mixed: { ...named(mix.who), share: mix.share } }),
      ...(likeness !== undefined && { likeness }),
    },
  };
}

/** The head of somebody of a picture of that size, in pixels. */
export function headOf({ x, y, eyeDistance }: SeenPerson, { width, height }: Size): HeadPlace {
  return { x: x * width, y: y * height, eyeDistance: eyeDistance * width };
}
