// Whether an address can be fetched from the internet, by the address alone.

import { isIP } from 'node:net';
import { isPublic } from './address-rules.ts';

/** Names that no public name server knows (RFC 6761, RFC 6762, RFC 8375, and ICANN's reserved `.internal`). */
const PRIVATE_NAMES = /(^|\.)(localhost|local|internal|lan|home\.arpa|test|invalid)$/;

/**
 * False for addresses outside the public internet and for names without a dot, as containers have them. Makes no
 * look-up.
 */
export function isReachableFromInternet(url: string): boolean {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (isIP(host)) return isPublic(host);
  return host.includes('.') && !PRIVATE_NAMES.test(host);
}
