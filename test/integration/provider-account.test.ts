// The circuit breaker of the provider's account against a real database: who may try, who locks and who opens it, and how
// long the waits get.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Supabase } from '../../adapters/supabase/client.ts';
import { type BreakerTimes, createProviderAccount } from '../../adapters/supabase/provider-account.ts';
import type { Pass, ProviderAccount } from '../../core/ports/provider-account.ts';
import { databaseOf, startTestSupabase, type TestSupabase, testClient } from '../support/supabase.ts';

const CALLERS = Array.from({ length: 20 }, (_, i) => i);
const AT_ONCE: BreakerTimes = { first: 0, longest: 0, lease: 60_000, busy: 5000, admin: { first: 0, longest: 0 } };
const MINUTE_MS = 60_000;
const SLOW: BreakerTimes = {
  first: 300_000,
  longest: 3_000_000,
  lease: 60_000,
  busy: 5000,
  admin: { first: 6_000_000, longest: 36_000_000 },
};

let supabase: TestSupabase;
let client: Supabase;

beforeAll(async () => {
  supabase = await startTestSupabase();
  client = databaseOf(supabase);
});
afterAll(() => supabase?.stop());
afterEach(async () => void (await client.from('circuit_breakers').delete().neq('provider', '')));

const account = (times = AT_ONCE): ProviderAccount => createProviderAccount(client, 'fal', times);

async function probeOf(breaker: ProviderAccount): Promise<string> {
  const pass = await breaker.acquire();
  if (!pass.allowed || pass.probe === undefined) throw new Error(`no probe, but ${JSON.stringify(pass)}`);
  return pass.probe;
}

const isProbe = (pass: Pass) => pass.allowed && pass.probe !== undefined;

describe('an account that works', () => {
  test('lets everybody through, and none as a probe', async () => {
    const passes = await Promise.all(CALLERS.map(() => account().acquire()));
    expect(passes).toEqual(CALLERS.map(() => ({ allowed: true, probe: undefined })));
    expect(await account().state()).toEqual({ state: 'ok', since: undefined });
  });

  test('is locked by the first of 20 refusals, and by that one alone', async () => {
    const began = Date.now();
    const reports = await Promise.all(CALLERS.map((i) => account(SLOW).refused(`refusal ${i}`, undefined, 'balance')));
    const tookMs = Date.now() - began;
    expect(reports.filter((report) => report.changed)).toHaveLength(1);
    for (const { retryAfterMs } of reports) {
      expect(retryAfterMs).toBeGreaterThanOrEqual(SLOW.first - tookMs);
      expect(retryAfterMs).toBeLessThanOrEqual(SLOW.first);
    }
    expect(await account().state()).toMatchObject({ state: 'locked', reason: expect.stringContaining('refusal') });
  });
});

describe('a locked account', () => {
  test('lets nobody through before the wait is over, and says how long it is', async () => {
    const began = Date.now();
    await account(SLOW).refused('User is locked.', undefined, 'balance');
    const passes = await Promise.all(CALLERS.map(() => account(SLOW).acquire()));
    const tookMs = Date.now() - began;
    for (const pass of passes) {
      expect(pass).toMatchObject({ allowed: false, reason: 'User is locked.' });
      if (!pass.allowed) expect(pass.retryAfterMs).toBeGreaterThanOrEqual(SLOW.first - tookMs);
    }
  });

  test('lets exactly one of 20 callers try once the wait is over; the others are told to look again soon', async () => {
    await account().refused('User is locked.', undefined, 'balance');
    const passes = await Promise.all(CALLERS.map(() => account().acquire()));
    expect(passes.filter(isProbe)).toHaveLength(1);
    const closed = passes.filter((pass) => !pass.allowed);
    expect(closed).toEqual(
      Array.from({ length: 19 }, () => ({ allowed: false, reason: 'User is locked.', retryAfterMs: 5000 })),
    );
  });

  test('is opened by a probe that passes, once, and is as new then', async () => {
    const breaker = account();
    await breaker.refused('User is locked.', undefined, 'balance');
    const probe = await probeOf(breaker);
    expect(await breaker.worked(probe)).toBe(true);
    expect(await breaker.worked(probe)).toBe(false);
    expect(await breaker.state()).toEqual({ state: 'ok', since: expect.any(String) });
    expect(await breaker.acquire()).toEqual({ allowed: true, probe: undefined });
    expect(await account(SLOW).refused('Locked again.', undefined, 'balance')).toMatchObject({ changed: true });
    expect(await account(SLOW).acquire()).toMatchObject({ allowed: false, reason: 'Locked again.' });
  });

  test('waits twice as long after every probe that is refused, up to the longest wait', async () => {
    const breaker = account();
    await breaker.refused('User is locked.', undefined, 'balance');
    const lengths: number[] = [];
    for (let i = 0; i < 6; i++) {
      const { changed, retryAfterMs } = await account(SLOW).refused('Still locked.', await probeOf(breaker), 'balance');
      expect(changed).toBe(false);
      lengths.push(Math.round(retryAfterMs / 1000));
      await client
        .from('circuit_breakers')
        .update({ next_probe_at: new Date(0).toISOString() })
        .eq('provider', 'fal');
    }
    expect(lengths).toEqual([600, 1200, 2400, 3000, 3000, 3000]);
  });

  test('keeps its wait when others are refused that were under way before', async () => {
    await account(SLOW).refused('first', undefined, 'balance');
    await Promise.all(CALLERS.map(() => account(SLOW).refused('late', undefined, 'balance')));
    const { data } = await client.from('circuit_breakers').select('refusals, reason').single();
    expect(data).toEqual({ refusals: 1, reason: 'first' });
  });

  test('gives the turn of a probe that told nothing to the next one at once', async () => {
    const breaker = account();
    await breaker.refused('User is locked.', undefined, 'balance');
    const first = await probeOf(breaker);
    await breaker.abandoned(first);
    const second = await probeOf(breaker);
    expect(second).not.toBe(first);
    expect(await breaker.worked(first)).toBe(false);
    expect(await breaker.state()).toMatchObject({ state: 'locked' });
  });

  test('gives the turn of a probe that died to the next one after its lease', async () => {
    const breaker = account({ ...AT_ONCE, lease: 50 });
    await breaker.refused('User is locked.', undefined, 'balance');
    const dead = await probeOf(breaker);
    await sleep(60);
    const next = await probeOf(breaker);
    expect(await breaker.worked(dead)).toBe(false);
    expect(await breaker.worked(next)).toBe(true);
  });
});

