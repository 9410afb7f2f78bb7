// Which addresses a webhook may be sent to, checked before anything is sent: a receiver's address must not reach our
// private network. post-webhook.ts checks again at every connection.

import { lookup as systemLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

const HTTPS_PORT = 443;
/** Lower ports are those of mail, shells and similar services. */
const FIRST_FREE_PORT = 1024;
const MAX_URL = 2000;

/** The global unicast addresses of IPv6 that IANA assigns (RFC 4291). ipaddr.js calls the rest unicast as well. */
const GLOBAL_6 = ipaddr.IPv6.parseCIDR('2000::/3');
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

type Lookup = (host: string) => Promise<{ address: string }[]>;

interface AddressRules {
  /** For development: private addresses, and plain http to this machine. */
  allowPrivate: boolean;
  lookup?: Lookup;
}

/**
 * Why the address cannot be used, as a sentence with the next step; undefined when it can. Queries the name servers.
 * Throws nothing.
 */
export function createAddressCheck({ allowPrivate, lookup = everyAddress }: AddressRules) {
  return async function refusalOf(text: string): Promise<string | undefined> {
    if (text.length > MAX_URL || !URL.canParse(text))
      return `The url must be an address with at most ${MAX_URL} characters.`;
    const url = new URL(text);
    const local = allowPrivate && url.protocol === 'http:' && LOOPBACK.test(url.hostname);
    if (url.protocol !== 'https:' && !local) return 'The url must begin with https://.';
    if (url.username || url.password)
      return 'The url holds a user name or password. Leave it out: webhooks are signed.';
    const port = Number(url.port) || HTTPS_PORT;
    if (!allowPrivate && port !== HTTPS_PORT && port < FIRST_FREE_PORT) {
      return `Webhooks cannot be sent to port ${port}. Use 443, or a port from ${FIRST_FREE_PORT} on.`;
    }
    if (allowPrivate) return undefined;
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const addresses = isIP(host) ? [{ address: host }] : await lookup(host).catch(() => []);
    if (addresses.length === 0) return 'The name servers do not know the host of the url. Check its spelling.';
    if (addresses.every(({ address }) => isPublic(address))) return undefined;
    return 'The host of the url is in a private network. Use a host that the internet reaches.';
  };
}

/**
 * Whether an address belongs to the public internet; false for other texts. Every range of IANA's special-purpose
 * registries (RFC 6890) counts as private, and so does IPv6 that wraps IPv4: mapped, NAT64, 6to4, Teredo.
 */
export function isPublic(address: string): boolean {
  if (!isIP(address)) return false;
  const parsed = ipaddr.parse(address);
  return parsed.range() === 'unicast' && (parsed.kind() === 'ipv4' || parsed.match(GLOBAL_6));
}

/** Whether an address is this machine itself. */
export function isLoopback(address: string): boolean {
  return isIP(address) !== 0 && ipaddr.parse(address).range() === 'loopback';
}

const everyAddress: Lookup = (host) => systemLookup(host, { all: true });
