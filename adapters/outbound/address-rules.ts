// Which addresses a webhook may be sent to, told before anything is: whoever registers one must not reach, through us, what
// only we can reach. post-webhook.ts holds the same again at every connection.

import { lookup as systemLookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

const HTTPS_PORT = 443;
/** Below are the ports of mail, shells and the like. */
const FIRST_FREE_PORT = 1024;
const MAX_URL = 2000;

/** IPv4 that is not the public internet (IANA special-purpose registry, RFC 6890), and multicast. */
const SPECIAL_4 = blockList('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
]);
/** The global unicast addresses of IPv6 (RFC 4291) ... */
const GLOBAL_6 = blockList('ipv6', [['2000::', 3]]);
/** ... without those that are special (RFC 6890): Teredo and its neighbours, documentation, 6to4, which wraps IPv4. */
const SPECIAL_6 = blockList('ipv6', [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
]);
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

type Lookup = (host: string) => Promise<{ address: string }[]>;

interface AddressRules {
  /** For development: private addresses, and plain http to this machine. */
  allowPrivate: boolean;
  lookup?: Lookup;
}

/**
 * Why the address cannot be taken, as a sentence with the next step; undefined when it can. Asks the name servers. Throws
 * nothing.
 */
export function createAddressCheck({ allowPrivate, lookup = everyAddress }: AddressRules) {
  return async function refusalOf(text: string): Promise<string | undefined> {
    if (text.length > MAX_URL || !URL.canParse(text)) return `The url is no address of at most ${MAX_URL} characters.`;
    const url = new URL(text);
    const local = allowPrivate && url.protocol === 'http:' && LOOPBACK.test(url.hostname);
    if (url.protocol !== 'https:' && !local) return 'The url has to begin with https://.';
    if (url.username || url.password)
      return 'The url holds a user name or password. Leave it out: webhooks are signed.';
    const port = Number(url.port) || HTTPS_PORT;
    if (!allowPrivate && port !== HTTPS_PORT && port < FIRST_FREE_PORT) {
      return `The port ${port} is none for webhooks. Use 443, or one from ${FIRST_FREE_PORT} on.`;
    }
    if (allowPrivate) return undefined;
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const addresses = isIP(host) ? [{ address: host }] : await lookup(host).catch(() => []);
    if (addresses.length === 0) return 'The host of the url is not known to the name servers. Check its spelling.';
    if (addresses.every(({ address }) => isPublic(address))) return undefined;
    return 'The host of the url is in a private network. Use one that the internet reaches.';
  };
}

/** Whether an address belongs to the public internet; false for what is no IP address. */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !SPECIAL_4.check(address, 'ipv4');
  return family === 6 && GLOBAL_6.check(address, 'ipv6') && !SPECIAL_6.check(address, 'ipv6');
}

const everyAddress: Lookup = (host) => systemLookup(host, { all: true });

function blockList(family: 'ipv4' | 'ipv6', networks: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of networks) list.addSubnet(network, prefix, family);
  return list;
}