test('the sandbox’s account is another one', async () => {
  await createProviderAccount(client, 'sandbox').refused('a fault', undefined, 'balance');
  expect(await createProviderAccount(client, 'sandbox').state()).toMatchObject({ state: 'locked', reason: 'a fault' });
  expect(await createProviderAccount(client, 'fal').state()).toMatchObject({ state: 'ok' });
});

test('nobody without a key of the server reads the breaker or changes it', async () => {
  await account().refused('User is locked.', undefined, 'balance');
  const outsider = testClient(supabase.url, supabase.publishableKey);
  expect((await outsider.from('circuit_breakers').select()).error).not.toBeNull();
  const probe = await outsider.rpc('acquire_provider', { p_provider: 'fal', p_lease_ms: 1, p_busy_ms: 1 });
  expect(probe.error).not.toBeNull();
  expect(await account().state()).toMatchObject({ state: 'locked' });
});

describe('an endpoint that the account may not use', () => {
  const FLUX = 'fal-ai/flux-lora';

  test('is closed by itself: the account and every other endpoint stay open, and people are told which one', async () => {
    const breaker = account(SLOW);
    expect(await breaker.endpoint(FLUX).refused('Access denied', undefined, 'endpoint')).toMatchObject({
      changed: true,
    });
    expect(await breaker.endpoint(FLUX).refused('Access denied', undefined, 'endpoint')).toMatchObject({
      changed: false,
    });
    expect(await breaker.endpoint(FLUX).acquire()).toMatchObject({ allowed: false, reason: 'Access denied' });
    expect(await breaker.acquire()).toEqual({ allowed: true, probe: undefined });
    expect(await breaker.endpoint('fal-ai/another').acquire()).toEqual({ allowed: true, probe: undefined });
    expect(await breaker.state()).toMatchObject({
      state: 'ok',
      closedEndpoints: [{ endpoint: FLUX, reason: 'Access denied', since: expect.any(String) }],
    });
    expect(await createProviderAccount(client, 'sandbox').state()).toEqual({ state: 'ok', since: undefined });
  });

  test('opens by a probe that works, a second time too', async () => {
    const flux = account().endpoint(FLUX);
    for (let time = 0; time < 2; time++) {
      await flux.refused('Access denied', undefined, 'endpoint');
      const pass = await flux.acquire();
      expect(await flux.worked((pass.allowed && pass.probe) || '')).toBe(true);
      expect(await flux.acquire()).toEqual({ allowed: true, probe: undefined });
    }
    expect(await account().state()).not.toHaveProperty('closedEndpoints');
  });
});

describe('a lock by the provider’s staff', () => {
  test('is a change although the account was locked before, and waits by its own times', async () => {
    await account(SLOW).refused('Exhausted balance', undefined, 'balance');
    const admin = await account(SLOW).refused('Admin lock', undefined, 'admin');
    expect(admin.changed).toBe(true);
    expect(admin.retryAfterMs).toBeGreaterThan(SLOW.admin.first - MINUTE_MS);
    expect(await account().state()).toMatchObject({ state: 'locked', kind: 'admin', reason: 'Admin lock' });
    expect(await account(SLOW).refused('Admin lock', undefined, 'admin')).toMatchObject({ changed: false });
    // Those that were refused for want of money a moment ago change nothing.
    expect(await account(SLOW).refused('Exhausted balance', undefined, 'balance')).toMatchObject({ changed: false });
    expect(await account().state()).toMatchObject({ kind: 'admin' });
  });
});
