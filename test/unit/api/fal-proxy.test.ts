// What of fal may be asked through the proxy: exactly the addresses that fal's client builds for two endpoints, and the
// fields that these take. How the proxy pays and answers is kept by test/integration/fal-proxy.test.ts.

import { describe, expect, test, vi } from 'vitest';
import { checkInput } from '../../../api/fal-proxy/inputs.ts';
import { targetOfEndpoint, targetOfUrl } from '../../../api/fal-proxy/target.ts';
import { Problem } from '../../../api/problem.ts';
import { RunError } from '../../../api/run-error.ts';
import { FAILURES, Failure, type FailureCode } from '../../../domain/failure.ts';
import { DEFAULT_MEGAPIXEL } from '../../../domain/image-units.ts';
import { GENERATION, TRAINING } from '../../../domain/provider-profile.ts';
import { newWorld, TENANT, type World } from './world.ts';

const QUEUE = 'https://queue.fal.run';
const DRAW = `${QUEUE}/fal-ai/flux-lora`;

describe('a target', () => {
  test.each([
    ['POST', DRAW, { kind: 'submit', endpoint: GENERATION.endpoint }],
    ['POST', `${DRAW}-fast-training`, { kind: 'submit', endpoint: TRAINING.endpoint }],
    ['GET', `${DRAW}/requests/a1/status?logs=0`, { kind: 'status', endpoint: GENERATION.endpoint, requestId: 'a1' }],
    ['GET', `${DRAW}/requests/a1/status`, { kind: 'status', endpoint: GENERATION.endpoint, requestId: 'a1' }],
    [
      'GET',
      `${DRAW}/requests/a1/status?logs=1`,
      { kind: 'status_with_logs', endpoint: GENERATION.endpoint, requestId: 'a1' },
    ],
    ['GET', `${DRAW}/requests/a1`, { kind: 'result', endpoint: GENERATION.endpoint, requestId: 'a1' }],
    ['PUT', `${DRAW}/requests/a1/cancel`, { kind: 'cancel', endpoint: GENERATION.endpoint, requestId: 'a1' }],
  ])('%s %s is what fal’s client asks', (method, url, target) => {
    expect(targetOfUrl(method, url)).toEqual(target);
    expect(targetOfEndpoint(method, url)).toEqual(target);
    expect(targetOfEndpoint(method, url.slice(QUEUE.length))).toEqual(target);
  });

  test.each([
    ['POST', 'https://queue.fal.run.evil.com/fal-ai/flux-lora'],
    ['POST', 'https://queue.fal.run@evil.com/fal-ai/flux-lora'],
    ['POST', 'https://me:pw@queue.fal.run/fal-ai/flux-lora'],
    ['POST', 'https://queue.fal.run:443/fal-ai/flux-lora'],
    ['POST', 'https://queue.fal.run:8443/fal-ai/flux-lora'],
    ['POST', 'https://evilqueue.fal.run/fal-ai/flux-lora'],
    ['POST', 'https://evil.com/https://queue.fal.run/fal-ai/flux-lora'],
    ['POST', 'https://evil.com\\@queue.fal.run/fal-ai/flux-lora'],
    ['POST', 'http://queue.fal.run/fal-ai/flux-lora'],
    ['POST', 'HTTPS://QUEUE.FAL.RUN/fal-ai/flux-lora'],
    ['POST', '//queue.fal.run/fal-ai/flux-lora'],
    ['POST', ' https://queue.fal.run/fal-ai/flux-lora'],
    ['POST', 'https://queue.fal.run//fal-ai/flux-lora'],
    ['POST', 'https://queue.fal.run/fal-ai/flux-lora/'],
    ['POST', 'https://queue.fal.run/fal-ai%2Fflux-lora'],
    ['POST', 'https://queue.fal.run/fal-ai/flux%2Dlora'],
    ['POST', 'https://queue.fal.run/fal-ai/../fal-ai/flux-lora'],
    ['POST', 'https://queue.fal.run/fal-ai/flux-lora#x'],
    ['POST', 'https://queue.fal.run/fal-ai/flux-lora\n'],
    ['POST', 'https://queue。fal。run/fal-ai/flux-lora'],
    ['POST', 'https://queue.fal.run/fal-ai/flux-lorа'],
    ['POST', 'https://queue.fal.run/fal-ai/flux-lora?fal_webhook=https://evil.com'],
    ['POST', 'https://queue.fal.run/fal-ai/flux-pro'],
    ['POST', 'https://queue.fal.run/fal-ai/flux-lora/image-to-image'],
    ['POST', 'https://fal.run/fal-ai/flux-lora'],
    ['POST', 'https://rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3'],
    ['POST', 'https://rest.fal.ai/tokens/'],
    ['GET', 'https://queue.fal.run/fal-ai/flux-lora'],
    ['PUT', 'https://queue.fal.run/fal-ai/flux-lora'],
    ['POST', 'https://queue.fal.run/fal-ai/flux-lora/requests/a1'],
    ['PUT', 'https://queue.fal.run/fal-ai/flux-lora/requests/a1'],
    ['GET', 'https://queue.fal.run/fal-ai/flux-lora/requests/a1/cancel'],
    ['PUT', 'https://queue.fal.run/fal-ai/flux-lora/requests/a1/status'],
    ['GET', 'https://queue.fal.run/fal-ai/flux-lora/requests/../status'],
    ['GET', 'https://queue.fal.run/fal-ai/flux-lora/requests/a%2F1'],
    ['GET', 'https://queue.fal.run/fal-ai/flux-lora/requests/a1?logs=0'],
    ['GET', 'https://queue.fal.run/fal-ai/flux-lora/requests/a1/status?logs=0&x=1'],
    ['GET', 'https://queue.fal.run/fal-ai/flux-lora/requests/a1/status/stream?logs=2'],
    ['POST', 'https://queue.fal.run/fal-ai/flux-lora/requests/a1/status/stream'],
    ['DELETE', 'https://queue.fal.run/fal-ai/flux-lora/requests/a1'],
  ])('%s %s is refused', (method, url) => {
    expect(() => targetOfUrl(method, url)).toThrow(expect.objectContaining({ code: 'target_not_allowed' }));
    expect(() => targetOfEndpoint(method, url)).toThrow(expect.objectContaining({ code: 'target_not_allowed' }));
  });
});

