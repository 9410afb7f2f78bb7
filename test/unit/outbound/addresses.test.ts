// Nobody reaches through our webhooks what only we can reach: refused when an address is registered, and again at every
// connection, whatever its name has come to stand for.

import { createServer, type Server } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createAddressCheck, isPublic } from '../../../adapters/outbound/address-rules.ts';
import { createWebhookPost } from '../../../adapters/outbound/post-webhook.ts';
import type { PendingDelivery } from '../../../core/ports/webhook-outbox.ts';

/** The first and last neighbours of what is special, and ordinary ones. */
const PUBLIC = [
  ...['93.184.216.34', '8.8.8.8', '1.0.0.0', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.1'],
  ...['126.255.255.255', '128.0.0.0', '169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.1'],
  ...['191.255.255.255', '192.0.1.0', '192.0.3.0', '192.167.255.255', '192.169.0.0', '198.17.255.255', '198.20.0.0'],
  ...['223.255.255.255', '2606:2800:220:1::1', '2a00:1450:4001::8a', '2001:200::1', '2001:db7::1', '2001:db9::1'],
  ...['2003::1', '2620:4f:7fff::1', '2620:4f:8001::1', '3ffe::1', '3fff:1000::1'],
];
/** IANA's registries of special-purpose addresses (RFC 6890) from end to end, multicast, and what was never handed out. */
const NOT_PUBLIC = [
  ...['0.0.0.0', '0.255.255.255', '10.1.2.3', '100.64.0.1', '100.127.255.255', '127.0.0.1', '127.255.255.254'],
  ...['169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.192', '192.0.2.1', '192.31.196.1', '192.52.193.1'],
  ...['192.88.99.1', '192.168.1.1', '192.175.48.1', '198.18.0.1', '198.19.255.255', '198.51.100.1', '203.0.113.1'],
  ...[
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '100::1',
    'fc00::1',
    'fd00:ec2::254',
  ],
  ...['fe80::1', 'fec0::1', 'ff02::1', '2001:2::1', '2001:3::1', '2001:4:112::1', '2001:10::1', '2001:20::1'],
  ...['2001:30::1', '2001:1ff::1', '2001:db8::1', '2620:4f:8000::1', '3fff::1', '5f00::1', '4000::1', '1fff::1'],
  // IPv6 that wraps IPv4: mapped, compatible, translated, NAT64, Teredo, 6to4.
  ...['::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:8.8.8.8', '::7f00:1', '::ffff:0:7f00:1', '64:ff9b::a9fe:a9fe'],
  ...['64:ff9b:1::1', '2001::1', '2002:7f00:1::'],
];

const delivery = (url: string): PendingDelivery => ({
  deliveryId: 'd-1',
  url,
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  body: { type: 'identity.ready', timestamp: '', data: { identityId: 'i', characterId: 'c', stage: 'ready' } },
  attempts: 0,
});

/** Names that stand for one address, as a name server would say. */
const standsFor =
  (address: string): LookupFunction =>
  (_host, { all }, done) => {
    const family = address.includes(':') ? 6 : 4;
    if (all) done(null, [{ address, family }]);
    else done(null, address, family);
  };

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

async function receiver(answer: (url: string) => { status: number; headers?: Record<string, string> }) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const { status, headers } = answer(request.url ?? '');
    response.writeHead(status, headers).end('a body that nobody reads');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked, port };
}

describe('an address', () => {
  test.each(PUBLIC)('%s is public', (address) => expect(isPublic(address)).toBe(true));
  test.each(NOT_PUBLIC)('%s is not public', (address) => expect(isPublic(address)).toBe(false));

  test.each(NOT_PUBLIC)('%s is not connected to, as it is and behind a name', async (address) => {
    const host = address.includes(':') ? `[${address}]` : address;
    const refused = { error: 'The host is in a private network' };
    expect(await createWebhookPost({ allowPrivate: false })(delivery(`https://${host}/`))).toEqual(refused);
    const rebound = createWebhookPost({ allowPrivate: false, lookup: standsFor(address) });
    expect(await rebound(delivery('https://public.example.com/'))).toEqual(refused);
  });
});

