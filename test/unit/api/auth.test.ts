// Who may do what: keys and people, by the scopes that each route names.

import { describe, expect, test } from 'vitest';
import type { Principal } from '../../../core/ports/keys.ts';
import { SCOPES, type Scope } from '../../../domain/scopes.ts';
import { problemIn } from './problem-in.ts';
import { KEY, newWorld, TENANT } from './world.ts';

const TOKEN = 'eyJhbGciOiJFUzI1NiJ9.e30.c2ln';
const PERSON: Principal = { kind: 'person', userId: 'u-1', tenantId: TENANT, scopes: SCOPES };

const withScopes = (scopes: readonly Scope[], overrides = {}) =>
  newWorld(overrides, { principal: async () => ({ kind: 'key', tenantId: TENANT, keyId: 'k1', scopes }) });

const { app } = newWorld();
const document = app.getOpenAPI31Document({ openapi: '3.1.0', info: { title: '', version: '' } });
const OPERATIONS = Object.entries(document.paths ?? {})
  .filter(([path]) => path.startsWith('/v1/'))
  .flatMap(([path, item]) =>
    Object.entries(item as Record<string, { security?: { bearer?: Scope[] }[] }>).map(
      ([method, { security }]) => [method.toUpperCase(), path, security?.[0]?.bearer ?? []] as const,
    ),
  );

describe('scopes', () => {
  test.each(OPERATIONS)('%s %s names one scope, and without it answers 403', async (method, path, named) => {
    const [scope, ...others] = named;
    expect(others).toEqual([]);
    expect(SCOPES).toContain(scope);
    const { ask, told } = withScopes(SCOPES.filter((one) => one !== scope));
    const url = path.replaceAll(/\{\w+\}/g, '99999999-9999-4999-8999-999999999999');
    const problem = await problemIn(await ask(method, url, method === 'GET' ? undefined : {}));
    expect(problem).toMatchObject({ status: 403, code: 'missing_scope', scope });
    expect(problem.detail).toContain(`"${scope}"`);
    expect(told).toEqual([]);
  });

  test('stand in the description of every operation', async () => {
    const served = await (await app.request('/openapi.json')).json();
    for (const [method, path, [scope]] of OPERATIONS) {
      expect(served.paths[path][method.toLowerCase()].description).toContain(`Scope: \`${scope}\`.`);
    }
  });

  test('HEAD takes the scope of GET', async () => {
    expect((await withScopes(['ledger']).ask('HEAD', '/v1/characters')).status).toBe(403);
    expect((await withScopes(['characters']).ask('HEAD', '/v1/characters')).status).toBe(200);
  });

  test('a key with one scope gets through there, and a path that is no route stays a 404', async () => {
    const { ask } = withScopes(['characters']);
    expect((await ask('GET', '/v1/characters')).status).toBe(200);
    expect((await ask('GET', '/v1/identities')).status).toBe(403);
    expect((await ask('GET', '/v1/nothing')).status).toBe(404);
    expect((await ask('PATCH', '/v1/characters')).status).toBe(405);
  });

  test('whoever may start runs and not approve them, can neither approve, reject nor decide', async () => {
    const { ask, addCharacter, addIdentity, told } = withScopes(SCOPES.filter((scope) => scope !== 'approve'));
    const { id } = addIdentity(addCharacter());
    const decision = { decisionId: 'd', round: 1, verdict: 'approve' };
    expect((await ask('POST', `/v1/identities/${id}/approve`, { round: 1 })).status).toBe(403);
    expect((await ask('POST', `/v1/identities/${id}/reject`, { round: 1 })).status).toBe(403);
    expect((await ask('POST', `/v1/identities/${id}/decision`, decision)).status).toBe(403);
    expect(told).toEqual([]);
  });
});

describe('people', () => {
  const asked: string[] = [];
  const world = (answer: Principal | 'unknown' | 'no_tenant') =>
    newWorld({
      people: {
        personOf: async (token) => {
          asked.push(token);
          return answer;
        },
      },
    });
  const headers = { authorization: `Bearer ${TOKEN}` };

  test('come with an access token instead of a key', async () => {
    expect((await world(PERSON).ask('GET', '/v1/characters', undefined, headers)).status).toBe(200);
    expect(asked.at(-1)).toBe(TOKEN);
  });

  test('decide in their own name, whatever the body says', async () => {
    const { ask, told, addCharacter, addIdentity } = world(PERSON);
    const { id } = addIdentity(addCharacter());
    await ask('POST', `/v1/identities/${id}/decision`, { decisionId: 'd', round: 1, verdict: 'approve' }, headers);
    expect(told.find(([name]) => name === 'decide')?.[2]).toMatchObject({ by: 'user:u-1' });
    const claimed = { decisionId: 'd', round: 1, verdict: 'approve', by: 'user:somebody' };
    expect((await ask('POST', `/v1/identities/${id}/decision`, claimed, headers)).status).toBe(422);
  });

  test('whose token is not good are asked to sign in, and those without a tenant to get one', async () => {
    const unknown = await world('unknown').ask('GET', '/v1/characters', undefined, headers);
    expect(unknown.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    expect(await problemIn(unknown)).toMatchObject({ status: 401, code: 'unauthorized' });
    const homeless = await problemIn(await world('no_tenant').ask('GET', '/v1/characters', undefined, headers));
    expect(homeless).toMatchObject({ status: 403, code: 'no_tenant' });
    expect(homeless.detail).toContain('tenant_id');
  });

  test('are not looked for when a key is shown', async () => {
    const before = asked.length;
    await world('unknown').ask('GET', '/v1/characters', undefined, { authorization: `Bearer ${KEY}` });
    expect(asked).toHaveLength(before);
  });
});
