// What operators see of the API: lines that lead from a request to its run, and metrics that Prometheus can live with.

import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createLog } from '../../../adapters/telemetry/log.ts';
import type { Tracing } from '../../../adapters/telemetry/tracing.ts';
import type { ApiDeps } from '../../../api/deps.ts';
import { createMetrics, type MetricsSources } from '../../../api/metrics.ts';
import { Failure } from '../../../domain/failure.ts';
import { faultsOf, samplesOf } from '../../support/prometheus.ts';
import { KEY, newWorld, TENANT } from './world.ts';

const THIS_MACHINE = { incoming: { socket: { remoteAddress: '127.0.0.1', remotePort: 1, remoteFamily: 'IPv4' } } };

const SOURCES: MetricsSources = {
  overview: async () => ({
    stages: { awaiting_approval: 2, ready: 5 },
    tests: { needs_operator: 1 },
    unclearCalls: 2,
    reserved: 2_035_000,
    charged: 12_500_000,
  }),
  account: async () => ({ state: 'locked', since: '2026-11-22T09:00:00Z', reason: 'User is locked.', kind: 'balance' }),
  photos: () => ({ reading: 1, waiting: 3 }),
};

function watchedWorld(sources: Partial<MetricsSources> = {}, deps: Partial<ApiDeps> = {}) {
  const world = newWorld({ metrics: createMetrics({ ...SOURCES, ...sources }), ...deps });
  const scrape = async () => (await world.app.request('/metrics', {}, THIS_MACHINE)).text();
  return { ...world, scrape };
}

describe('a line of the log', () => {
  test('names the request, its tenant and the run that it is about', async () => {
    const { ask, app, addCharacter, addIdentity, addCall, logged } = newWorld();
    const identity = addIdentity(addCharacter());
    const { token } = addCall(identity);
    const about = { workflowId: `identity/${identity.id}` };
    await ask('GET', `/v1/identities/${identity.id}`, undefined, { 'x-request-id': 'r-1' });
    await ask('GET', '/v1/characters', undefined, { 'x-request-id': 'r-2' });
    await app.request(`/webhooks/fal/${token}`, {
      method: 'POST',
      headers: { 'x-request-id': 'r-3' },
      body: '{"request_id":"req-1"}',
    });
    expect(logged).toMatchObject([
      { requestId: 'r-1', route: '/v1/identities/:id', status: 200, tenantId: TENANT, ...about },
      { requestId: 'r-2', route: '/v1/characters', status: 200, tenantId: TENANT },
      { requestId: 'r-3', route: '/webhooks/fal/:token', status: 200, ...about },
    ]);
    expect(logged[1]).not.toHaveProperty('workflowId');
    expect(logged[2]).not.toHaveProperty('tenantId');
  });

  test('of a start names the run that it began', async () => {
    const { ask, addCharacter, addPhotos, logged } = newWorld();
    const character = addCharacter();
    addPhotos(character, 3);
    const started = await ask('POST', `/v1/characters/${character.id}/identities`, {}, { 'idempotency-key': 'k-1' });
    const { identityId } = (await started.json()) as { identityId: string };
    expect(logged.at(-1)).toMatchObject({ status: 202, workflowId: `identity/${identityId}` });
  });

  test('of a failure has its code and its cause, and the same names', async () => {
    const { ask, addCharacter, addIdentity, broken, logged } = newWorld();
    const identity = addIdentity(addCharacter());
    broken.registry = new Failure('StoreUnavailable', 'The database cannot be reached.');
    await ask('GET', `/v1/identities/${identity.id}`, undefined, { 'x-request-id': 'r-1' });
    expect(logged).toMatchObject([
      { level: 50, requestId: 'r-1', route: '/v1/identities/:id', code: 'store_unavailable', err: { type: 'Failure' } },
      { level: 30, requestId: 'r-1', status: 503 },
    ]);
  });

  test('holds no key, no token and no address, whatever a request and its errors hold', async () => {
    const key = `lk_${'k'.repeat(43)}`;
    const signed = 'http://files.test/sign/anna.jpg?token=signedsecret';
    let text = '';
    const log = createLog('api', ['service-role-secret'], { write: (line) => (text += line) });
    const busy = async () => {
      throw new Failure('Busy', 'Come again.', { cause: new Error(signed) });
    };
    const { app, addCharacter, addIdentity, addCall } = newWorld({
      log,
      webhooks: {
        verify: async (headers) => {
          throw new Error(`cannot judge ${headers.get('x-fal-webhook-signature')} with service-role-secret`, {
            cause: new TypeError(`fetch of ${signed} failed`),
          });
        },
      },
      vision: { prepare: busy, read: busy },
    });
    const character = addCharacter();
    const { token } = addCall(addIdentity(character), { token: `${randomUUID()}-token` });
    const body = new FormData();
    body.append('photos', new File(['whsec_C2FVsBQIhrscChlQIMV'], 'a.jpg'));
    for (const [path, init] of [
      [`/webhooks/fal/${token}`, { method: 'POST', body: '{}', headers: { 'x-fal-webhook-signature': key } }],
      [
        `/v1/characters/${character.id}/photos?apikey=${key}`,
        { method: 'POST', body, headers: { authorization: KEY } },
      ],
      [`/v1/photos/inspect?token=${key}`, { method: 'POST', body, headers: { authorization: `Bearer ${KEY}` } }],
      [`/v1/identities/${key}`, { headers: { authorization: `Bearer ${KEY}`, cookie: `a=${key}` } }],
      [`/nothing/${key}`, { headers: { authorization: `Bearer ${key}`, 'x-request-id': 'r-9' } }],
    ] as const) {
      await app.request(path, init);
    }
    expect(text.trim().split('\n').length).toBeGreaterThanOrEqual(6);
    expect(text).toContain('cannot judge');
    for (const secret of [key, KEY, token, 'signedsecret', 'anna', 'service-role-secret', 'whsec', 'k'.repeat(20)]) {
      expect(text).not.toContain(secret);
    }
  });
});

