// Pages on other origins: those that are set may call, with a key that a preflight can't carry.

import { describe, expect, test } from 'vitest';
import { newWorld } from './world.ts';

const APP = 'https://app.example.com';

function preflight(world: ReturnType<typeof newWorld>, path: string, origin = APP) {
  const headers = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type,x-fal-target-url,idempotency-key',
  };
  return world.app.request(path, { method: 'OPTIONS', headers });
}

describe.each(['/v1/characters', '/api/fal-proxy'])('%s', (path) => {
  test('a preflight of an origin that is set is answered without a key', async () => {
    const answer = await preflight(newWorld({ corsOrigins: [APP] }), path);
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe(APP);
    expect(answer.headers.get('access-control-allow-headers')).toContain('x-fal-target-url');
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
  });

  test('a refusal can be read by the page too', async () => {
    const world = newWorld({ corsOrigins: [APP] });
    const answer = await world.app.request(path, { method: 'POST', headers: { origin: APP } });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('access-control-allow-origin')).toBe(APP);
    expect(answer.headers.get('access-control-expose-headers')).toContain('retry-after');
  });

  test.each([
    ['another origin', { corsOrigins: [APP] }, 'https://evil.example'],
    ['an origin that begins alike', { corsOrigins: [APP] }, `${APP}.evil.example`],
    ['no origin being set', { corsOrigins: [] }, APP],
  ])('%s is named in no header', async (_, deps, origin) => {
    const answer = await preflight(newWorld(deps), path, origin);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });
});
