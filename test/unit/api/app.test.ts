// What holds for every request.

import { describe, expect, test } from 'vitest';
import { RunError } from '../../../core/ports/run-error.ts';
import { Failure } from '../../../domain/failure.ts';
import { CREATED } from './fake-tables.ts';
import { problemIn } from './problem-in.ts';
import { KEY, newWorld } from './world.ts';

describe('authentication', () => {
  test.each([
    ['no header', {}],
    ['another scheme', { authorization: `Basic ${KEY}` }],
    ['an unknown key', { authorization: 'Bearer nobody' }],
    ['an empty key', { authorization: 'Bearer ' }],
  ])('%s is answered 401 with a challenge', async (_, headers) => {
    const answer = await newWorld().app.request('/v1/characters', { headers });
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(await problemIn(answer)).toMatchObject({ status: 401, code: 'unauthorized' });
  });

  test('comes before the body is read', async () => {
    const answer = await newWorld().app.request('/v1/characters', { method: 'POST', body: '{' });
    expect(answer.status).toBe(401);
  });

  test('is not asked for by health, the document and webhooks', async () => {
    const { app } = newWorld();
    for (const path of ['/healthz', '/readyz', '/openapi.json']) expect((await app.request(path)).status).toBe(200);
    expect((await app.request('/webhooks/fal/x', { method: 'POST', body: '{"request_id":"r"}' })).status).toBe(404);
  });
});

describe('problems', () => {
  test('no such route', async () => {
    expect((await problemIn(await newWorld().ask('GET', '/v1/nothing'))).code).toBe('not_found');
    expect((await problemIn(await newWorld().app.request('/nothing'))).code).toBe('not_found');
  });

  test('the wrong method names the right ones', async () => {
    const answer = await newWorld().ask('PATCH', '/v1/characters', {});
    expect(answer.headers.get('allow')).toBe('POST, GET, HEAD');
    expect(await problemIn(answer)).toMatchObject({ status: 405, code: 'method_not_allowed' });
  });

  test('malformed JSON', async () => {
    const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
    const answer = await newWorld().app.request('/v1/characters', { method: 'POST', headers, body: '{' });
    expect(await problemIn(answer)).toMatchObject({ status: 400, code: 'malformed_request' });
  });

  test('a body that is not JSON', async () => {
    const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'text/plain' };
    const answer = await newWorld().app.request('/v1/characters', { method: 'POST', headers, body: 'Mara' });
    expect(await problemIn(answer)).toMatchObject({ status: 415, code: 'unsupported_media_type' });
  });

  test('a JSON body above 64 kB', async () => {
    const answer = await newWorld().ask('POST', '/v1/characters', { name: 'x'.repeat(65 * 1024) });
    expect(await problemIn(answer)).toMatchObject({ status: 413, code: 'body_too_large' });
  });

  test('the database is away', async () => {
    const { ask, broken } = newWorld();
    broken.registry = new Failure('StoreUnavailable', 'The database cannot be reached. Try again.', {
      retryAfterMs: 1500,
    });
    const answer = await ask('GET', '/v1/characters');
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(await problemIn(answer)).toMatchObject({ status: 503, code: 'store_unavailable' });
  });

  test('vision is busy', async () => {
    const busy = async () => {
      throw new Failure('NotReadyYet', '33 pictures are being read already.', { retryAfterMs: 2000 });
    };
    const { app, addCharacter } = newWorld({ vision: { prepare: busy, read: busy } });
    const body = new FormData();
    body.append('photos', new File(['a'], 'a.jpg'));
    const headers = { authorization: `Bearer ${KEY}` };
    const answer = await app.request(`/v1/characters/${addCharacter().id}/photos`, { method: 'POST', headers, body });
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(await problemIn(answer)).toMatchObject({ status: 503, code: 'busy' });
  });

  test('a defect shows nothing of itself outside, and all of itself in the log', async () => {
    const secret = async () => {
      throw new Error('password=hunter2');
    };
    const { app, addCharacter, logged } = newWorld({ vision: { prepare: secret, read: secret } });
    const body = new FormData();
    body.append('photos', new File(['a'], 'a.jpg'));
    const headers = { authorization: `Bearer ${KEY}` };
    const answer = await app.request(`/v1/characters/${addCharacter().id}/photos`, { method: 'POST', headers, body });
    const problem = await problemIn(answer);
    expect(problem).toMatchObject({ status: 500, code: 'internal' });
    expect(JSON.stringify(problem)).not.toContain('hunter2');
    expect(logged.find((line) => line.level === 50)).toMatchObject({
      requestId: problem.requestId,
      err: { type: 'Error' },
    });
  });
});

describe('the request id', () => {
  test('is taken over, or made, and stands in the answer and the problem', async () => {
    const { ask } = newWorld();
    const given = await ask('GET', '/v1/nothing', undefined, { 'x-request-id': 'abc-1' });
    expect(given.headers.get('x-request-id')).toBe('abc-1');
    expect((await problemIn(given)).requestId).toBe('abc-1');
    expect((await ask('GET', '/v1/characters')).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    const injected = await ask('GET', '/v1/characters', undefined, { 'x-request-id': 'a b{}' });
    expect(injected.headers.get('x-request-id')).not.toContain('{');
  });
});

describe('the log', () => {
  test('has one line a request, with the route and not the path, and no key, query or body', async () => {
    const { ask, app, logged, addCharacter, addIdentity, addCall } = newWorld();
    const character = addCharacter();
    const { token } = addCall(addIdentity(character));
    await ask('GET', `/v1/characters/${character.id}?token=querysecret`);
    await ask('POST', '/v1/characters', { name: 'Somebody' });
    await app.request(`/webhooks/fal/${token}`, { method: 'POST', body: '{"request_id":"req-1"}' });
    expect(logged.map(({ method, route, status }) => [method, route, status])).toEqual([
      ['GET', '/v1/characters/:id', 200],
      ['POST', '/v1/characters', 201],
      ['POST', '/webhooks/fal/:token', 200],
    ]);
    expect(logged.every((line) => typeof line.ms === 'number' && typeof line.requestId === 'string')).toBe(true);
    const text = JSON.stringify(logged);
    for (const secret of [KEY, 'querysecret', 'Somebody', token, character.id]) expect(text).not.toContain(secret);
  });
});

describe('readiness', () => {
  test('names what cannot be reached, while the process lives', async () => {
    const { app, broken } = newWorld();
    expect((await app.request('/readyz')).status).toBe(200);
    broken.runs = new RunError('unavailable', 'Temporal cannot be reached.');
    broken.registry = new Failure('StoreUnavailable', 'The database cannot be reached.');
    const problem = await problemIn(await app.request('/readyz'));
    expect(problem).toMatchObject({ status: 503, code: 'not_ready' });
    expect(problem.detail).toContain('the database and Temporal');
    expect((await app.request('/healthz')).status).toBe(200);
  });

  test('tells of a locked provider account, and stays ready', async () => {
    const { app, account } = newWorld();
    expect(await (await app.request('/readyz')).json()).toEqual({ status: 'ready', provider: { state: 'ok' } });
    account.state = { state: 'locked', since: CREATED, reason: 'User is locked.', kind: 'balance' };
    const answer = await app.request('/readyz');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ status: 'ready', provider: account.state });
  });
});