describe('at registration', () => {
  const answers: Record<string, string[]> = {
    'app.example.com': ['93.184.216.34', '2606:2800:220:1::1'],
    'half.example.com': ['93.184.216.34', '10.0.0.1'],
    '127.0.0.1.nip.io': ['127.0.0.1'],
    localhost: ['127.0.0.1', '::1'],
  };
  const lookup = async (host: string) => {
    const addresses = answers[host];
    if (!addresses) throw new Error('ENOTFOUND');
    return addresses.map((address) => ({ address }));
  };
  const check = createAddressCheck({ allowPrivate: false, lookup });

  test.each([
    'https://app.example.com/hooks?a=b',
    'https://app.example.com:8443/',
    'https://93.184.216.34/',
    'https://[2606:2800:220:1::1]/',
  ])('%s is taken', async (url) => {
    expect(await check(url)).toBeUndefined();
  });

  test.each([
    ['http://app.example.com/', 'https'],
    ['ftp://app.example.com/', 'https'],
    ['javascript:alert(1)', 'https'],
    ['/hooks', 'must be an address'],
    ['https://', 'must be an address'],
    [`https://app.example.com/${'a'.repeat(2000)}`, '2000'],
    ['https://user@app.example.com/', 'user name'],
    ['https://user:word@app.example.com/', 'user name'],
    ['https://app.example.com:22/', 'port 22'],
    ['https://app.example.com:25/', 'port 25'],
    ['https://half.example.com/', 'private'],
    ['https://127.0.0.1.nip.io/', 'private'],
    ['https://localhost/', 'private'],
    ['http://localhost/', 'https'],
    ['https://127.0.0.1/', 'private'],
    ['https://2130706433/', 'private'],
    ['https://0x7f.1/', 'private'],
    ['https://169.254.169.254/latest/meta-data', 'private'],
    ['https://[::1]/', 'private'],
    ['https://[::ffff:7f00:1]/', 'private'],
    ['https://nowhere.example.com/', 'name servers'],
  ])('%s is refused: %s', async (url, reason) => {
    expect(await check(url)).toContain(reason);
  });

  test('for development, this machine may be named by http, and nothing else by it', async () => {
    const lenient = createAddressCheck({ allowPrivate: true, lookup });
    for (const url of ['http://localhost:3000/', 'http://127.0.0.1/', 'http://[::1]:8080/', 'https://10.0.0.1/']) {
      expect(await lenient(url)).toBeUndefined();
    }
    for (const url of ['http://10.0.0.1/', 'http://app.example.com/', 'http://localhost.example.com/']) {
      expect(await lenient(url)).toContain('https');
    }
  });
});

describe('at the connection', () => {
  test('a redirect is an answer like any other, and leads nowhere', async () => {
    const inner = await receiver(() => ({ status: 200 }));
    const outer = await receiver(() => ({ status: 307, headers: { location: inner.url } }));
    expect(await createWebhookPost({ allowPrivate: true })(delivery(outer.url))).toEqual({ status: 307 });
    expect([outer.asked, inner.asked]).toEqual([['/'], []]);
  });

  test('plain http goes to this machine alone, and only in development', async () => {
    const { url, asked } = await receiver(() => ({ status: 200 }));
    const strict = await createWebhookPost({ allowPrivate: false })(delivery(url));
    expect(strict).toEqual({ error: 'The address is not https' });
    const elsewhere = createWebhookPost({ allowPrivate: true, lookup: standsFor('10.0.0.1') });
    expect(await elsewhere(delivery('http://localhost/'))).toEqual({ error: 'The host is in a private network' });
    expect(asked).toEqual([]);
  });

  test('a receiver that does not answer in time, or at all, is named without its address', async () => {
    const silent = createServer(() => undefined);
    servers.push(silent);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const post = createWebhookPost({ allowPrivate: true, timeoutMs: 200 });
    expect(await post(delivery(`http://127.0.0.1:${port}/`))).toEqual({ error: 'The receiver did not answer in time' });
    silent.closeAllConnections();
    const { error } = await post(delivery('http://127.0.0.1:9/'));
    expect(error).toBe('The receiver cannot be reached (ECONNREFUSED)');
  });
});
