// PNG, JPEG and WebP files as lists of their parts, to be shuffled, falsified and put together again.

import { crc32 } from 'node:zlib';

/** A PNG chunk, a RIFF chunk, or a JPEG segment before the pixels (its type is then the marker's second byte, hex). */
export interface Part {
  type: string;
  data: Buffer;
}

export interface Container {
  split(file: Buffer): Part[];
  /** Lengths and checksums are right, whatever the parts say. */
  join(parts: readonly Part[]): Buffer;
}

const PNG_SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

export const png: Container = {
  split(file) {
    const parts: Part[] = [];
    let at = PNG_SIGNATURE.length;
    while (at + 12 <= file.length) {
      const length = file.readUInt32BE(at);
      parts.push({ type: file.toString('latin1', at + 4, at + 8), data: file.subarray(at + 8, at + 8 + length) });
      at += 12 + length;
    }
    return parts;
  },
  join: (parts) => Buffer.concat([PNG_SIGNATURE, ...parts.map(pngChunk)]),
};

function pngChunk({ type, data }: Part): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([uint32BE(data.length), body, uint32BE(crc32(body))]);
}

const RIFF_HEADER = 12;

export const webp: Container = {
  split(file) {
    const parts: Part[] = [];
    let at = RIFF_HEADER;
    while (at + 8 <= file.length) {
      const length = file.readUInt32LE(at + 4);
      parts.push({ type: file.toString('latin1', at, at + 4), data: file.subarray(at + 8, at + 8 + length) });
      at += 8 + length + (length % 2);
    }
    return parts;
  },
  join(parts) {
    const chunks = parts.flatMap(({ type, data }) => {
      const padding = Buffer.alloc(data.length % 2);
      return [Buffer.from(type, 'latin1'), uint32LE(data.length), data, padding];
    });
    const body = Buffer.concat([Buffer.from('WEBP', 'latin1'), ...chunks]);
    return Buffer.concat([Buffer.from('RIFF', 'latin1'), uint32LE(body.length), body]);
  },
};

/** The name of the last part: the first scan's header and all that follows, as it is. */
export const SCANS = 'scans';
const START_OF_SCAN = 0xda;

export const jpeg: Container = {
  split(file) {
    const parts: Part[] = [];
    let at = 2;
    while (at + 4 <= file.length && file[at] === 0xff && file[at + 1] !== START_OF_SCAN) {
      const length = file.readUInt16BE(at + 2);
      const type = file.toString('hex', at + 1, at + 2);
      parts.push({ type, data: file.subarray(at + 4, at + 2 + length) });
      at += 2 + length;
    }
    return [...parts, { type: SCANS, data: file.subarray(at) }];
  },
  join: (parts) => Buffer.concat([Buffer.from('ffd8', 'hex'), ...parts.map(jpegSegment)]),
};

function jpegSegment({ type, data }: Part): Buffer {
  if (type === SCANS) return data;
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Math.min(data.length + 2, 0xffff));
  return Buffer.concat([Buffer.from(`ff${type}`, 'hex'), length, data]);
}

export function uint32BE(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

function uint32LE(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}
