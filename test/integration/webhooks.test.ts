// fal's webhooks against the real API over HTTP, with a real database, real signatures, and the keys on a server of their
// own. Whatever is wrong with a delivery, not one row changes; the one change that a good one may make is the request id
// of a row that has none. That every run ends when no webhook ever comes is kept by test/workflow ("finishes when no
// webhook ever comes").

import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createWebhookVerifier } from '../../adapters/fal/webhook.ts';
import { createSupabaseClient, type Supabase } from '../../adapters/supabase/client.ts';
import { createLedger } from '../../adapters/supabase/ledger.ts';
import { createTables } from '../../adapters/supabase/tables.ts';
import { reconcileCall } from '../../core/payments/reconcile-call.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { IdentityRuns } from '../../core/ports/runs.ts';
import { identityWorkflowId } from '../../domain/keys.ts';
import type { ProviderCall } from '../../domain/provider-call.ts';
import { type Cast, newCast } from '../support/cast.ts';
import { createFakeProvider } from '../support/fake-provider.ts';
import { GENERATOR, TRAINER } from '../support/models.ts';
import { identityCall } from '../support/new-call.ts';
import { databaseOf, startTestSupabase, type TestSupabase } from '../support/supabase.ts';
import { run } from '../unit/activities/run-step.ts';
import { newWorld } from '../unit/api/world.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:9';
const TABLES = ['provider_calls', 'budgets', 'identities', 'characters', 'photos', 'pictures', 'decisions'] as const;

const pair = () => generateKeyPairSync('ed25519');
const [fal, stranger, successor] = [pair(), pair(), pair()];

let supabase: TestSupabase;
let client: Supabase;
let ledger: Ledger;
let cast: Cast;
let keyServer: Server;
/** The keys that are published now; undefined: the server answers 503. */
let published: KeyObject[] | undefined;

/** The API as a process would serve it, and the hints that it gave to runs. */
interface Api {
  url: string;
  hints: [identityId: string, requestId: string][];
  /** Moves the verifier's clock: its keys live for a day, and a storm of forgeries may not fetch them anew. */
  later(ms: number): void;
}
const servers: Server[] = [];

