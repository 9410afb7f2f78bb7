// queue.fal.run: submit, status, its stream, result, cancel. And fal.run: the same models, waited for.
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { accountOf, askedUrl, type Env, requestError, type Sandbox, unauthorized } from '../context.ts';
import { type Job, jobState, resultExpiresAt } from '../job.ts';
import { newJob } from './new-job.ts';
import { statusBody } from './status-body.ts';

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
        return result(c, job);
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
    if (!sandbox.models.has(endpoint)) return unknownApp(c, endpoint);
    if (sandbox.jobs.running(account) >= sandbox.settings().concurrency) {
      c.header('x-fal-needs-retry', '1');
      return requestError(c, 429, 'concurrent_requests_limit', 'Too many concurrent requests');
    }
    const draft = await newJob(c, sandbox, endpoint, account);
    if (!draft) return requestError(c, 400, 'bad_request', 'The body is not JSON');
    await sandbox.jobs.submitDirect(draft);
    const job = sandbox.jobs.find(draft.id) ?? draft;
    while (!job.outcome && !c.req.raw.signal.aborted) await sandbox.jobs.change(job.id, c.req.raw.signal);
    return result(c, job);
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

function unknownApp(c: Context<Env>, endpoint: string): Response {
  return c.json({ detail: `Application "${endpoint}" not found` }, 404);
}

async function submit(c: Context<Env>, sandbox: Sandbox, endpoint: string, account: string): Promise<Response> {
  if (!sandbox.models.has(endpoint)) return unknownApp(c, endpoint);
  if (sandbox.faults.strikes('submit_503_before_acceptance', endpoint)) {
    return c.html('<html><head><title>503 Service Temporarily Unavailable</title></head></html>', 503);
  }
  const longest = askedUrl(c).searchParams.get('fal_max_queue_length');
  if (longest !== null && sandbox.jobs.waiting(endpoint) >= Number(longest)) {
    return requestError(c, 429, 'queue_full', `More than ${longest} requests are waiting`);
  }
  const job = await newJob(c, sandbox, endpoint, account);
  if (!job) return requestError(c, 400, 'bad_request', 'The body is not JSON');
  await sandbox.jobs.submit(job);
  if (sandbox.faults.strikes('lost_submit_response', endpoint)) {
    c.env.outgoing.destroy();
    return RESPONSE_ALREADY_SENT;
  }
  c.header('x-fal-request-id', job.id);
  return c.json({ ...statusBody(job, sandbox, false), gateway_request_id: job.id });
}

function status(c: Context<Env>, sandbox: Sandbox, job: Job): Response {
  if (sandbox.faults.strikes('status_500', job.endpoint)) {
    return requestError(c, 500, 'internal_error', 'Internal server error');
  }
  c.header('x-fal-request-id', job.id);
  // fal answers 202 while a request waits or runs, 200 once it is over.
  return c.json(statusBody(job, sandbox, wantsLogs(c)), jobState(job) === 'COMPLETED' ? 200 : 202);
}

function statusStream(c: Context<Env>, sandbox: Sandbox, job: Job): Response {
  return streamSSE(c, async (stream) => {
    const gone = new AbortController();
    stream.onAbort(() => gone.abort());
    while (!gone.signal.aborted) {
      const change = sandbox.jobs.change(job.id, gone.signal);
      await stream.writeSSE({ data: JSON.stringify(statusBody(job, sandbox, wantsLogs(c))) });
      if (job.outcome) gone.abort();
      await change;
    }
  });
}

function result(c: Context<Env>, job: Job): Response {
  if (!job.outcome) return c.json({ detail: 'Request is still in progress' }, 400);
  if (resultExpiresAt(job) <= Date.now()) return c.json({ detail: 'Request not found' }, 404);
  return c.json(job.outcome.body, job.outcome.status as ContentfulStatusCode, job.outcome.headers);
}

function wantsLogs(c: Context<Env>): boolean {
  return ['1', 'true'].includes(askedUrl(c).searchParams.get('logs') ?? '');
}
