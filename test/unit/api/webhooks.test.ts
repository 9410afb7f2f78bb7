import { describe, expect, test } from 'vitest';
import type { WebhookVerifier } from '../../../api/ports.ts';
import { RunError } from '../../../api/run-error.ts';
import { Failure } from '../../../domain/failure.ts';
import type { ProviderCall } from '../../../domain/provider-call.ts';
import { newWorld, problemIn } from './world.ts';

const DONE = JSON.stringify({ request_id: 'req-1', status: 'OK', payload: { diffusers_lora_file: { url: 'x' } } });

function withCall(call: Partial<ProviderCall> = {}, verify: WebhookVerifier['verify'] = async () => 'valid') {
  const world = newWorld({ webhooks: { verify } });
  const identity = world.addIdentity(world.addCharacter());
  const { token } = world.addCall(identity, call);
  const deliver = (body = DONE, to = token) => world.app.request(`/webhooks/fal/${to}`, { method: 'POST', body });
  return { ...world, id: identity.id, deliver };
}

describe('a webhook', () => {
  test('sends the hint and nothing of its body', async () => {
    const { deliver, told, id } = withCall();
    expect((await deliver()).status).toBe(200);
    expect(told).toEqual([['trainingSettled', id, 'req-1']]);
  });

  test('is verified over its headers and the very bytes that came', async () => {
    const odd = '{ "request_id" : "req-1",\n "payload": "é" }';
    const seen: string[] = [];
    const { app, addCall, addIdentity, addCharacter } = newWorld({
      webhooks: {
        verify: async (headers, rawBody) => {
          seen.push(headers.get('x-fal-webhook-signature') ?? '', Buffer.from(rawBody).toString());
          return 'valid';
        },
      },
    });
    const { token } = addCall(addIdentity(addCharacter()));
    const headers = { 'x-fal-webhook-signature': 'f00' };
    await app.request(`/webhooks/fal/${token}`, { method: 'POST', headers, body: odd });
    expect(seen).toEqual(['f00', odd]);
  });

  test('truly signed but late is a hint too', async () => {
    const { deliver, told } = withCall({}, async () => 'stale');
    expect((await deliver()).status).toBe(200);
    expect(told).toHaveLength(1);
  });

  test('that is forged changes nothing, and learns nothing of the tokens', async () => {
    const { deliver, told } = withCall({}, async () => 'invalid');
    expect(await problemIn(await deliver())).toMatchObject({ status: 401, code: 'forged_webhook' });
    expect((await problemIn(await deliver(DONE, 'guess'))).status).toBe(401);
    expect(told).toEqual([]);
  });

  test('of an unknown token, or of another request, is not found', async () => {
    const { deliver, told } = withCall();
    expect((await problemIn(await deliver(DONE, 'unknown'))).code).toBe('not_found');
    expect((await problemIn(await deliver('{"request_id":"req-2"}'))).code).toBe('not_found');
    expect(told).toEqual([]);
  });

  test('that comes before the answer to the submit brings the request id', async () => {
    const { deliver, told, id } = withCall({ state: 'intent', requestId: undefined });
    expect((await deliver()).status).toBe(200);
    expect(told).toEqual([['trainingSettled', id, 'req-1']]);
  });

  test.each([
    ['a call that has ended', { state: 'settled' }],
    ['a test image', { purpose: 'test_image' }],
  ] as const)('of %s is acknowledged and wakes nobody', async (_, call) => {
    const { deliver, told } = withCall(call);
    expect((await deliver()).status).toBe(200);
    expect(told).toEqual([]);
  });

  test('after the end of the run is acknowledged', async () => {
    const { deliver, broken } = withCall();
    broken.runs = new RunError('gone', 'There is no open run.');
    expect((await deliver()).status).toBe(200);
  });

  test('is delivered again when Temporal, the database or the keys are away', async () => {
    const { deliver, broken } = withCall();
    broken.runs = new RunError('unavailable', 'Temporal cannot be reached.');
    expect((await problemIn(await deliver())).status).toBe(503);
    delete broken.runs;
    broken.registry = new Failure('StoreUnavailable', 'The database cannot be reached.');
    expect((await problemIn(await deliver())).status).toBe(503);

    const keyless = withCall({}, async () => {
      throw new Failure('ProviderUnavailable', 'The keys cannot be fetched.');
    });
    expect((await problemIn(await keyless.deliver())).status).toBe(503);
  });

  test.each([
    ['no JSON', 'OK', 400],
    ['no request id', '{"status":"OK"}', 422],
    ['a request id that is none', '{"request_id":{"$ne":1}}', 422],
    ['more than 1 MB', `{"request_id":"req-1","x":"${'x'.repeat(1024 * 1024)}"}`, 413],
  ])('with %s is refused', async (_, body, status) => {
    const { deliver, told } = withCall();
    expect((await problemIn(await deliver(body))).status).toBe(status);
    expect(told).toEqual([]);
  });
});