beforeAll(async () => {
  supabase = await startTestSupabase();
  client = databaseOf(supabase);
  ledger = createLedger(client, { defaultCapMicros: 1_000_000_000, identityCapMicros: 1_000_000_000 });
  cast = await newCast(client);
  keyServer = createServer((_, answer) => {
    if (!published) return void answer.writeHead(503).end();
    const keys = published.map((key) => key.export({ format: 'jwk' }));
    answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys }));
  });
  await listen(keyServer);
});
afterAll(async () => {
  for (const server of [keyServer, ...servers]) {
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
  }
  await supabase?.stop();
});
beforeEach(() => {
  published = [fal.publicKey];
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function startApi(databaseUrl = supabase.url): Promise<Api> {
  const hints: Api['hints'] = [];
  let ahead = 0;
  const database = createSupabaseClient({ url: databaseUrl, serviceRoleKey: supabase.secretKey });
  const runs: Pick<IdentityRuns, 'trainingSettled'> = {
    async trainingSettled(workflowId, requestId) {
      hints.push([workflowId, requestId]);
    },
  };
  const { app } = newWorld({
    ...createTables(database),
    ledger: createLedger(database, { defaultCapMicros: 1_000_000_000, identityCapMicros: 1_000_000_000 }),
    runs: runs as IdentityRuns,
    webhooks: createWebhookVerifier({
      jwksUrl: `http://127.0.0.1:${(keyServer.address() as AddressInfo).port}/.well-known/jwks.json`,
      now: () => Date.now() + ahead,
    }),
    log: pino({ level: 'silent' }),
  });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  servers.push(server);
  function later(ms: number): void {
    ahead += ms;
  }
  return { url: await listen(server), hints, later };
}

/** A call whose body was noted, as it is when the post is on its way. */
async function posted(profile?: string): Promise<ProviderCall> {
  const key = `${cast.identityId}/${randomUUID()}`;
  const { call } = await ledger.open(identityCall(cast, { key, ...(profile && { profile }) }));
  await ledger.posting(call, { images_data_url: 'https://files.test/a.zip', nonce: call.key });
  return call;
}

async function accepted(profile?: string): Promise<{ call: ProviderCall; requestId: string }> {
  const call = await posted(profile);
  const requestId = randomUUID();
  await ledger.submitted(call, requestId);
  return { call, requestId };
}

interface Delivery {
  token: string;
  headers: Record<string, string>;
  body: Buffer;
}

/** A webhook as fal sends it (its page on webhooks). */
function delivery(token: string, requestId: string, options: { key?: KeyObject; at?: number } = {}): Delivery {
  const result = { request_id: requestId, gateway_request_id: requestId, status: 'OK', payload: { seed: 7 } };
  const body = Buffer.from(JSON.stringify(result));
  const timestamp = String(Math.floor((options.at ?? Date.now()) / SECOND));
  const hash = createHash('sha256').update(body).digest('hex');
  const message = Buffer.from([requestId, 'user-1', timestamp, hash].join('\n'));
  return {
    token,
    body,
    headers: {
      'content-type': 'application/json',
      'x-fal-webhook-request-id': requestId,
      'x-fal-webhook-user-id': 'user-1',
      'x-fal-webhook-timestamp': timestamp,
      'x-fal-webhook-signature': sign(null, message, options.key ?? fal.privateKey).toString('hex'),
    },
  };
}

/** The status of the answer. */
async function deliver(api: Api, { token, headers, body }: Delivery): Promise<number> {
  const answer = await fetch(`${api.url}/webhooks/fal/${token}`, {
    method: 'POST',
    headers,
    body: new Uint8Array(body),
  });
  await answer.body?.cancel();
  return answer.status;
}

async function allRows(): Promise<Record<string, unknown>> {
  const rows: Record<string, unknown> = {};
  for (const table of TABLES) {
    const { data, error } = await supabase.client.from(table).select();
    if (error) throw new Error(`${table}: ${error.message}`);
    rows[table] = data.map((row) => JSON.stringify(row)).sort();
  }
  return rows;
}

/** What these deliveries are answered, with the proof that not one row changed. */
async function unchangedBy(act: () => Promise<number[]>): Promise<number[]> {
  const before = await allRows();
  const statuses = await act();
  expect(await allRows()).toEqual(before);
  return statuses;
}

async function row(call: Pick<ProviderCall, 'key'>): Promise<ProviderCall> {
  const found = await ledger.find(call.key);
  if (!found) throw new Error(`no row ${call.key}`);
  return found;
}

describe('no row changes, whatever comes', () => {
  let api: Api;
  beforeAll(async () => {
    published = [fal.publicKey];
    api = await startApi();
  });
  beforeEach(() => {
    api.hints.length = 0;
  });

  test('forged: signed by another key, for a call with a request id and one without', async () => {
    const { call, requestId } = await accepted();
    const unclear = await posted();
    await ledger.unknown(unclear, 'the connection broke');
    const forged = { key: stranger.privateKey };
    const statuses = await unchangedBy(async () => [
      await deliver(api, delivery(call.token, requestId, forged)),
      await deliver(api, delivery(unclear.token, randomUUID(), forged)),
    ]);
    expect(statuses).toEqual([401, 401]);
    expect(api.hints).toEqual([]);
  });

  test('forged: without a signature, and with one that is no signature', async () => {
    const { call, requestId } = await accepted();
    const good = delivery(call.token, requestId);
    const { 'x-fal-webhook-signature': _, ...unsigned } = good.headers;
    const statuses = await unchangedBy(async () => [
      await deliver(api, { ...good, headers: unsigned }),
      await deliver(api, { ...good, headers: { ...good.headers, 'x-fal-webhook-signature': 'ab'.repeat(64) } }),
    ]);
    expect(statuses).toEqual([401, 401]);
    expect(api.hints).toEqual([]);
  });

  test('body changed by one byte', async () => {
    const { call, requestId } = await accepted();
    const good = delivery(call.token, requestId);
    const body = Buffer.from(good.body);
    const last = body.lastIndexOf('7');
    body[last] = '8'.charCodeAt(0);
    expect(await unchangedBy(async () => [await deliver(api, { ...good, body })])).toEqual([401]);
    expect(api.hints).toEqual([]);
  });

  test('replayed: the very same delivery is the same hint', async () => {
    const { call, requestId } = await accepted();
    const good = delivery(call.token, requestId);
    const statuses = await unchangedBy(async () => [await deliver(api, good), await deliver(api, good)]);
    expect(statuses).toEqual([200, 200]);
    expect(new Set(api.hints.map(String))).toEqual(new Set([`${identityWorkflowId(cast.identityId)},${requestId}`]));
  });

  test('replayed at the address of another call', async () => {
    const { call, requestId } = await accepted();
    const [unclear, image] = [await posted(), (await accepted(GENERATOR.id)).call];
    await ledger.unknown(unclear, 'the connection broke');
    expect(await deliver(api, delivery(call.token, requestId))).toBe(200);
    api.hints.length = 0;
    // Not even the row that waits for a request id takes one that is another call's.
    const replayed = [unclear.token, image.token].map((token) => ({ ...delivery(call.token, requestId), token }));
    const statuses = await unchangedBy(() => Promise.all(replayed.map((again) => deliver(api, again))));
    expect(statuses).toEqual([404, 404]);
    expect(api.hints).toEqual([]);
  });

  test('late: truly signed ten minutes ago, it is a hint to ask', async () => {
    const { call, requestId } = await accepted();
    const late = delivery(call.token, requestId, { at: Date.now() - 10 * MINUTE });
    expect(await unchangedBy(async () => [await deliver(api, late)])).toEqual([200]);
    expect(api.hints).toEqual([[identityWorkflowId(cast.identityId), requestId]]);
  });

  test('late: after the call was settled, nobody is woken', async () => {
    const { call, requestId } = await accepted();
    await ledger.settled(call, 1_900_000, { done: true });
    expect(await unchangedBy(async () => [await deliver(api, delivery(call.token, requestId))])).toEqual([200]);
    expect(api.hints).toEqual([]);
  });

  test('duplicated: twenty deliveries at once', async () => {
    const { call, requestId } = await accepted();
    const copies = Array.from({ length: 20 }, () => delivery(call.token, requestId));
    const statuses = await unchangedBy(() => Promise.all(copies.map((copy) => deliver(api, copy))));
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  test('out of order: the one of the first request after that of the second', async () => {
    const [first, second] = [await accepted(), await accepted()];
    const deliveries = [second, first].map(({ call, requestId }) => delivery(call.token, requestId));
    const statuses = await unchangedBy(async () => {
      const answers: number[] = [];
      for (const one of deliveries) answers.push(await deliver(api, one));
      return answers;
    });
    expect(statuses).toEqual([200, 200]);
  });

  test('wrong token: unknown, too short, and the one of an attempt that was given up', async () => {
    const { requestId } = await accepted();
    const first = await posted();
    await ledger.refused(first, 'nothing was posted');
    const { call: second } = await ledger.open({ ...first });
    await ledger.posting(second, { again: true });
    expect(second.token).not.toBe(first.token);
    const wrong = ['A'.repeat(43), 'short', first.token].map((token) => delivery(token, requestId));
    const statuses = await unchangedBy(() => Promise.all(wrong.map((one) => deliver(api, one))));
    expect(statuses).toEqual([404, 404, 404]);
    expect(api.hints).toEqual([]);
  });

  test('wrong request id: a foreign id never overwrites ours', async () => {
    const { call } = await accepted();
    expect(await unchangedBy(async () => [await deliver(api, delivery(call.token, randomUUID()))])).toEqual([404]);
    expect(api.hints).toEqual([]);
  });

  test('for a row that was never posted', async () => {
    const { call } = await ledger.open({ ...(await posted()), key: `${cast.identityId}/${randomUUID()}` });
    expect(await unchangedBy(async () => [await deliver(api, delivery(call.token, randomUUID()))])).toEqual([404]);
  });

  test('for a request that an operator declared not charged', async () => {
    const call = await posted();
    await ledger.unknown(call, 'the connection broke');
    await ledger.refused(call, 'key:olga: not charged');
    expect(await unchangedBy(async () => [await deliver(api, delivery(call.token, randomUUID()))])).toEqual([200]);
    expect(api.hints).toEqual([]);
  });
});

describe('what is not ours to judge is delivered again', () => {
  test('key rotated: the new key is fetched once, and the withdrawn one counts no more', async () => {
    const api = await startApi();
    const { call, requestId } = await accepted();
    expect(await deliver(api, delivery(call.token, requestId))).toBe(200);
    published = [successor.publicKey];
    api.later(2 * MINUTE);
    const at = Date.now() + 2 * MINUTE;
    const statuses = await unchangedBy(async () => [
      await deliver(api, delivery(call.token, requestId, { key: successor.privateKey, at })),
      await deliver(api, delivery(call.token, requestId, { at })),
    ]);
    expect(statuses).toEqual([200, 401]);
  });

  test('JWKS down: 503, and the same delivery counts when it is back', async () => {
    const api = await startApi();
    const { call, requestId } = await accepted();
    published = undefined;
    const good = delivery(call.token, requestId);
    expect(await unchangedBy(async () => [await deliver(api, good)])).toEqual([503]);
    expect(api.hints).toEqual([]);
    published = [fal.publicKey];
    api.later(2 * MINUTE);
    expect(await deliver(api, good)).toBe(200);
    expect(api.hints).toEqual([[identityWorkflowId(cast.identityId), requestId]]);
  });

  test('database down: 503, and nobody is told', async () => {
    const api = await startApi(NOWHERE);
    const { call, requestId } = await accepted();
    expect(await unchangedBy(async () => [await deliver(api, delivery(call.token, requestId))])).toEqual([503]);
    expect(api.hints).toEqual([]);
  });
});

describe('the one change: a row without a request id takes the one that fal names', () => {
  let api: Api;
  beforeAll(async () => {
    published = [fal.publicKey];
    api = await startApi();
  });
  beforeEach(() => {
    api.hints.length = 0;
  });

  test.each([
    [TRAINER.id, 'unknown'],
    [TRAINER.id, 'intent'],
    [GENERATOR.id, 'unknown'],
    [GENERATOR.id, 'intent'],
  ] as const)('%s, %s: and nothing else of it changes', async (profile, state) => {
    const call = await posted(profile);
    if (state === 'unknown') await ledger.unknown(call, 'the connection broke');
    const requestId = randomUUID();
    const { state: _, ...before } = await row(call);
    expect(await deliver(api, delivery(call.token, requestId))).toBe(200);
    expect(await row(call)).toEqual({ ...before, state: 'submitted', requestId });
    // The image's attempt is alive and polls by itself; any other waits to hear.
    const waits = profile === TRAINER.id || state === 'unknown';
    expect(api.hints).toEqual(waits ? [[identityWorkflowId(cast.identityId), requestId]] : []);
  });

  test('late ones too: the id does not age', async () => {
    const call = await posted();
    const requestId = randomUUID();
    expect(await deliver(api, delivery(call.token, requestId, { at: Date.now() - 60 * MINUTE }))).toBe(200);
    expect(await row(call)).toMatchObject({ state: 'submitted', requestId });
  });

  test('out of order, before the answer to the submit: the same id afterwards changes nothing, another is refused', async () => {
    const call = await posted();
    const requestId = randomUUID();
    await deliver(api, delivery(call.token, requestId));
    await ledger.submitted(call, requestId);
    await expect(ledger.submitted(call, randomUUID())).rejects.toThrow(/submitted/);
    await ledger.unknown(call, 'the answer was lost');
    expect(await row(call)).toMatchObject({ state: 'submitted', requestId });
  });

  test('of two ids at once, one is taken', async () => {
    const call = await posted();
    await ledger.unknown(call, 'the connection broke');
    const ids = [randomUUID(), randomUUID()];
    const statuses = await Promise.all(ids.map((id) => deliver(api, delivery(call.token, id))));
    expect([...statuses].sort()).toEqual([200, 404]);
    expect((await row(call)).requestId).toBe(ids[statuses.indexOf(200)]);
  });

  test('database down: 503 and the row as it was; the next delivery brings it', async () => {
    const call = await posted();
    await ledger.unknown(call, 'the connection broke');
    const good = delivery(call.token, randomUUID());
    const away = await startApi(NOWHERE);
    expect(await unchangedBy(async () => [await deliver(away, good)])).toEqual([503]);
    expect(await deliver(api, good)).toBe(200);
    expect((await row(call)).state).toBe('submitted');
  });

  test('afterwards the reconciliation knows it at once, without asking the provider', async () => {
    const call = await posted();
    await ledger.unknown(call, 'the connection broke');
    await deliver(api, delivery(call.token, randomUUID()));
    const provider = createFakeProvider();
    expect(await run(reconcileCall({ ledger, provider }), { callKey: call.key })).toEqual({ found: true });
    expect(provider.looks).toEqual([]);
  });
});
