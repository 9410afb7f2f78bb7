// The check of the production files finds what would only show when somebody deploys them.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** The first time on a machine, the tools come out of their Python packages. */
const FIRST_TIME_MS = 180_000;

function check(folder: string, env: NodeJS.ProcessEnv = process.env) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'engine/check-compose.mjs'), folder], {
    encoding: 'utf8',
    env,
  });
  return { status, stdout, stderr };
}

/** A copy of the production files in which one text is another one. */
function withFault(file: string, text: string, fault: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-compose-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const part of ['docker-compose.yml', 'Dockerfile', '.env.example', 'deploy'])
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  const before = readFileSync(join(folder, file), 'utf8');
  if (!before.includes(text)) throw new Error(`${file} does not contain "${text}": the fault would be none.`);
  writeFileSync(
    join(folder, file),
    before.replace(text, () => fault),
  );
  return folder;
}

let ours: ReturnType<typeof check>;
beforeAll(() => {
  ours = check(ROOT);
}, FIRST_TIME_MS);

test('our own files pass, with one line each', () => {
  expect(ours.status).toBe(0);
  expect(ours.stdout.split('\n').length + ours.stderr.split('skipped').length - 1).toBe(4);
});

test('a machine without Docker and Python skips the check, and says why', () => {
  const { status, stdout, stderr } = check(ROOT, { PATH: '/nowhere', LIKENESS_CACHE: join(tmpdir(), 'nowhere') });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  expect(stderr.match(/skipped .* no Python 3 on PATH/g)).toHaveLength(2);
});

describe('a fault fails the check', () => {
  test.for([
    ['a condition that is none', 'docker-compose.yml', 'service_healthy', 'service_healty', /condition/],
    ['a service that is not there', 'docker-compose.yml', '      rest: {', '      post: {', /undefined service.*post/],
    [
      'services that wait for each other',
      'docker-compose.yml',
      '    volumes: ["temporal-db:',
      '    depends_on: [temporal]\n    volumes: ["temporal-db:',
      /cycle/,
    ],
    ['a secret that .env.example does not name', '.env.example', 'SUPABASE_JWT_SECRET', 'JWT_SECRET', /JWT_SECRET/],
    ['a port for everybody', 'docker-compose.yml', '["127.0.0.1:$', '["$', /temporal-ui: a port is not on 127.0.0.1/],
    ['an image of any version', 'docker-compose.yml', 'caddy:2', 'caddy:latest', /gateway: .*version/],
    [
      'a service without a health check',
      'docker-compose.yml',
      'start_period: 120s',
      'disable: false',
      /supabase-db: .*health/,
    ],
    ['an option that Compose does not know', 'deploy/app.yml', 'stop_grace_period', 'stop_grace', /stop_grace/],
    ['a careless Dockerfile', 'Dockerfile', 'RUN npm run build', 'RUN cd /app && npm run build', /DL3003/],
  ] as const)('%s', ([, file, text, fault, message], { skip }) => {
    if (ours.stderr.includes('skipped')) skip('neither Docker Compose nor Python on this machine');
    const { status, stderr } = check(withFault(file, text, fault));
    expect(stderr).toMatch(message);
    expect(status).toBe(1);
  });
});
