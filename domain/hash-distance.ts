// How alike two pictures are by their perceptual hashes: for copies and duplicates, never for people.

/** Bits in which two hashes of 16 hex digits differ, 0–64. Unrelated photos have 22 and more (1 % below). */
export function hashDistance(a: string, b: string): number {
  let differing = BigInt(`0x${a}`) ^ BigInt(`0x${b}`);
  let bits = 0;
  for (; differing > 0n; differing &= differing - 1n) bits += 1;
  return bits;
}