describe('a body', () => {
  const problem = (endpoint: typeof GENERATION.endpoint | typeof TRAINING.endpoint, body: unknown): Problem => {
    try {
      checkInput(endpoint, body, DEFAULT_MEGAPIXEL);
    } catch (error) {
      if (error instanceof Problem) return error;
      throw error;
    }
    throw new Error('not refused');
  };

  test('with fields that the endpoint does not have names them all', () => {
    const { code, message } = problem(GENERATION.endpoint, {
      prompt: 'x',
      sync_mode: true,
      webhook: 'https://evil.com',
      loras: [{ path: 'https://a.test', force: true }],
    });
    expect(code).toBe('invalid_request');
    for (const field of ['sync_mode', 'webhook', 'loras.0.force']) expect(message).toContain(field);
  });

  test.each([
    [{}],
    [null],
    ['prompt'],
    [[]],
    [{ prompt: '' }],
    [{ prompt: 'x', num_images: 5 }],
    [{ prompt: 'x', image_size: { width: 4096, height: 64 } }],
    [{ prompt: 'x', image_size: 'poster' }],
    [{ prompt: 'x', loras: Array(6).fill({ path: 'https://a.test' }) }],
    [{ prompt: 'x', loras: [{ path: 'https://a.test', scale: 5 }] }],
  ])('of an image like %j is refused', (body) => {
    expect(problem(GENERATION.endpoint, body).code).toBe('invalid_request');
  });

  test.each([
    [{}],
    [{ images_data_url: 'data:application/zip;base64,UEsDBA==' }],
    [{ images_data_url: 'https://a.test/a.zip', steps: 10_001 }],
    [{ images_data_url: 'https://a.test/a.zip', learning_rate: 1 }],
  ])('of a training like %j is refused', (body) => {
    expect(problem(TRAINING.endpoint, body).code).toBe('invalid_request');
  });

  test('is estimated at the most that it can cost', () => {
    const drawn = { prompt: 'x', image_size: 'square_hd', num_images: 4 };
    const trained = { images_data_url: 'https://a.test/a.zip' };
    expect(checkInput(GENERATION.endpoint, { prompt: 'x' }, 1_000_000).estimate).toBe(35_000);
    expect(checkInput(GENERATION.endpoint, drawn, 1_000_000).estimate).toBe(280_000);
    expect(checkInput(GENERATION.endpoint, drawn, 1_048_576).estimate).toBe(140_000);
    expect(checkInput(TRAINING.endpoint, trained, 1_000_000).estimate).toBe(2_000_000);
  });
});

