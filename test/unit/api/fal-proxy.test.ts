// What of fal may be asked through the proxy: exactly the addresses that fal's client builds for two endpoints, and the
// fields that these take. How the proxy pays and answers is kept by test/integration/fal-proxy.test.ts.

import { describe, expect, test, vi } from 'vitest';
import { fluxLora } from '../../../adapters/fal/models/flux-lora.ts';
import { fluxLoraFastTraining } from '../../../adapters/fal/models/flux-lora-fast-training.ts';
import type { ProxiedModel } from '../../../adapters/fal/models/index.ts';
import { checkInput } from '../../../api/fal-proxy/inputs.ts';
import { targetOfEndpoint, targetOfUrl } from '../../../api/fal-proxy/target.ts';
import { Problem } from '../../../api/problem.ts';
import { RunError } from '../../../core/ports/run-error.ts';
import { FAILURES, Failure, type FailureCode } from '../../../domain/failure.ts';
import { DEFAULT_MEGAPIXEL } from '../../../domain/image-units.ts';
import { shortPauses } from '../../support/short-pauses.ts';
import { newWorld, TENANT, type World } from './world.ts';

shortPauses(100);

const QUEUE = 'https://queue.fal.run';
const DRAW = `${QUEUE}/fal-ai/flux-lora`;

describe('a target', () => {
  test.each([
    ['POST', DRAW, { kind: 'submit', model: fluxLora }],
    ['POST', `${DRAW}-fast-training`, { kind: 'submit', model: fluxLoraFastTraining }],
    ['GET', `${DRAW}/requests/a1/status?logs=0`, { kind: 'status', model: fluxLora, requestId: 'a1' }],
    ['GET', `${DRAW}/requests/a1/status`, { kind: 'status', model: fluxLora, requestId: 'a1' }],
    ['GET', `${DRAW}/requests/a1/status?logs=1`, { kind: 'status_with_logs', model: fluxLora, requestId: 'a1' }],
    ['GET', `${DRAW}/requests/a1/status/stream?logs=0`, { kind: 'status_stream', model: fluxLora, requestId: 'a1' }],
    [
      'GET',
      `${DRAW}/requests/a1/status/stream?logs=1`,
      { kind: 'status_stream_with_logs', model: fluxLora, requestId: 'a1' },
    ],
    ['GET', `${DRAW}/requests/a1`, { kind: 'result', model: fluxLora, requestId: 'a1' }],
    ['PUT', `${DRAW}/requests/a1/cancel`, { kind: 'cancel', model: fluxLora, requestId: 'a1' }],
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
    ['GET', 'https://queue.fal.run/fal-ai/flux-lora/requests/a1/stream'],
    ['PUT', 'https://queue.fal.run/fal-ai/flux-lora/requests/a1/status/stream'],
    ['DELETE', 'https://queue.fal.run/fal-ai/flux-lora/requests/a1'],
  ])('%s %s is refused', (method, url) => {
    expect(() => targetOfUrl(method, url)).toThrow(expect.objectContaining({ code: 'target_not_allowed' }));
    expect(() => targetOfEndpoint(method, url)).toThrow(expect.objectContaining({ code: 'target_not_allowed' }));
  });
});

