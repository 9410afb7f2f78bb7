// The size of files, as it is told beside the limit for each.

const MEGABYTE = 1024 * 1024;
/** From here on nobody counts tenths. */
const WHOLE_FROM = 9.95;

/** `0.1 MB` at least; tenths below ten megabytes. */
export function megabyteText(bytes: number): string {
  const megabytes = Math.max(0.1, bytes / MEGABYTE);
  return `${megabytes.toFixed(megabytes < WHOLE_FROM ? 1 : 0)} MB`;
}
