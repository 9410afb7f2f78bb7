// Reading and comparing version numbers in what programs print about themselves.

/**
 * The first version number in a program's output, such as `temporal version 1.8.2 (Server …)`, `go1.26` or `>=20`.
 * @param {string} text
 * @returns {[number, number, number] | undefined}
 */
export function parseVersion(text) {
  const found = /(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(text);
  return found ? [Number(found[1]), Number(found[2] ?? 0), Number(found[3] ?? 0)] : undefined;
}

/**
 * Whether the version in `text` is `oldest` or newer. Text without a version is not.
 * @param {string} text
 * @param {string} oldest
 */
export function isAtLeast(text, oldest) {
  const have = parseVersion(text);
  const want = parseVersion(oldest);
  if (!have || !want) return false;
  for (let i = 0; i < 3; i++) {
    const difference = (have[i] ?? 0) - (want[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
