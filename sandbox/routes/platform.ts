// api.fal.ai/v1: what fal tells about requests, prices and the account.
import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { z } from 'zod';
import { accountOf, askedUrl, type Env, type Sandbox } from '../context.ts';
import type { Job } from '../job.ts';

const DAY_MS = 86_400_000;
const DEFAULT_PAGE = 50;
const MAX_PAGE = 100;
const MICROS = 1_000_000;

const estimateSchema = z.object({
  estimate_type: z.literal('unit_price'),
  endpoints: z.record(z.string(), z.object({ unit_quantity: z.number().min(0) })),
});

export function platformRoutes(sandbox: Sandbox): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get('/api/v1/meta', (c) => c.json({ webhook_ip_ranges: ['127.0.0.0/8'] }));

  routes.use('/api/v1/*', async (c, next) => {
    if (accountOf(c, sandbox) === undefined) return problem(c, 401, 'authorization_error', 'Invalid API key');
    await next();
  });

  routes.get('/api/v1/models/requests/by-endpoint', async (c) => {
    const query = askedUrl(c).searchParams;
    const endpoints = list(query, 'endpoint_id');
    if (endpoints.length === 0) return problem(c, 422, 'validation_error', 'endpoint_id is required');
    if (await sandbox.faults.strikes('listing_500', { endpoint: endpoints[0] })) {
      return problem(c, 500, 'server_error', 'Internal server error');
    }
    const ids = list(query, 'request_id');
    const start = Date.parse(query.get('start') ?? '') || Date.now() - (ids.length > 0 ? 90 : 1) * DAY_MS;
    const end = Date.parse(query.get('end') ?? '') || Number.POSITIVE_INFINITY;
    const wanted = query.get('status');
    // fal's schema requires when a request started, so one that still waits may not be listed.
    const { listQueued } = sandbox.settings();
    const found = sandbox.jobs
      .all()
      .filter((job) => job.account === accountOf(c, sandbox) && (listQueued || job.startedAt !== undefined))
      .filter((job) => endpoints.includes(job.endpoint) && (ids.length === 0 || ids.includes(job.id)))
      .filter((job) => job.acceptedAt >= start && job.acceptedAt <= end)
      .filter((job) => wanted === null || listedStatus(job) === wanted)
      .sort((a, b) => b.acceptedAt - a.acceptedAt);
    const from = Number(query.get('cursor') ?? 0);
    const limit = Math.min(Number(query.get('limit')) || DEFAULT_PAGE, MAX_PAGE);
    const payloads = list(query, 'expand').includes('payloads');
    const more = found.length > from + limit;
    return c.json({
      items: found.slice(from, from + limit).map((job) => listed(job, payloads)),
      next_cursor: more ? String(from + limit) : null,
      has_more: more,
    });
  });

  routes.delete('/api/v1/models/requests/:id/payloads', async (c) => {
    const job = sandbox.jobs.find(c.req.param('id'));
    if (!job || job.account !== accountOf(c, sandbox)) return problem(c, 404, 'not_found', 'Request not found');
    const outputs = sandbox.files.outputsOf(job.id);
    await sandbox.jobs.deletePayload(job);
    for (const file of outputs) await sandbox.files.remove(file.token);
    return c.json({
      cdn_delete_results: outputs.map((file) => ({
        link: `${job.origin}/files/${file.token}/${file.name}`,
        exception: null,
      })),
    });
  });

  routes.get('/api/v1/models/pricing', (c) => {
    const prices = [];
    for (const id of list(askedUrl(c).searchParams, 'endpoint_id')) {
      const price = sandbox.models.get(id)?.price;
      if (!price) return problem(c, 404, 'not_found', `Endpoint ${id} not found`);
      prices.push({ endpoint_id: id, unit_price: price.microsPerUnit / MICROS, unit: price.unit, currency: 'USD' });
    }
    return c.json({ prices });
  });

  routes.post('/api/v1/models/pricing/estimate', async (c) => {
    const body = estimateSchema.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) return problem(c, 422, 'validation_error', 'Only estimate_type unit_price is served here');
    let micros = 0;
    for (const [id, { unit_quantity }] of Object.entries(body.data.endpoints)) {
      const price = sandbox.models.get(id)?.price;
      if (!price) return problem(c, 404, 'not_found', `Endpoint ${id} not found`);
      micros += price.microsPerUnit * unit_quantity;
    }
    return c.json({ estimate_type: 'unit_price', total_cost: micros / MICROS, currency: 'USD' });
  });

  routes.get('/api/v1/account/billing', (c) => {
    const account = accountOf(c, sandbox);
    const jobs = sandbox.jobs.all().filter((job) => job.account === account);
    const spent = jobs.reduce((sum, job) => sum + (job.outcome?.chargedMicros ?? 0), 0);
    const credits = { current_balance: (sandbox.settings().creditsMicros - spent) / MICROS, currency: 'USD' };
    const expanded = list(askedUrl(c).searchParams, 'expand').includes('credits');
    return c.json({ username: sandbox.signingKey.userId, ...(expanded && { credits }) });
  });

  return routes;
}

function listed(job: Job, payloads: boolean): Record<string, unknown> {
  const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
  return {
    request_id: job.id,
    endpoint_id: job.endpoint,
    sent_at: iso(job.acceptedAt),
    started_at: iso(job.startedAt),
    ended_at: iso(job.finishedAt),
    status_code: job.outcome?.status,
    duration: job.finishedAt && job.startedAt ? (job.finishedAt - job.startedAt) / 1000 : undefined,
    ...(payloads && job.storeIo && !job.payloadDeleted && { json_input: job.input, json_output: job.outcome?.body }),
  };
}

function listedStatus(job: Job): string | undefined {
  if (!job.outcome) return undefined;
  if (job.outcome.status < 400) return 'success';
  return job.outcome.status < 500 ? 'user_error' : 'error';
}

/** A query parameter that may be repeated or hold commas. */
function list(query: URLSearchParams, name: string): string[] {
  return query
    .getAll(name)
    .flatMap((value) => value.split(','))
    .filter((value) => value !== '');
}

function problem(c: Context<Env>, status: ContentfulStatusCode, type: string, message: string): Response {
  return c.json({ error: { type, message } }, status);
}
