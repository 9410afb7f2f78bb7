// Sound files, damaged by chance: in their bytes, and in their parts with every length and checksum right again.

import type { Chance } from '../chance.ts';
import { type Container, jpeg, type Part, png, webp } from '../containers.ts';
import { ALL_FORMS, type Form, original } from '../originals.ts';
import type { Recipes } from '../recipe.ts';

/** Where a file keeps what a decoder trusts: sizes, tables, offsets. */
const HEAD_BYTES = 700;

const CONTAINERS: readonly { container: Container; forms: readonly Form[] }[] = [
  { container: jpeg, forms: ['jpeg', 'progressive jpeg'] },
  { container: png, forms: ['png', 'palette png', 'interlaced png'] },
  { container: webp, forms: ['webp', 'lossless webp', 'webp with alpha'] },
];

/** Copies, so that originals stay sound. */
function damage(change: (bytes: Buffer, chance: Chance) => Buffer) {
  return async (chance: Chance) => {
    const file = await original(chance, chance.oneOf(ALL_FORMS));
    return { bytes: change(Buffer.from(file), chance) };
  };
}

/** Parts in, parts out. */
function rearrange(change: (parts: Part[], chance: Chance) => Part[]) {
  return async (chance: Chance) => {
    const { container, forms } = chance.oneOf(CONTAINERS);
    const parts = container.split(await original(chance, chance.oneOf(forms)));
    return { bytes: container.join(change(parts, chance)) };
  };
}

function flipBits(bytes: Buffer, chance: Chance, within: number, flips: number): Buffer {
  for (let i = 0; i < flips; i++) {
    const at = chance.below(Math.min(within, bytes.length));
    bytes[at] = (bytes[at] ?? 0) ^ (1 << chance.below(8));
  }
  return bytes;
}

export const mutations: Recipes = {
  'one bit flipped': damage((bytes, chance) => flipBits(bytes, chance, bytes.length, 1)),
  'bits flipped': damage((bytes, chance) => flipBits(bytes, chance, bytes.length, 1 + chance.below(200))),
  'bits flipped in the head': damage((bytes, chance) => flipBits(bytes, chance, HEAD_BYTES, 1 + chance.below(8))),
  'a byte of the head set': damage((bytes, chance) => {
    bytes[chance.below(Math.min(HEAD_BYTES, bytes.length))] = chance.oneOf([0, 1, 0x7f, 0x80, 0xfe, 0xff]);
    return bytes;
  }),
  'cut off': damage((bytes, chance) => bytes.subarray(0, chance.below(bytes.length))),
  'cut off in the head': damage((bytes, chance) => bytes.subarray(0, chance.below(HEAD_BYTES))),
  'a piece missing': damage((bytes, chance) => {
    const at = chance.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + chance.below(2000))]);
  }),
  'a piece twice': damage((bytes, chance) => {
    const at = chance.below(bytes.length);
    const piece = bytes.subarray(at, at + 1 + chance.below(2000));
    return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
  }),
  'a piece of noise': damage((bytes, chance) => {
    chance.bytes(1 + chance.below(500)).copy(bytes, chance.below(bytes.length));
    return bytes;
  }),
  'a piece of zeros': damage((bytes, chance) => {
    const at = chance.below(bytes.length);
    return bytes.fill(0, at, Math.min(bytes.length, at + 1 + chance.below(4000)));
  }),
  'two files spliced': async (chance) => {
    const [head, tail] = [
      await original(chance, chance.oneOf(ALL_FORMS)),
      await original(chance, chance.oneOf(ALL_FORMS)),
    ];
    return {
      bytes: Buffer.concat([head.subarray(0, chance.below(head.length)), tail.subarray(chance.below(tail.length))]),
    };
  },
  'parts in another order': rearrange((parts, chance) => {
    const [from, to] = [chance.below(parts.length), chance.below(parts.length)];
    const [moved] = parts.splice(from, 1);
    return moved ? parts.toSpliced(to, 0, moved) : parts;
  }),
  'a part missing': rearrange((parts, chance) => parts.toSpliced(chance.below(parts.length), 1)),
  'a part many times': rearrange((parts, chance) => {
    const at = chance.below(parts.length);
    const part = parts[at];
    return part ? parts.toSpliced(at, 0, ...Array<Part>(1 + chance.below(20)).fill(part)) : parts;
  }),
  'a part of noise': rearrange((parts, chance) =>
    parts.map((part, i) => (i === 0 || chance.below(parts.length) > 0 ? part : { ...part, data: chance.bytes(64) })),
  ),
  'a part cut short': rearrange((parts, chance) => {
    const at = chance.below(parts.length);
    return parts.map((part, i) =>
      i === at ? { ...part, data: part.data.subarray(0, chance.below(part.data.length + 1)) } : part,
    );
  }),
  'a lie in the first part': rearrange((parts, chance) => {
    const at = parts.findIndex(({ type }) => ['IHDR', 'VP8 ', 'VP8L', 'VP8X', 'c0', 'c2'].includes(type));
    return parts.map((part, i) =>
      i === at ? { ...part, data: flipBits(Buffer.from(part.data), chance, 16, 2) } : part,
    );
  }),
};
