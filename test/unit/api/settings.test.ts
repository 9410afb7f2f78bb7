// The provider's content checker: on, until somebody with the scope turns it off, and that stays on record.

import { describe, expect, test } from 'vitest';
import { newWorld, TENANT, type World } from './world.ts';

const REASON = 'A medical series; every picture is reviewed by us.';

describe('the content checker', () => {
  test('is on by default, and whoever turns it off is written down', async () => {
    const { ask } = newWorld();
    expect(await (await ask('GET', '/v1/settings')).json()).toEqual({ safetyChecker: true, changes: [] });
    const off = await ask('PUT', '/v1/settings', { safetyChecker: false, reason: REASON });
    expect([off.status, await off.json()]).toEqual([
      200,
      {
        safetyChecker: false,
        changes: [{ safetyChecker: false, reason: REASON, by: 'key:k1', at: expect.any(String) }],
      },
    ]);
  });

  test('is set by nobody without the scope admin, and by no other field', async () => {
    const principal = async () =>
      ({ kind: 'key', tenantId: TENANT, keyId: 'k1', scopes: ['identities', 'stills', 'ledger'] }) as const;
    const { ask } = newWorld({}, { principal });
    expect((await ask('PUT', '/v1/settings', { safetyChecker: false })).status).toBe(403);
    expect((await newWorld().ask('PUT', '/v1/settings', { safety: false })).status).toBe(422);
    expect((await newWorld().ask('PUT', '/v1/settings', { safetyChecker: 'off' })).status).toBe(422);
  });
});

describe('a picture through the proxy', () => {
  const drawn = async (world: World, asked?: boolean) => {
    const body = { prompt: 'x', ...(asked === undefined ? {} : { enable_safety_checker: asked }) };
    await world.ask('POST', '/api/fal-proxy', body, { 'x-fal-target-url': 'https://queue.fal.run/fal-ai/flux-lora' });
    return world.proxy.provider.posts.at(-1)?.input.enable_safety_checker;
  };

  test('is checked, whatever the app says, unless the tenant turned that off', async () => {
    const world = newWorld();
    expect([await drawn(world), await drawn(world, true), await drawn(world, false)]).toEqual([true, true, true]);
    await world.ask('PUT', '/v1/settings', { safetyChecker: false });
    expect([await drawn(world), await drawn(world, true), await drawn(world, false)]).toEqual([true, true, false]);
  });
});