describe('/metrics', () => {
  test('counts and times requests by the pattern of their route', async () => {
    const { ask, addCharacter, scrape } = watchedWorld();
    const { id } = addCharacter();
    await ask('GET', `/v1/characters/${id}`);
    await ask('GET', `/v1/characters/${randomUUID()}`);
    const samples = samplesOf(await scrape());
    const count = (status: string) =>
      samples.get(
        `likeness_http_request_duration_seconds_count{route="/v1/characters/:id",method="GET",status="${status}"}`,
      );
    expect([count('2xx'), count('4xx')]).toEqual([1, 1]);
  });

  test('tells identities by stage, this month’s money, the account and the photos', async () => {
    const samples = samplesOf(await watchedWorld().scrape());
    expect(samples.get('likeness_identities{stage="awaiting_approval"}')).toBe(2);
    expect(samples.get('likeness_identities{stage="needs_operator"}')).toBe(0);
    expect(samples.get('likeness_tests{state="needs_operator"}')).toBe(1);
    expect(samples.get('likeness_tests{state="running"}')).toBe(0);
    expect(samples.get('likeness_unclear_calls')).toBe(2);
    expect(samples.get('likeness_ledger_month_usd{state="reserved"}')).toBe(2.035);
    expect(samples.get('likeness_ledger_month_usd{state="charged"}')).toBe(12.5);
    expect(samples.get('likeness_provider_account_locked')).toBe(1);
    expect(samples.get('likeness_photos{state="waiting"}')).toBe(3);
    expect(samples.get('likeness_database_up')).toBe(1);
  });

  test('leaves out what the database did not tell, and says so', async () => {
    const overview = async () => {
      throw new Failure('StoreUnavailable', 'The database cannot be reached.');
    };
    const text = await watchedWorld({ overview }).scrape();
    expect(samplesOf(text).get('likeness_database_up')).toBe(0);
    expect(text).not.toMatch(/^likeness_(identities|tests|unclear|ledger|provider_account)\w*(\{| \d)/m);
  });

  test('asks the database once for many scrapes', async () => {
    let asked = 0;
    const overview = async () => {
      asked += 1;
      return { stages: {}, tests: {}, unclearCalls: 0, reserved: 0, charged: 0 };
    };
    const { scrape } = watchedWorld({ overview });
    await Promise.all(Array.from({ length: 20 }, scrape));
    await scrape();
    expect(asked).toBe(1);
  });

  test('counts webhooks by what became of them', async () => {
    const verdict = { current: 'valid' as 'valid' | 'invalid' };
    const { app, addCharacter, addIdentity, addCall, broken, scrape } = watchedWorld(
      {},
      { webhooks: { verify: async () => verdict.current } },
    );
    const { token } = addCall(addIdentity(addCharacter()));
    const deliver = (body = '{"request_id":"req-1"}', to = token) =>
      app.request(`/webhooks/fal/${to}`, { method: 'POST', body });
    await deliver();
    await deliver(undefined, 'guess');
    await deliver('OK');
    verdict.current = 'invalid';
    await deliver();
    verdict.current = 'valid';
    broken.registry = new Failure('StoreUnavailable', 'The database cannot be reached.');
    await deliver();
    const samples = samplesOf(await scrape());
    const counts = ['taken', 'unknown', 'unreadable', 'forged', 'failed'].map((name) =>
      samples.get(`likeness_provider_webhooks_total{verdict="${name}"}`),
    );
    expect(counts).toEqual([1, 1, 1, 1, 1]);
  });

  test('has no label that grows with traffic: no id, no path, no odd method', async () => {
    const { ask, app, addCharacter, scrape } = watchedWorld();
    await ask('GET', '/v1/characters');
    const before = samplesOf(await scrape()).size;
    await ask('GET', `/v1/characters/${addCharacter().id}`);
    await app.request('/a/b');
    await app.request('/', { method: 'BREW' });
    const some = samplesOf(await scrape()).size;
    for (let i = 0; i < 5; i += 1) {
      await ask('GET', `/v1/characters/${addCharacter().id}`);
      await app.request(`/nothing/${randomUUID()}`);
      await app.request('/', { method: `BREW${i}` });
    }
    expect(some).toBeGreaterThan(before);
    expect(samplesOf(await scrape()).size).toBe(some);
  });

  test('is what Prometheus wants: names, units, help, types', async () => {
    const { ask, scrape } = watchedWorld();
    await ask('GET', '/v1/characters');
    expect(faultsOf(await scrape())).toEqual([]);
  });

  test('is for this machine, or for whoever has the token', async () => {
    const { app } = watchedWorld();
    expect((await app.request('/metrics')).status).toBe(401);
    const guarded = watchedWorld({}, { metricsToken: 't0ken' }).app;
    expect((await guarded.request('/metrics', {}, THIS_MACHINE)).status).toBe(401);
    const authorization = 'Bearer t0ken';
    const answer = await guarded.request('/metrics', { headers: { authorization } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  });
});

test('a span is told the route and the status, and no path', async () => {
  const spans: unknown[] = [];
  const tracing: Pick<Tracing, 'request'> = {
    request: async (_headers, work) => void spans.push(await work()),
  };
  const { ask, addCharacter } = newWorld({ tracing: tracing as Tracing });
  await ask('GET', `/v1/characters/${addCharacter().id}`);
  await ask('GET', `/v1/characters/${randomUUID()}`);
  expect(spans).toEqual([
    { method: 'GET', route: '/v1/characters/:id', status: 200 },
    { method: 'GET', route: '/v1/characters/:id', status: 404 },
  ]);
});