describe('a body', () => {
  const problem = (model: ProxiedModel, body: unknown): Problem => {
    try {
      checkInput(model, body, DEFAULT_MEGAPIXEL);
    } catch (error) {
      if (error instanceof Problem) return error;
      throw error;
    }
    throw new Error('not refused');
  };

  test('with fields that the endpoint does not have names them all', () => {
    const { code, message } = problem(fluxLora, {
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
    expect(problem(fluxLora, body).code).toBe('invalid_request');
  });

  test.each([
    [{}],
    [{ images_data_url: 'data:application/zip;base64,UEsDBA==' }],
    [{ images_data_url: 'https://a.test/a.zip', steps: 10_001 }],
    [{ images_data_url: 'https://a.test/a.zip', learning_rate: 1 }],
  ])('of a training like %j is refused', (body) => {
    expect(problem(fluxLoraFastTraining, body).code).toBe('invalid_request');
  });

  test('is estimated at the most that it can cost', () => {
    const drawn = { prompt: 'x', image_size: 'square_hd', num_images: 4 };
    const trained = { images_data_url: 'https://a.test/a.zip' };
    expect(checkInput(fluxLora, { prompt: 'x' }, 1_000_000).price).toBe(35_000);
    expect(checkInput(fluxLora, drawn, 1_000_000).price).toBe(280_000);
    expect(checkInput(fluxLora, drawn, 1_048_576).price).toBe(140_000);
    expect(checkInput(fluxLoraFastTraining, trained, 1_000_000).price).toBe(2_000_000);
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
    provider.reactions = [{ kind: 'refused', reason: 'too many', retry: 'later', retryAfterMs: 7000 }];
    const refused = await draw(world, { 'idempotency-key': 'k' });
    expect([refused.status, refused.headers.get('retry-after'), ledger.budget.reserved]).toEqual([503, '7', 0]);
    expect((await draw(world, { 'idempotency-key': 'k' })).status).toBe(200);
    expect(provider.taken()).toHaveLength(1);
  });

  test('that fal refuses for good is no 502, which its client would send again', async () => {
    const world = newWorld();
    world.proxy.provider.reactions = [{ kind: 'refused', reason: 'no such model', retry: 'never' }];
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

  test('that was accepted, but could not be written down, names its request all the same', async () => {
    const world = newWorld();
    const { ledger } = world.proxy;
    ledger.submitted = () => Promise.reject(new Failure('Internal', 'The row is another’s.'));
    const lost = await draw(world, { 'idempotency-key': 'k' });
    expect([lost.status, lost.headers.get('x-fal-request-id')]).toEqual([409, 'request-1']);
    expect(await lost.json()).toMatchObject({ code: 'submission_unknown', request_id: 'request-1' });
  });

  test('that was accepted is no error because the alarm could not be written', async () => {
    const world = newWorld();
    const { account } = world.proxy;
    account.now = { state: 'locked', since: '2026-11-28T09:00:00.000Z', reason: 'no money', kind: 'balance' };
    account.probeIsDue = true;
    account.worked = () => Promise.reject(new Failure('StoreUnavailable', 'The database is away.'));
    const answer = await draw(world);
    expect([answer.status, answer.headers.get('x-fal-request-id')]).toEqual([200, 'request-1']);
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
      enable_safety_checker: true,
      seed: expect.any(Number),
    });
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

describe('a plain request that was accepted', () => {
  const ask = (world: World, headers: Record<string, string> = {}, prompt = 'x') =>
    world.ask('POST', '/api/fal-proxy', { endpoint: '/fal-ai/flux-lora', body: { prompt } }, headers);
  const codes = Object.keys(FAILURES) as FailureCode[];

  /** The answer when the minute of waiting has passed, if it takes that long. */
  async function answered(world: World, headers?: Record<string, string>): Promise<Response> {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout'] });
    try {
      const asking = ask(world, headers);
      await vi.advanceTimersByTimeAsync(70_000);
      return await asking;
    } finally {
      vi.useRealTimers();
    }
  }

  async function expectOnlyItsId(answer: Response) {
    expect([answer.status, answer.headers.get('x-fal-request-id'), answer.headers.get('retry-after')]).toEqual([
      202,
      'request-1',
      null,
    ]);
    expect(await answer.json()).toMatchObject({
      status: 'IN_QUEUE',
      request_id: 'request-1',
      status_url: `${DRAW}/requests/request-1/status`,
    });
  }

  test.each(codes)(
    'is answered with its id when its status ends in %s, and never paid again with its key',
    async (code) => {
      const world = newWorld();
      const { provider } = world.proxy;
      provider.statuses = Array.from({ length: 100 }, () => new Failure(code, 'away', { retryAfterMs: 5000 }));
      await expectOnlyItsId(await answered(world, { 'idempotency-key': 'k' }));
      provider.statuses = [];
      provider.answer = { data: { images: [] }, billableUnits: 1 };
      expect((await ask(world, { 'idempotency-key': 'k' })).status).toBe(200);
      expect(provider.posts).toHaveLength(1);
    },
  );

  test.each(codes)('is answered with its id when its result ends in %s', async (code) => {
    const world = newWorld({ relay: async () => new Response('{}', { status: 503, headers: { 'retry-after': '5' } }) });
    world.proxy.provider.answer = new Failure(code, 'away');
    await expectOnlyItsId(await answered(world));
  });

  test('is answered with its id when the ledger is away, the provider’s own answer is lost, or anything breaks', async () => {
    const away = () => Promise.reject(new Failure('StoreUnavailable', 'away'));
    const ledger = newWorld();
    ledger.proxy.ledger.settled = away;
    const relay = newWorld({ relay: away });
    relay.proxy.provider.answer = new Failure('ProviderFailed', 'no');
    const bug = newWorld();
    bug.proxy.provider.status = () => Promise.reject(new TypeError('a defect'));
    for (const world of [ledger, relay, bug]) await expectOnlyItsId(await answered(world));
  });

  test('is waited for when one look at it fails', async () => {
    const world = newWorld();
    world.proxy.provider.statuses = [new Failure('ProviderUnavailable', 'away')];
    world.proxy.provider.answer = { data: { images: ['drawn'] }, billableUnits: 1 };
    const answer = await ask(world);
    expect([answer.status, await answer.json()]).toEqual([200, { images: ['drawn'] }]);
  });

  test('is told why the model would not draw it, with its id', async () => {
    const body = JSON.stringify({ detail: [{ type: 'content_policy_violation' }] });
    const world = newWorld({ relay: async () => new Response(body, { status: 422 }) });
    world.proxy.provider.answer = new Failure('ProviderFailed', 'no');
    const answer = await ask(world);
    expect([answer.status, answer.headers.get('x-fal-request-id'), await answer.text()]).toEqual([
      422,
      'request-1',
      body,
    ]);
  });

  test('is never the answer to another body with the same key, not even at the same time', async () => {
    const world = newWorld();
    const { ledger, provider } = world.proxy;
    provider.answer = { data: { images: ['of the first'] }, billableUnits: 1 };
    const posting = ledger.posting;
    let second: Promise<Response> | undefined;
    // The second comes while the row of the first is written, and its body is not.
    ledger.posting = async (...call) => {
      second ??= Promise.resolve(ask(world, { 'idempotency-key': 'k' }, 'another'));
      await new Promise((resolve) => setTimeout(resolve, 50));
      return posting(...call);
    };
    const first = await ask(world, { 'idempotency-key': 'k' });
    expect([first.status, await first.json()]).toEqual([200, { images: ['of the first'] }]);
    const other = await second;
    expect([other?.status, await other?.json()]).toEqual([
      409,
      expect.objectContaining({ code: 'idempotency_conflict' }),
    ]);
    expect(provider.posts.map(({ input }) => input.prompt)).toEqual(['x']);
  });
});

describe('a text that goes through to the provider', () => {
  const draw = (input: unknown) =>
    newWorld().ask('POST', '/api/fal-proxy', { endpoint: 'fal-ai/flux-lora', body: input });

  test.each([
    ['a prompt with NUL', { prompt: 'a\0b' }, 'prompt'],
    ['a prompt with half of an emoji', { prompt: 'a\ud83d' }, 'prompt'],
    ['a LoRA address', { prompt: 'a', loras: [{ path: 'https://files.test/\0' }] }, 'loras.0.path'],
    ['a name', { prompt: 'a', 'x\0': 1 }, 'x\0'],
    ['a text far inside', { prompt: 'a', more: [{ deep: { er: ['\udc00'] } }] }, 'more.0.deep.er.0'],
    ['a prompt with a control character', { prompt: 'a\u0007b' }, 'prompt'],
  ])('is refused with its path when it cannot be stored: %s', async (_, input, path) => {
    const answer = await draw(input);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ code: 'invalid_request', errors: [{ path }] });
  });

  test('may have several lines', async () => {
    expect(() => checkInput(fluxLora, { prompt: 'a knight\n\tat dawn 👩‍🚀' }, DEFAULT_MEGAPIXEL)).not.toThrow();
  });
});
