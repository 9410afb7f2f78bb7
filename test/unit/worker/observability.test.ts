// What operators see of a worker: a line and a time for every attempt of a step, and one page for Prometheus.

import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { createWorkerMetrics } from '../../../worker/metrics.ts';
import { type Status, serveStatus } from '../../../worker/status-server.ts';
import { stepWatch } from '../../../worker/step-watch.ts';
import { temporalLog } from '../../../worker/temporal-log.ts';
import { faultsOf, samplesOf } from '../../support/prometheus.ts';

function logInto(lines: Record<string, unknown>[]) {
  return pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
}

describe('an attempt of a step', () => {
  async function attempt(step: () => Promise<unknown>) {
    const lines: Record<string, unknown>[] = [];
    const ended: string[] = [];
    const watch = stepWatch(logInto(lines), (activity, outcome, seconds) => {
      expect(seconds).toBeGreaterThanOrEqual(0);
      ended.push(`${activity} ${outcome}`);
    });
    const { context } = new MockActivityEnvironment({ attempt: 3, activityType: 'packPhotos' });
    const { inbound } = watch(context);
    const answer = inbound?.execute?.({ args: [], headers: {} }, step);
    const outcome = await answer?.catch((error: unknown) => error);
    return { lines, ended, outcome };
  }
  const failure = (type: string) => ApplicationFailure.create({ type, message: 'Do this next.' });

  test('is a line with its workflow, its type and its number', async () => {
    const { lines, ended, outcome } = await attempt(async () => 'packed');
    expect(outcome).toBe('packed');
    expect(ended).toEqual(['packPhotos ok']);
    expect(lines).toMatchObject([{ workflowId: 'test', activityType: 'packPhotos', attempt: 3, outcome: 'ok' }]);
  });

  test.each([
    ['StoreUnavailable', failure('StoreUnavailable')],
    ['cancelled', new CancelledFailure('CANCELLED')],
    ['Unexpected', failure('a type that grows: 4711')],
    ['Unexpected', new Error('foreign')],
  ])('that fails counts as %s, and the failure goes on', async (name, error) => {
    const { ended, outcome } = await attempt(() => Promise.reject(error));
    expect(outcome).toBe(error);
    expect(ended).toEqual([`packPhotos ${name}`]);
  });

  test('that is a look at a job which still runs is counted, and no news', async () => {
    const { lines, ended } = await attempt(() => Promise.reject(failure('NotReadyYet')));
    expect(ended).toEqual(['packPhotos NotReadyYet']);
    expect(lines).toEqual([]);
  });
});

test('what Temporal logs comes with its fields and level, without the token of the task', () => {
  const lines: Record<string, unknown>[] = [];
  const log = temporalLog(logInto(lines));
  log.warn('Activity failed', {
    workflowId: 'identity/1',
    activityType: 'packPhotos',
    attempt: 2,
    taskToken: 'dG9rZW4',
  });
  log.error('lost', { error: new Error('broken') });
  log.info('Worker state changed');
  log.warn('No workflows registered, not polling for workflow tasks');
  expect(lines).toMatchObject([
    { level: 40, msg: 'Activity failed', workflowId: 'identity/1', activityType: 'packPhotos', attempt: 2 },
    { level: 50, msg: 'lost' },
  ]);
  expect(JSON.stringify(lines)).not.toContain('dG9rZW4');
});

describe("the worker's port", () => {
  const closing: (() => void)[] = [];
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });
  async function serve(status: Partial<Status> = {}) {
    const sdk = { read: async () => '# TYPE temporal_slots gauge\ntemporal_slots 7\n' };
    const metrics = createWorkerMetrics({ pictures: () => ({ reading: 2, waiting: 5 }), sdk });
    const server = await serveStatus({
      port: 0,
      running: () => true,
      roles: ['vision'],
      metrics,
      metricsToken: undefined,
      ...status,
    });
    closing.push(() => server.close());
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const get = (path: string, headers: Record<string, string> = {}) =>
      fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close', ...headers } });
    return { get, metrics };
  }

  test('tells health', async () => {
    const { get } = await serve();
    expect(await (await get('/healthz')).json()).toEqual({ status: 'ok', roles: ['vision'] });
    const stopping = await (await serve({ running: () => false })).get('/healthz');
    expect([stopping.status, await stopping.json()]).toEqual([503, { status: 'stopping', roles: ['vision'] }]);
    expect((await get('/')).status).toBe(404);
  });

  test('tells our metrics and those of the SDK, as Prometheus wants them', async () => {
    const { get, metrics } = await serve();
    metrics.provider('submit', 'accepted', 0.2);
    metrics.step('packPhotos', 'ok', 3);
    const text = await (await get('/metrics')).text();
    expect(faultsOf(text)).toEqual([]);
    const samples = samplesOf(text);
    expect(samples.get('likeness_provider_request_duration_seconds_count{operation="submit",outcome="accepted"}')).toBe(
      1,
    );
    expect(samples.get('likeness_activity_duration_seconds_sum{activity="packPhotos",outcome="ok"}')).toBe(3);
    expect(samples.get('likeness_pictures{state="waiting"}')).toBe(5);
    expect(samples.get('temporal_slots')).toBe(7);
  });

  test('asks for the token where one is set', async () => {
    const { get } = await serve({ metricsToken: 't0ken' });
    expect((await get('/metrics')).status).toBe(401);
    expect((await get('/metrics', { authorization: 'Bearer t0ken' })).status).toBe(200);
    expect((await get('/healthz')).status).toBe(200);
  });
});
