// Sound files, damaged by chance: in their bytes, and in their parts with every length and checksum right again.

import { type Container, jpeg, type Part, png, webp } from '../containers.ts';
import { ALL_FORMS, type Form, original } from '../originals.ts';
import type { Prng } from '../prng.ts';
import type { Recipes } from '../recipe.ts';

/** Where a file keeps what a decoder trusts: sizes, tables, offsets. */
const HEAD_BYTES = 700;

const CONTAINERS: readonly { container: Container; forms: readonly Form[] }[] = [
  { container: jpeg, forms: ['jpeg', 'progressive jpeg'] },
  { container: png, forms: ['png', 'palette png', 'interlaced png'] },
  { container: webp, forms: ['webp', 'lossless webp', 'webp with alpha'] },
];

/** Copies, so that originals stay sound. */
function damage(change: (bytes: Buffer, prng: Prng) => Buffer) {
  return async (prng: Prng) => {
    const file = await original(prng, prng.oneOf(ALL_FORMS));
    return { bytes: change(Buffer.from(file), prng) };
  };
}

/** Parts in, parts out. */
function rearrange(change: (parts: Part[], prng: Prng) => Part[]) {
  return async (prng: Prng) => {
    const { container, forms } = prng.oneOf(CONTAINERS);
    const parts = container.split(await original(prng, prng.oneOf(forms)));
    return { bytes: container.join(change(parts, prng)) };
  };
}

function flipBits(bytes: Buffer, prng: Prng, within: number, flips: number): Buffer {
  for (let i = 0; i < flips; i++) {
    const at = prng.below(Math.min(within, bytes.length));
    bytes[at] = (bytes[at] ?? 0) ^ (1 << prng.below(8));
  }
  return bytes;
}

export const mutations: Recipes = {
  'one bit flipped': damage((bytes, prng) => flipBits(bytes, prng, bytes.length, 1)),
  'bits flipped': damage((bytes, prng) => flipBits(bytes, prng, bytes.length, 1 + prng.below(200))),
  'bits flipped in the head': damage((bytes, prng) => flipBits(bytes, prng, HEAD_BYTES, 1 + prng.below(8))),
  'a byte of the head set': damage((bytes, prng) => {
    bytes[prng.below(Math.min(HEAD_BYTES, bytes.length))] = prng.oneOf([0, 1, 0x7f, 0x80, 0xfe, 0xff]);
    return bytes;
  }),
  'cut off': damage((bytes, prng) => bytes.subarray(0, prng.below(bytes.length))),
  'cut off in the head': damage((bytes, prng) => bytes.subarray(0, prng.below(HEAD_BYTES))),
  'a piece missing': damage((bytes, prng) => {
    const at = prng.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + prng.below(2000))]);
  }),
  'a piece twice': damage((bytes, prng) => {
    const at = prng.below(bytes.length);
    const piece = bytes.subarray(at, at + 1 + prng.below(2000));
    return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
  }),
  'a piece of noise': damage((bytes, prng) => {
    prng.bytes(1 + prng.below(500)).copy(bytes, prng.below(bytes.length));
    return bytes;
  }),
  'a piece of zeros': damage((bytes, prng) => {
    const at = prng.below(bytes.length);
    return bytes.fill(0, at, Math.min(bytes.length, at + 1 + prng.below(4000)));
  }),
  'two files spliced': async (prng) => {
    const [head, tail] = [await original(prng, prng.oneOf(ALL_FORMS)), await original(prng, prng.oneOf(ALL_FORMS))];
    return {
      bytes: Buffer.concat([head.subarray(0, prng.below(head.length)), tail.subarray(prng.below(tail.length))]),
    };
  },
  'parts in another order': rearrange((parts, prng) => {
    const [from, to] = [prng.below(parts.length), prng.below(parts.length)];
    const [moved] = parts.splice(from, 1);
    return moved ? parts.toSpliced(to, 0, moved) : parts;
  }),
  'a part missing': rearrange((parts, prng) => parts.toSpliced(prng.below(parts.length), 1)),
  'a part many times': rearrange((parts, prng) => {
    const at = prng.below(parts.length);
    const part = parts[at];
    return part ? parts.toSpliced(at, 0, ...Array<Part>(1 + prng.below(20)).fill(part)) : parts;
  }),
  'a part of noise': rearrange((parts, prng) =>
    parts.map((part, i) => (i === 0 || prng.below(parts.length) > 0 ? part : { ...part, data: prng.bytes(64) })),
  ),
  'a part cut short': rearrange((parts, prng) => {
    const at = prng.below(parts.length);
    return parts.map((part, i) =>
      i === at ? { ...part, data: part.data.subarray(0, prng.below(part.data.length + 1)) } : part,
    );
  }),
  'a lie in the first part': rearrange((parts, prng) => {
    const at = parts.findIndex(({ type }) => ['IHDR', 'VP8 ', 'VP8L', 'VP8X', 'c0', 'c2'].includes(type));
    return parts.map((part, i) => (i === at ? { ...part, data: flipBits(Buffer.from(part.data), prng, 16, 2) } : part));
  }),
};
