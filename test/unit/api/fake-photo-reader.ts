import { createHash } from 'node:crypto';
import type { PictureReading } from '../../../domain/photo.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** What a stored photo begins with. */
const ENCODED_ANEW = 'encoded anew: ';

/**
 * The photo reader's stand-in. A file's text says what is on it: `broken`, or words out of `small` and `stranger`.
 * Texts with another first letter are other photos, of one person.
 */
export function readScript(bytes: Buffer) {
  const text = bytes.toString().replace(ENCODED_ANEW, '');
  if (text.startsWith('broken')) {
    const reading: PictureReading = { readable: false, problem: 'corrupt', bytes: bytes.length, format: undefined };
    return { reading };
  }
  const side = text.includes('small') ? 300 : 1000;
  const stranger = text.includes('stranger') ? 1.4 : 0;
  const pose = 1 + ((text.codePointAt(0) ?? 0) % 127);
  const placeOf = (axis: number) => (axis === 0 ? stranger : axis === pose ? 0.5 : 0);
  const face = {
    box: { x: 10, y: 10, width: 200, height: 200 },
    confidence: 0.9,
    yaw: 0,
    roll: 0,
    clarity: 12,
    sharpness: 500,
    blur: 1,
    brightness: 120,
    clipped: 0,
    outside: 0,
    cover: { certainty: 0, part: 'eyes' as const },
    descriptor: Array.from({ length: 128 }, (_, axis) => placeOf(axis)),
  };
  const reading: PictureReading = {
    readable: true,
    format: 'jpeg',
    bytes: bytes.length,
    width: side,
    height: side,
    enlarged: 1,
    sha256: sha256(bytes),
    phash: sha256(bytes).slice(0, 16),
    mirrorPhash: sha256(bytes).slice(16, 32),
    faces: [face],
  };
  const kept = Buffer.from(ENCODED_ANEW + text);
  return { reading, stored: { bytes: kept, width: side, height: side, sha256: sha256(kept) } };
}
