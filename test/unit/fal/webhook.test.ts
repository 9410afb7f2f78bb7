// A webhook is believed to come from fal only by its signature, and a forged one costs fal and us nothing.

import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { createWebhookVerifier } from '../../../adapters/fal/webhook.ts';
import { webhookBodySchema } from '../../../adapters/fal/webhook-body.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const BODY = Buffer.from('{"request_id":"r-1","status":"OK","payload":{"seed":7}}');

let time: number;
/** The keys that fal publishes now; undefined: its server is down. */
let published: KeyObject[] | undefined;
let asked: number;
let verify: ReturnType<typeof createWebhookVerifier>['verify'];

const pair = () => generateKeyPairSync('ed25519');
const original = pair();
const rotated = pair();

function jwks(): Response {
  if (!published) return new Response('down', { status: 503 });
  return Response.json({
    keys: [{ kty: 'RSA', n: 'x', e: 'AQAB' }, ...published.map((key) => key.export({ format: 'jwk' }))],
  });
}

beforeEach(() => {
  time = Date.parse('2026-11-22T12:00:00Z');
  published = [original.publicKey];
  asked = 0;
  ({ verify } = createWebhookVerifier({
    jwksUrl: 'https://rest.fal.test/.well-known/jwks.json',
    fetch: async () => {
      asked += 1;
      return jwks();
    },
    now: () => time,
  }));
});

function signed(key: KeyObject, options: { ageMs?: number; body?: Buffer } = {}): Headers {
  const timestamp = String(Math.floor((time - (options.ageMs ?? 0)) / 1000));
  const hash = createHash('sha256')
    .update(options.body ?? BODY)
    .digest('hex');
  const message = Buffer.from(`r-1\nuser-1\n${timestamp}\n${hash}`);
  return new Headers({
    'X-Fal-Webhook-Request-Id': 'r-1',
    'X-Fal-Webhook-User-Id': 'user-1',
    'X-Fal-Webhook-Timestamp': timestamp,
    'X-Fal-Webhook-Signature': sign(null, message, key).toString('hex'),
  });
}

function altered(headers: Headers, name: string, value: string): Headers {
  const copy = new Headers(headers);
  copy.set(name, value);
  return copy;
}

describe('a webhook', () => {
  it('signed by fal is valid, and its keys are asked for once', async () => {
    expect(await verify(signed(original.privateKey), BODY)).toBe('valid');
    time += 23 * HOUR;
    expect(await verify(signed(original.privateKey), BODY)).toBe('valid');
    expect(asked).toBe(1);
  });

  it.each([
    [-301_000, 'stale'],
    [-299_000, 'valid'],
    [300_000, 'valid'],
    [301_000, 'stale'],
    [48 * HOUR, 'stale'],
  ])('truly signed %i ms ago is %s', async (ageMs, verdict) => {
    expect(await verify(signed(original.privateKey, { ageMs }), BODY)).toBe(verdict);
  });

  it('with one byte changed is invalid', async () => {
    const changed = Buffer.from(BODY);
    changed[changed.length - 3] = (changed[changed.length - 3] ?? 0) ^ 1;
    expect(await verify(signed(original.privateKey), changed)).toBe('invalid');
  });

  it.each([
    ['X-Fal-Webhook-Request-Id', 'r-2'],
    ['X-Fal-Webhook-User-Id', 'user-2'],
    ['X-Fal-Webhook-Timestamp', String(Date.parse('2026-11-22T12:00:01Z') / 1000)],
  ])('with another %s is invalid', async (name, value) => {
    expect(await verify(altered(signed(original.privateKey), name, value), BODY)).toBe('invalid');
  });

  it('signed by someone else is invalid, old or new', async () => {
    expect(await verify(signed(rotated.privateKey), BODY)).toBe('invalid');
    expect(await verify(signed(rotated.privateKey, { ageMs: HOUR }), BODY)).toBe('invalid');
  });

  it.each([
    ['X-Fal-Webhook-Request-Id', ''],
    ['X-Fal-Webhook-User-Id', ''],
    ['X-Fal-Webhook-Timestamp', 'yesterday'],
    ['X-Fal-Webhook-Signature', ''],
    ['X-Fal-Webhook-Signature', 'ab'.repeat(63)],
    ['X-Fal-Webhook-Signature', 'zz'.repeat(64)],
  ])('with %s "%s" is invalid before any key is asked for', async (name, value) => {
    expect(await verify(altered(signed(original.privateKey), name, value), BODY)).toBe('invalid');
    expect(asked).toBe(0);
  });
});

describe('fal’s keys', () => {
  it('are fetched again when a signature fits none, so that a rotated key is known at once', async () => {
    await verify(signed(original.privateKey), BODY);
    published = [original.publicKey, rotated.publicKey];
    time += MINUTE;
    expect(await verify(signed(rotated.privateKey), BODY)).toBe('valid');
    expect(await verify(signed(original.privateKey), BODY)).toBe('valid');
    expect(asked).toBe(2);
  });

  it('are fetched at most once a minute, however many forged webhooks come', async () => {
    await verify(signed(original.privateKey), BODY);
    time += MINUTE;
    const forged = Array.from({ length: 50 }, () => verify(signed(rotated.privateKey), BODY));
    expect(new Set(await Promise.all(forged))).toEqual(new Set(['invalid']));
    time += MINUTE - 1;
    expect(await verify(signed(rotated.privateKey), BODY)).toBe('invalid');
    expect(asked).toBe(2);
  });

  it('are fetched once for many webhooks at a time', async () => {
    const verdicts = await Promise.all(Array.from({ length: 20 }, () => verify(signed(original.privateKey), BODY)));
    expect(new Set(verdicts)).toEqual(new Set(['valid']));
    expect(asked).toBe(1);
  });

  it('are not used for longer than a day: a key that fal withdrew stops to count', async () => {
    await verify(signed(original.privateKey), BODY);
    published = [rotated.publicKey];
    time += 24 * HOUR + MINUTE;
    expect(await verify(signed(original.privateKey), BODY)).toBe('invalid');
    expect(asked).toBe(2);
  });

  it('that can’t be had are our trouble, so that fal delivers again, and are not asked for in a storm', async () => {
    published = undefined;
    const failure = { name: 'Failure', code: 'ProviderUnavailable' };
    await expect(verify(signed(original.privateKey), BODY)).rejects.toMatchObject(failure);
    await expect(verify(signed(original.privateKey), BODY)).rejects.toMatchObject(failure);
    expect(asked).toBe(1);
    published = [original.publicKey];
    time += MINUTE;
    expect(await verify(signed(original.privateKey), BODY)).toBe('valid');
  });
});

describe('the body of a webhook', () => {
  it.each([
    [{ request_id: 'r-1', gateway_request_id: 'g-1', status: 'OK', payload: {} }, true],
    [{ request_id: 'r-1', status: 'ERROR', error: 'Invalid status code: 422', payload: null }, true],
    [{ status: 'OK' }, false],
    [{ request_id: '../x', status: 'OK' }, false],
    [{ request_id: 7, status: 'OK' }, false],
    ['r-1', false],
  ])('%j names its request: %s', (body, good) => {
    expect(webhookBodySchema.safeParse(body).success).toBe(good);
  });
});