describe('a submission', () => {
  const draw = (world: World, headers: Record<string, string> = {}, body: unknown = { prompt: 'x' }) =>
    world.ask('POST', '/api/fal-proxy', body, { 'x-fal-target-url': DRAW, ...headers });

  test('is followed before anything is paid, so that no crash leaves it to nobody', async () => {
    const world = newWorld();
    world.broken.runs = new RunError('unavailable', 'Temporal is away.');
    expect((await draw(world)).status).toBe(503);
    expect([world.proxy.provider.posts, world.proxy.ledger.rows.size]).toEqual([[], 0]);
    delete world.broken.runs;
    expect((await draw(world)).status).toBe(200);
    expect(world.told).toEqual([['followProxyCall', [...world.proxy.ledger.rows.keys()][0]]]);
    expect(world.proxy.provider.posts).toHaveLength(1);
  });

  test('that is surely refused gives the reservation back, and may be sent again', async () => {
    const world = newWorld();
    const { provider, ledger } = world.proxy;
    provider.reactions = [{ kind: 'refused', reason: 'too many', retry: 'later', account: false, retryAfterMs: 7000 }];
    const refused = await draw(world, { 'idempotency-key': 'k' });
    expect([refused.status, refused.headers.get('retry-after'), ledger.budget.reserved]).toEqual([503, '7', 0]);
    expect((await draw(world, { 'idempotency-key': 'k' })).status).toBe(200);
    expect(provider.taken()).toHaveLength(1);
  });

  test('that fal refuses for good is no 502, which its client would send again', async () => {
    const world = newWorld();
    world.proxy.provider.reactions = [{ kind: 'refused', reason: 'no such model', retry: 'never', account: false }];
    const refused = await draw(world);
    expect([refused.status, await refused.json()]).toEqual([422, expect.objectContaining({ code: 'invalid_request' })]);
  });

  test('whose outcome could not be written down is unclear, and nothing that fal’s client sends again', async () => {
    const world = newWorld();
    const { ledger, provider } = world.proxy;
    provider.reactions = ['lose_answer'];
    ledger.unknown = () => Promise.reject(new Failure('StoreUnavailable', 'The database is away.'));
    const lost = await draw(world, { 'idempotency-key': 'k' });
    expect([lost.status, await lost.json()]).toEqual([409, expect.objectContaining({ code: 'submission_unknown' })]);
  });

  test('of an unclear one is never posted again with its key', async () => {
    const world = newWorld();
    world.proxy.provider.reactions = ['lose_answer'];
    for (let time = 0; time < 3; time++) expect((await draw(world, { 'idempotency-key': 'k' })).status).toBe(409);
    expect(world.proxy.provider.posts).toHaveLength(1);
  });

  test('is given another tenant’s idempotency key as its own', async () => {
    const world = newWorld();
    await draw(world, { 'idempotency-key': 'k' });
    await draw(world, { 'idempotency-key': 'k', authorization: 'Bearer lk_theirs' });
    expect(world.proxy.provider.posts).toHaveLength(2);
    const [first] = world.proxy.ledger.rows.keys();
    expect(first).toMatch(new RegExp(`^proxy/${TENANT}/`));
  });

  test('is no longer than a request can be, is JSON, and says what it asks', async () => {
    const world = newWorld();
    expect((await draw(world, {}, { prompt: 'x'.repeat(100_000) })).status).toBe(413);
    const garbled = await world.app.request('/api/fal-proxy', {
      method: 'POST',
      headers: { authorization: 'Key lk_mine', 'x-fal-target-url': DRAW },
      body: '{',
    });
    expect(garbled.status).toBe(400);
    expect((await world.ask('GET', '/api/fal-proxy')).status).toBe(403);
    expect((await world.ask('POST', '/api/fal-proxy', { prompt: 'x' })).status).toBe(422);
    expect((await world.ask('DELETE', '/api/fal-proxy')).status).toBe(405);
    expect((await draw(world, { 'idempotency-key': 'a b' })).status).toBe(422);
    expect(world.proxy.provider.posts).toEqual([]);
  });

  test('has no part of the request but the fields that are allowed, and a seed', async () => {
    const world = newWorld();
    await draw(world, { cookie: 'a=b', 'x-fal-queue-priority': 'low' }, { prompt: 'x', raw: true });
    expect(world.proxy.provider.posts[0]?.input).toEqual({
      prompt: 'x',
      image_size: 'landscape_4_3',
      num_images: 1,
      seed: expect.any(Number),
    });
  });
});

