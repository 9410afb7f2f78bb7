// How often one may ask.

import type { HttpBindings } from '@hono/node-server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { problemIn } from './problem-in.ts';
import { KEY, newWorld } from './world.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

const MINUTE_MS = 60_000;
const mine = { authorization: `Bearer ${KEY}` };
const theirs = { authorization: 'Bearer lk_theirs' };
const world = (requestsPerMinute = 3) => newWorld({ limits: { requestsPerMinute, openRuns: 1, openBatches: 1 } });

describe('a key', () => {
  test('hears how much is left, then 429 until the minute is over; another key is not touched', async () => {
    const { app } = world();
    const ask = (headers: Record<string, string>) => app.request('/v1/characters', { headers });
    const answers = [await ask(mine), await ask(mine), await ask(mine)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.map((answer) => answer.headers.get('ratelimit'))).toEqual([
      'limit=3, remaining=2, reset=60',
      'limit=3, remaining=1, reset=60',
      'limit=3, remaining=0, reset=60',
    ]);
    expect(answers[0]?.headers.get('ratelimit-policy')).toBe('3;w=60');
    vi.advanceTimersByTime(15_000);
    const refused = await ask(mine);
    expect(refused.headers.get('retry-after')).toBe('45');
    expect(refused.headers.get('ratelimit')).toBe('limit=3, remaining=0, reset=45');
    expect(await problemIn(refused)).toMatchObject({ status: 429, code: 'rate_limited' });
    expect((await ask(theirs)).status).toBe(200);
    vi.advanceTimersByTime(MINUTE_MS);
    expect((await ask(mine)).status).toBe(200);
  });

  test('is counted over all routes, refused ones too', async () => {
    const { ask } = world();
    await ask('GET', '/v1/characters/none');
    await ask('POST', '/v1/characters', {});
    await ask('GET', '/v1/nothing');
    expect((await ask('GET', '/v1/budget')).status).toBe(429);
  });
});

describe('an address without a key', () => {
  const from = (remoteAddress: string) => ({ incoming: { socket: { remoteAddress } } }) as unknown as HttpBindings;
  /** A twentieth of what a key may ask. */
  const REFUSALS = 30;

  test('is refused with 401 thirty times a minute, then with 429; whoever has a key is let in from there', async () => {
    const { app } = world(20 * REFUSALS);
    const ask = (address: string, headers = {}) => app.request('/v1/characters', { headers }, from(address));
    for (let n = 0; n < REFUSALS; n += 1) {
      const headers = n % 2 ? { authorization: `Bearer lk_guess_${n}` } : {};
      expect((await ask('192.0.2.1', headers)).status).toBe(401);
    }
    const refused = await ask('192.0.2.1', { authorization: 'Bearer lk_guess' });
    expect(refused.headers.get('retry-after')).toBe('60');
    expect(await problemIn(refused)).toMatchObject({ status: 429, code: 'rate_limited' });
    expect((await ask('192.0.2.2')).status).toBe(401);
    expect((await ask('192.0.2.1', mine)).status).toBe(200);
  });

  test('may deliver webhooks and ask for health as often as it likes', async () => {
    const { app } = world();
    const body = '{"request_id":"r"}';
    for (let n = 0; n <= REFUSALS + 1; n += 1) {
      expect((await app.request('/healthz', {}, from('192.0.2.1'))).status).toBe(200);
      expect((await app.request('/webhooks/fal/x', { method: 'POST', body }, from('192.0.2.1'))).status).toBe(404);
    }
  });
});
