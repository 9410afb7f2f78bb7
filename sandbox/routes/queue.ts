// queue.fal.run: submit, status, its stream, result, cancel. And fal.run: the same models, waited for.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { accountOf, askedUrl, type Env, requestError, type Sandbox, tooMany, unauthorized } from '../context.ts';
import type { FaultName } from '../fault-registry.ts';
import { type Job, resultExpiresAt } from '../job.ts';
import { withUnknownFields } from '../unknown-fields.ts';
import { newJob } from './new-job.ts';
import { statusBody } from './status-body.ts';
import { isUnknownApp, submit, unknownApp } from './submit.ts';

/** Time for what was written to leave before its connection is cut. */
const FLUSH_MS = 50;

/** `owner/app[/path]/requests/<id>[/operation]`; the path may be left out (fal's own clients do). */
const REQUEST_PATH = /^([^/]+\/[^/]+)(?:\/.+?)?\/requests\/([^/]+)(?:\/(status\/stream|status|cancel|response))?$/;

export function queueRoutes(sandbox: Sandbox): Hono<Env> {
  const routes = new Hono<Env>();

  routes.all('/queue/*', async (c) => {
    const account = accountOf(c, sandbox);
    if (account === undefined) return unauthorized(c);
    const path = askedPath(c);
    const [, app, id, operation] = REQUEST_PATH.exec(path) ?? [];
    if (app === undefined || id === undefined) {
      return c.req.method === 'POST'
        ? submit(c, sandbox, path, account)
        : requestError(c, 404, 'not_found', 'Not found');
    }
    const job = sandbox.jobs.find(id);
    if (!job || job.account !== account || !job.endpoint.startsWith(app)) return c.json({ status: 'NOT_FOUND' }, 404);
    switch (`${c.req.method} ${operation ?? 'response'}`) {
      case 'GET status':
        return status(c, sandbox, job);
      case 'GET status/stream':
        return statusStream(c, sandbox, job);
      case 'GET response':
        return result(c, sandbox, job);
      case 'PUT cancel': {
        const answer = await sandbox.jobs.cancel(job);
        return c.json({ status: answer }, answer === 'ALREADY_COMPLETED' ? 400 : 202);
      }
      default:
        return c.json({ detail: 'Method Not Allowed' }, 405);
    }
  });

  routes.post('/run/*', async (c) => {
    const account = accountOf(c, sandbox);
    if (account === undefined) return unauthorized(c);
    const endpoint = askedPath(c);
    if (await isUnknownApp(sandbox, endpoint)) return unknownApp(c, endpoint);
    if (sandbox.jobs.running(account) >= sandbox.settings().concurrency) {
      c.header('x-fal-needs-retry', '1');
      return requestError(c, 429, 'concurrent_requests_limit', 'Too many concurrent requests');
    }
    const draft = await newJob(c, sandbox, endpoint, account);
    if (!draft) return requestError(c, 400, 'bad_request', 'The body is not JSON');
    await sandbox.jobs.submitDirect(draft);
    const job = sandbox.jobs.find(draft.id) ?? draft;
    while (!job.outcome && !c.req.raw.signal.aborted) await sandbox.jobs.change(job.id, c.req.raw.signal);
    return result(c, sandbox, job);
  });

  return routes;
}

/** The path behind the prefix that stands for the host, without slashes at its ends. */
function askedPath(c: Context<Env>): string {
  return c.req.path
    .split('/')
    .slice(2)
    .filter((part) => part !== '')
    .join('/');
}

async function status(c: Context<Env>, sandbox: Sandbox, job: Job): Promise<Response> {
  const strikes = (fault: FaultName) => sandbox.faults.strikes(fault, job);
  if (await strikes('status_500')) return requestError(c, 500, 'internal_error', 'Internal server error');
  if (await strikes('status_429')) return tooMany(c, 'Too many requests');
  if (await strikes('status_404')) return c.json({ status: 'NOT_FOUND' }, 404);
  c.header('x-fal-request-id', job.id);
  const known = statusBody(job, sandbox, wantsLogs(c));
  if (await strikes('unknown_status')) return c.json({ ...known, status: 'WARMING_UP' }, 202);
  const body = withUnknownFields(known, await strikes('unknown_fields'));
  // fal answers 202 while a request waits or runs, 200 once it is over.
  return c.json(body, known.status === 'COMPLETED' ? 200 : 202);
}

async function statusStream(c: Context<Env>, sandbox: Sandbox, job: Job): Promise<Response> {
  const cut = await sandbox.faults.strikes('status_stream_cut', job);
  return streamSSE(c, async (stream) => {
    const gone = new AbortController();
    stream.onAbort(() => gone.abort());
    while (!gone.signal.aborted) {
      const change = sandbox.jobs.change(job.id, gone.signal);
      await stream.writeSSE({ data: JSON.stringify(statusBody(job, sandbox, wantsLogs(c))) });
      if (cut) {
        await sleep(FLUSH_MS);
        c.env.outgoing.destroy();
        gone.abort();
      }
      if (job.outcome) gone.abort();
      await change;
    }
  });
}

async function result(c: Context<Env>, { faults }: Sandbox, job: Job): Promise<Response> {
  if (!job.outcome) return c.json({ detail: 'Request is still in progress' }, 400);
  const expired = resultExpiresAt(job) <= Date.now() || (await faults.strikes('result_expired', job));
  if (expired) return c.json({ detail: 'Request not found' }, 404);
  const body = withUnknownFields(job.outcome.body, await faults.strikes('unknown_fields', job));
  return c.json(body, job.outcome.status as ContentfulStatusCode, job.outcome.headers);
}

function wantsLogs(c: Context<Env>): boolean {
  return ['1', 'true'].includes(askedUrl(c).searchParams.get('logs') ?? '');
}
