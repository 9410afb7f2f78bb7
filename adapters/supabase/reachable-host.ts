// Whether somebody on the internet can fetch from an address, as far as the address itself tells.

import { BlockList, isIP } from 'node:net';

/** Loopback, private, link-local and shared address space (RFC 6890, RFC 6598, RFC 4193). */
const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  PRIVATE.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  PRIVATE.addSubnet(network, prefix, 'ipv6');
}

/** Names that no public name server knows (RFC 6761, RFC 6762, RFC 8375, and ICANN's reserved `.internal`). */
const PRIVATE_NAMES = /(^|\.)(localhost|local|internal|lan|home\.arpa|test|invalid)$/;

/** False for loopback and private addresses and for names without a dot, as containers have them. Asks no name server. */
export function isReachableFromInternet(url: string): boolean {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const family = isIP(host);
  if (family !== 0) return !PRIVATE.check(host, family === 4 ? 'ipv4' : 'ipv6');
  return host.includes('.') && !PRIVATE_NAMES.test(host);
}
