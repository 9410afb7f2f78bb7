// What the API says to browsers about other origins: who is let in is an exact list, and a preflight needs no key.

import { describe, expect, test } from 'vitest';
import { newWorld } from './world.ts';

const APP = 'https://app.example.com';
const PATHS = ['/api/fal-proxy', '/v1/characters'];

const preflight = (world: ReturnType<typeof newWorld>, path: string, origin: string) =>
  world.app.request(path, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,idempotency-key,x-fal-target-url',
    },
  });

describe.each(PATHS)('%s', (path) => {
  test('answers the preflight of a configured origin without a key', async () => {
    const answer = await preflight(newWorld({ corsOrigins: [APP] }), path, APP);
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe(APP);
    expect(answer.headers.get('access-control-allow-headers')).toContain('x-fal-target-url');
    expect(answer.headers.get('access-control-allow-methods')).toContain('PUT');
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    expect(answer.headers.get('vary')).toContain('Origin');
  });

  test.each(['https://app.example.com.evil.com', 'http://app.example.com', 'https://app.example.com:8443', 'null'])(
    'lets %s in nowhere',
    async (origin) => {
      const world = newWorld({ corsOrigins: [APP] });
      expect((await preflight(world, path, origin)).headers.get('access-control-allow-origin')).toBeNull();
      const answer = await world.ask('POST', path, {}, { origin });
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    },
  );

  test('says it in every answer, errors too, with the headers that a script may read', async () => {
    const world = newWorld({ corsOrigins: [APP] });
    const keyless = await world.app.request(path, { method: 'POST', headers: { origin: APP } });
    const wrong = await world.ask('DELETE', path, undefined, { origin: APP });
    expect([keyless.status, wrong.status]).toEqual([401, 405]);
    for (const answer of [keyless, wrong, await world.ask('POST', path, { name: '' }, { origin: APP })]) {
      expect(answer.headers.get('access-control-allow-origin')).toBe(APP);
      const readable = answer.headers.get('access-control-expose-headers');
      for (const header of ['x-fal-request-id', 'retry-after', 'x-request-id']) expect(readable).toContain(header);
    }
  });

  test('speaks of no origin where none is configured', async () => {
    const world = newWorld();
    for (const answer of [await preflight(world, path, APP), await world.ask('POST', path, {}, { origin: APP })]) {
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});
