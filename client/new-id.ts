/** A random id. Made without `crypto.randomUUID`, which browsers have only on https and on the machine itself. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