describe('an answer to a request that was taken names it', () => {
  const ask = (world: World, key?: string) =>
    world.ask(
      'POST',
      '/api/fal-proxy',
      { endpoint: '/fal-ai/flux-lora', method: 'POST', body: { prompt: 'x' } },
      {
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
    );

  test.each(Object.keys(FAILURES) as FailureCode[])('though its status cannot be read: %s', async (code) => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout'] });
    try {
      const world = newWorld();
      world.proxy.provider.statuses = Array.from({ length: 100 }, () => new Failure(code, 'The look failed.'));
      const asking = ask(world, 'k');
      await vi.advanceTimersByTimeAsync(70_000);
      const answer = await asking;
      expect([answer.status, answer.headers.get('x-fal-request-id')]).toEqual([202, 'request-1']);
      expect(await answer.json()).toMatchObject({ request_id: 'request-1' });
      world.proxy.provider.statuses = [];
      world.proxy.provider.answer = { data: { images: [] }, billableUnits: 1 };
      expect((await ask(world, 'k')).status).toBe(200);
      expect(world.proxy.provider.posts).toHaveLength(1);
    } finally {
      vi.useRealTimers();
    }
  });

  test('though its result is answered by a gateway that is away', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout'] });
    try {
      const world = newWorld({ relay: async () => new Response('bad gateway', { status: 502 }) });
      world.proxy.provider.answer = new Failure('ProviderFailed', 'HTTP 502');
      const asking = ask(world);
      await vi.advanceTimersByTimeAsync(70_000);
      const answer = await asking;
      expect([answer.status, answer.headers.get('x-fal-request-id')]).toEqual([202, 'request-1']);
    } finally {
      vi.useRealTimers();
    }
  });

  test('also when the job failed and the provider leaves the id out', async () => {
    const world = newWorld({ relay: async () => Response.json({ detail: 'no face' }, { status: 422 }) });
    world.proxy.provider.answer = new Failure('ProviderFailed', 'HTTP 422');
    const answer = await ask(world);
    expect([answer.status, answer.headers.get('x-fal-request-id')]).toEqual([422, 'request-1']);
  });
});

test('of two different requests with one key at the same moment one is a conflict', async () => {
  const world = newWorld();
  const draw = (prompt: string) =>
    world.ask('POST', '/api/fal-proxy', { prompt }, { 'x-fal-target-url': DRAW, 'idempotency-key': 'k' });
  const answers = await Promise.all([draw('a cat'), draw('a dog')]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const conflict = answers.find(({ status }) => status === 409);
  expect(await conflict?.json()).toMatchObject({ code: 'idempotency_conflict' });
  expect(world.proxy.provider.posts).toHaveLength(1);
});
