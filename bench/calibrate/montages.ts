// Frames of several people, made of photos of one person each: the photos side by side, each in another light and size.
// Who is in them is known, and who was asked for is too: some have somebody else, some two of one, some swapped people.

import sharp from 'sharp';
import { mulberry32 } from '../mulberry32.ts';

export interface MontagePerson {
  name: string;
  /** What the person is recognised by. They are in no frame. */
  references: readonly Buffer[];
  /** Photos with this one face. */
  shots: readonly Buffer[];
}

export interface Montage {
  name: string;
  /** The cast that was asked for, from left to right. */
  asked: readonly string[];
  /** Who is in it, from left to right; `-` is somebody else. */
  shown: readonly string[];
  jpeg: Buffer;
}

/** The frames of the tests, and of the command. */
export const MONTAGES = { count: 320, seed: 14 } as const;

export const SOMEBODY_ELSE = '-';

/** In turn: one frame in four has somebody else in it. */
const KINDS = [
  'as asked',
  'one more',
  'swapped',
  'as asked',
  'somebody instead',
  'twice',
  'as asked',
  'one more',
  'swapped',
  'missing',
  'as asked',
  'somebody instead',
  'swapped',
  'another of the cast',
  'as asked',
  'twice',
] as const;
type Kind = (typeof KINDS)[number];

/** Pixels of a photo in a frame. */
const TILE = { width: 288, height: 360 } as const;
/** How much smaller or larger a photo may be, and how much brighter or darker. */
const SIZES = [0.8, 1] as const;
const LIGHT = [0.8, 1.15] as const;

interface Drawn {
  name: string;
  shot: Buffer;
}

/** The same frames for the same people, count and seed. */
export async function* montages(
  people: readonly MontagePerson[],
  strangers: readonly Buffer[],
  { count, seed }: { count: number; seed: number },
): AsyncGenerator<Montage> {
  const next = mulberry32(seed);
  const oneOf = <T>(list: readonly T[]): T => {
    const item = list[Math.floor(next() * list.length)];
    if (item === undefined) throw new Error('There is nothing to choose from.');
    return item;
  };
  const shuffled = <T>(list: readonly T[]): T[] =>
    list
      .map((item) => ({ item, at: next() }))
      .toSorted((p, q) => p.at - q.at)
      .map(({ item }) => item);
  for (let i = 0; i < count; i++) {
    const kind = KINDS[i % KINDS.length] ?? 'as asked';
    const [first, second, third, other] = shuffled(people);
    if (!first || !second || !third || !other) throw new Error('Four people are needed.');
    const cast = next() < 0.5 || kind === 'twice' || kind === 'one more' ? [first, second] : [first, second, third];
    const asked = cast.map(({ name }) => name);
    const shown = changed(kind, { cast, other, at: Math.floor(next() * cast.length) });
    const stranger = oneOf(strangers);
    const drawn = shown.map(
      (person): Drawn => ({
        name: person?.name ?? SOMEBODY_ELSE,
        shot: person ? oneOf(person.shots) : stranger,
      }),
    );
    const tiles = drawn.map(({ shot }) => ({
      shot,
      scale: between(SIZES, next()),
      light: between(LIGHT, next()),
      isMirrored: next() < 0.5,
      down: next(),
    }));
    const name = `${String(i + 1).padStart(4, '0')}.jpg`;
    yield { name, asked, shown: drawn.map((face) => face.name), jpeg: await compose(tiles) };
  }
}

/** Who is in the frame from left to right; undefined is somebody else. */
function changed(
  kind: Kind,
  { cast, other, at }: { cast: readonly MontagePerson[]; other: MontagePerson; at: number },
): (MontagePerson | undefined)[] {
  switch (kind) {
    case 'as asked':
      return [...cast];
    case 'one more':
      return [...cast.slice(0, at), undefined, ...cast.slice(at)];
    case 'somebody instead':
      return cast.map((person, i) => (i === at ? undefined : person));
    case 'another of the cast':
      return cast.map((person, i) => (i === at ? other : person));
    case 'missing':
      return cast.filter((_, i) => i !== at);
    case 'twice':
      return [...cast, ...cast.slice(at, at + 1)];
    case 'swapped':
      return [...cast.slice(1), ...cast.slice(0, 1)];
    default:
      return kind satisfies never;
  }
}

const between = ([least, most]: readonly [number, number], share: number): number => least + share * (most - least);

interface Tile {
  shot: Buffer;
  scale: number;
  light: number;
  isMirrored: boolean;
  /** Where it is in the room below and above it, 0–1. */
  down: number;
}

async function compose(tiles: readonly Tile[]): Promise<Buffer> {
  const pasted = await Promise.all(
    tiles.map(async ({ shot, scale, light, isMirrored, down }, i) => {
      const size = { width: Math.round(TILE.width * scale), height: Math.round(TILE.height * scale) };
      const { data, info } = await sharp(shot)
        .resize({ ...size, fit: 'cover' })
        .flop(isMirrored)
        .modulate({ brightness: light })
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      const left = i * TILE.width + Math.round((TILE.width - size.width) / 2);
      return {
        input: data,
        raw: { ...size, channels: info.channels },
        left,
        top: Math.round(down * (TILE.height - size.height)),
      };
    }),
  );
  const size = { width: tiles.length * TILE.width, height: TILE.height };
  return sharp({ create: { ...size, channels: 3, background: '#7d7468' } })
    .composite(pasted)
    .jpeg({ quality: 92 })
    .toBuffer();
}
