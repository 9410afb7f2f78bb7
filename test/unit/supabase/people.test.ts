// Access tokens of Supabase Auth, checked against a JWKS that is served over HTTP.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createPeople } from '../../../adapters/supabase/people.ts';
import type { People } from '../../../core/ports/people.ts';

const TENANT = '10000000-0000-4000-8000-000000000001';
const USER = '50000000-0000-4000-8000-000000000005';
const KID = 'key-1';

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;
let ours: Pair;
let strange: Pair;
let server: Server;
let url: string;
let people: People;
/** What the server answers, and how often it was asked. */
let jwks: { status: number; keys: unknown[] };
let fetched: number;

beforeAll(async () => {
  ours = await generateKeyPair('ES256', { extractable: true });
  strange = await generateKeyPair('ES256');
  server = createServer((request, answer) => {
    fetched += 1;
    const status = request.url === '/auth/v1/.well-known/jwks.json' ? jwks.status : 500;
    answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: jwks.keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(async () => {
  jwks = { status: 200, keys: [{ ...(await exportJWK(ours.publicKey)), kid: KID, alg: 'ES256', use: 'sig' }] };
  fetched = 0;
  people = createPeople({ url });
});

interface Changes {
  claims?: JWTPayload;
  issuer?: string;
  audience?: string;
  expires?: string;
  subject?: string;
  kid?: string;
  key?: Pair;
}

/** A token as Supabase makes it, but for the changes. */
function token({ claims = {}, issuer, audience, expires, subject, kid, key }: Changes = {}): Promise<string> {
  return new SignJWT({ role: 'authenticated', app_metadata: { provider: 'email', tenant_id: TENANT }, ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid: kid ?? KID })
    .setSubject(subject ?? USER)
    .setIssuer(issuer ?? `${url}/auth/v1`)
    .setAudience(audience ?? 'authenticated')
    .setIssuedAt()
    .setExpirationTime(expires ?? '1h')
    .sign((key ?? ours).privateKey);
}

describe('a good token', () => {
  test('names the person, their tenant and enough scopes to review', async () => {
    const scopes = ['characters', 'identities', 'approve'];
    expect(await people.personOf(await token())).toEqual({ kind: 'person', userId: USER, tenantId: TENANT, scopes });
  });

  test.each([
    [
      ['ledger', 'admin'],
      ['ledger', 'admin'],
    ],
    [['approve', 'everything', 7], ['approve']],
    [[], []],
    ['admin', []],
  ])('with likeness_scopes %j may do %j', async (likeness_scopes, scopes) => {
    const claims = { app_metadata: { tenant_id: TENANT, likeness_scopes } };
    expect(await people.personOf(await token({ claims }))).toMatchObject({ scopes });
  });

  test('says nothing by user_metadata, which people write themselves', async () => {
    const user_metadata = { tenant_id: TENANT, likeness_scopes: ['admin'] };
    expect(await people.personOf(await token({ claims: { app_metadata: {}, user_metadata } }))).toBe('no_tenant');
    const person = await people.personOf(await token({ claims: { user_metadata } }));
    expect(person).toMatchObject({ scopes: ['characters', 'identities', 'approve'] });
  });

  test.each([[undefined], [{}], [{ tenant_id: 'all' }], ['none']])(
    'with app_metadata %j has no tenant',
    async (app_metadata) => {
      expect(await people.personOf(await token({ claims: { app_metadata } }))).toBe('no_tenant');
    },
  );

  test('is checked with the keys of before: one look at them for many', async () => {
    for (let n = 0; n < 5; n += 1) await people.personOf(await token());
    expect(fetched).toBe(1);
  });
});

describe('nobody gets in', () => {
  const bad: [string, () => Promise<string>][] = [
    ['with an expired token', () => token({ expires: '1 second ago' })],
    ['with one of another issuer', () => token({ issuer: 'https://evil.example/auth/v1' })],
    ['with one for another audience', () => token({ audience: 'anon' })],
    ['with a key of their own', () => token({ key: strange })],
    ['with a key that is not published', () => token({ kid: 'key-2', key: strange })],
    ['without a person in it', () => token({ subject: 'somebody' })],
    ['with another claim than was signed', async () => swapClaims(await token(), { sub: USER })],
    ['with a token that does not end', () => endless()],
    ['with a text in three parts', async () => 'a.b.c'],
  ];
  test.each(bad)('%s', async (_, make) => {
    expect(await people.personOf(await make())).toBe('unknown');
  });

  test('with alg none, and nobody looks at keys for it', async () => {
    const claims = { app_metadata: { tenant_id: TENANT } };
    const unsigned = new UnsecuredJWT(claims).setSubject(USER).setIssuer(`${url}/auth/v1`).setAudience('authenticated');
    expect(await people.personOf(unsigned.setExpirationTime('1h').encode())).toBe('unknown');
    expect(fetched).toBe(0);
  });

  test('with HS256 signed by our public key', async () => {
    const jwk = JSON.stringify(await exportJWK(ours.publicKey));
    for (const secret of [await exportSPKI(ours.publicKey), jwk]) {
      const forged = new SignJWT({ app_metadata: { tenant_id: TENANT } }).setProtectedHeader({
        alg: 'HS256',
        kid: KID,
      });
      forged.setSubject(USER).setIssuer(`${url}/auth/v1`).setAudience('authenticated').setExpirationTime('1h');
      expect(await people.personOf(await forged.sign(new TextEncoder().encode(secret)))).toBe('unknown');
    }
    expect(fetched).toBe(0);
  });

  test('when the project publishes no keys', async () => {
    jwks = { status: 404, keys: [] };
    expect(await people.personOf(await token())).toBe('unknown');
  });
});

test('while the keys cannot be read, nobody is called unknown', async () => {
  jwks = { status: 503, keys: [] };
  const away = expect.objectContaining({ name: 'Failure', code: 'StoreUnavailable' });
  await expect(people.personOf(await token())).rejects.toEqual(away);
  await expect(createPeople({ url: 'http://127.0.0.1:9' }).personOf(await token())).rejects.toEqual(away);
});

async function endless(): Promise<string> {
  return new SignJWT({ app_metadata: { tenant_id: TENANT } })
    .setProtectedHeader({ alg: 'ES256', kid: KID })
    .setSubject(USER)
    .setIssuer(`${url}/auth/v1`)
    .setAudience('authenticated')
    .sign(ours.privateKey);
}

function swapClaims(jwt: string, claims: JWTPayload): string {
  const [header = '', payload = '', signature = ''] = jwt.split('.');
  const changed = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), ...claims, role: 'service_role' };
  return [header, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.');
}
