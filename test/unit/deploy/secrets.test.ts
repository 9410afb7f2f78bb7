// The secrets of the production topology: made at random, in the form that Supabase's services accept, and asked for.

import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

function makeSecrets(): Record<string, string> {
  const printed = execFileSync(process.execPath, [join(ROOT, 'deploy/secrets.mjs')], { encoding: 'utf8' });
  return Object.fromEntries(
    printed
      .trimEnd()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

test('two servers never share a secret', () => {
  const first = makeSecrets();
  const second = makeSecrets();
  expect(Object.keys(first)).toHaveLength(5);
  expect(new Set([...Object.values(first), ...Object.values(second)]).size).toBe(10);
});

test('passwords can stand in an address as they are', () => {
  const { TEMPORAL_DB_PASSWORD, SUPABASE_DB_PASSWORD } = makeSecrets();
  for (const password of [TEMPORAL_DB_PASSWORD, SUPABASE_DB_PASSWORD]) expect(password).toMatch(/^[0-9a-f]{64}$/);
});

test.for([
  ['SUPABASE_ANON_KEY', 'anon'],
  ['SUPABASE_SERVICE_ROLE_KEY', 'service_role'],
] as const)('%s is a token of the role %s, signed with the JWT secret, and lasts for years', ([name, role]) => {
  const secrets = makeSecrets();
  const [head = '', claims = '', signature] = secrets[name]?.split('.') ?? [];
  const expected = createHmac('sha256', secrets.SUPABASE_JWT_SECRET ?? '').update(`${head}.${claims}`);
  const { exp, ...rest } = JSON.parse(Buffer.from(claims, 'base64url').toString());
  expect(signature).toBe(expected.digest('base64url'));
  expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toEqual({ alg: 'HS256', typ: 'JWT' });
  expect(rest).toMatchObject({ iss: 'supabase', role });
  expect(exp * 1000).toBeGreaterThan(Date.now() + 365 * 24 * 3600 * 1000);
});

test('Compose asks for every one of them, and has a default for none', () => {
  const files = ['docker-compose.yml', 'deploy/app.yml'].map((file) => readFileSync(join(ROOT, file), 'utf8')).join();
  for (const name of Object.keys(makeSecrets())) {
    expect(files, name).toContain(`\${${name}:?`);
    expect(files, name).not.toMatch(new RegExp(`\\$\\{${name}:?[-+]`));
  }
});
