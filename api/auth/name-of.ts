import type { Principal } from '../../core/ports/keys.ts';

/** The name of a principal in decisions and histories: never a person's name or address. */
export function nameOf(principal: Principal): string {
  return principal.kind === 'key' ? `key:${principal.keyId}` : `user:${principal.userId}`;
}
