import { describe, expect, test } from 'vitest';
import type { Ledger } from '../../../core/ports/ledger.ts';
import { RunError } from '../../../core/ports/run-error.ts';
import type { WebhookVerifier } from '../../../core/ports/webhook-verifier.ts';
import { Failure } from '../../../domain/failure.ts';
import { identityWorkflowId } from '../../../domain/keys.ts';
import { appSubject, type ProviderCall } from '../../../domain/provider-call.ts';
import { GENERATOR } from '../../support/models.ts';
import { problemIn } from './problem-in.ts';
import { newWorld, TENANT } from './world.ts';

const DONE = JSON.stringify({ request_id: 'req-1', status: 'OK', payload: { diffusers_lora_file: { url: 'x' } } });

function withCall(
  of: Partial<ProviderCall> = {},
  verify: WebhookVerifier['verify'] = async () => 'valid',
  replaced: Partial<Ledger> = {},
) {
  const world = newWorld({ webhooks: { verify } }, replaced);
  const identity = world.addIdentity(world.addCharacter());
  const call = world.addCall(identity, of);
  const { token } = call;
  const rowNow = () => world.ledger.row(call.key);
  const deliver = (body = DONE, to = token) => world.app.request(`/webhooks/fal/${to}`, { method: 'POST', body });
  return { ...world, id: identity.id, call, rowNow, deliver };
}

describe('a webhook', () => {
  test('sends the hint and nothing of its body', async () => {
    const { deliver, told, id } = withCall();
    expect((await deliver()).status).toBe(200);
    expect(told).toEqual([['trainingSettled', identityWorkflowId(id), 'req-1']]);
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

  test('of a request of the proxy has it followed, which no run waits for', async () => {
    const proxied = {
      key: 'proxy/t/1',
      subject: appSubject(TENANT),
      profile: GENERATOR.id,
      state: 'unknown',
    } as const;
    const { deliver, told, rowNow } = withCall({ ...proxied, requestId: undefined, input: { prompt: 'x' } });
    expect((await deliver()).status).toBe(200);
    expect(told).toEqual([['followProxyCall', 'proxy/t/1']]);
    expect(rowNow()).toMatchObject({ state: 'submitted', requestId: 'req-1' });
  });

  test('of an unknown token, or of another request, is not found', async () => {
    const { deliver, told } = withCall();
    expect((await problemIn(await deliver(DONE, 'unknown'))).code).toBe('not_found');
    expect((await problemIn(await deliver('{"request_id":"req-2"}'))).code).toBe('not_found');
    expect(told).toEqual([]);
  });

  const POSTED = { requestId: undefined, input: { steps: 1000 } };

  test.each(['intent', 'unknown'] as const)('gives its request id to a training that is %s', async (state) => {
    const { deliver, told, id, rowNow } = withCall({ ...POSTED, state });
    expect((await deliver()).status).toBe(200);
    expect(rowNow()).toMatchObject({ state: 'submitted', requestId: 'req-1' });
    expect(told).toEqual([['trainingSettled', identityWorkflowId(id), 'req-1']]);
  });

  test('gives its request id to a test image, and wakes the run that asks for its fate', async () => {
    const { deliver, told, id, rowNow } = withCall({ ...POSTED, profile: GENERATOR.id, state: 'unknown' });
    expect((await deliver()).status).toBe(200);
    expect(rowNow()).toMatchObject({ state: 'submitted', requestId: 'req-1' });
    expect(told).toEqual([['trainingSettled', identityWorkflowId(id), 'req-1']]);
  });

  test('of a row that was never posted is not believed', async () => {
    const { deliver, told, rowNow } = withCall({ ...POSTED, state: 'intent', input: undefined });
    expect((await problemIn(await deliver())).code).toBe('not_found');
    expect(rowNow()).toMatchObject({ state: 'intent', requestId: undefined });
    expect(told).toEqual([]);
  });

  test.each(['refused', 'failed'] as const)(
    'of a request that is held for not taken (%s) is acknowledged, changes nothing, and rings the bell',
    async (state) => {
      const { deliver, told, call, rowNow, logged } = withCall({ ...POSTED, state });
      expect((await deliver()).status).toBe(200);
      expect(rowNow()).toMatchObject({ state, requestId: undefined });
      expect(told).toEqual([]);
      expect(logged).toContainEqual(
        expect.objectContaining({ level: 50, callKey: call.key, providerRequestId: 'req-1' }),
      );
    },
  );

  test('is acknowledged only once its request id is written', async () => {
    const { deliver, told } = withCall({ ...POSTED, state: 'unknown' }, undefined, {
      adopt: async () => {
        throw new Failure('StoreUnavailable', 'The database cannot be reached.');
      },
    });
    expect((await problemIn(await deliver())).status).toBe(503);
    expect(told).toEqual([]);
  });

  test.each([
    ['a call that has ended', { state: 'settled' }],
    ['a test image', { profile: GENERATOR.id }],
  ] as const)('of %s is acknowledged and wakes nobody', async (_, call) => {
    const { deliver, told } = withCall(call);
    expect((await deliver()).status).toBe(200);
    expect(told).toEqual([]);
  });

  test('after the end of the run has the request settled, because nobody else will', async () => {
    const { deliver, rows, told, id, call } = withCall();
    rows.states.delete(id);
    expect((await deliver()).status).toBe(200);
    expect(told).toEqual([
      ['trainingSettled', identityWorkflowId(id), 'req-1'],
      ['settleLeftover', call.key],
    ]);
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
