// A UUID made from a name: the same name gives the same id, so that a retry writes the same row.

import { createHash } from 'node:crypto';

/** RFC 9562 version 8 (custom) from the first 128 bits of the name's SHA-256. */
export function nameUuid(name: string): string {
  const hash = createHash('sha256').update(name).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
