// What fal does not have: the books, the settings and the faults. With an admin token only for those who send it as
// `x-sandbox-admin`; without one only for callers on this machine.
import { createHash, timingSafeEqual } from 'node:crypto';
import { getConnInfo } from '@hono/node-server/conninfo';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { Env, Sandbox } from '../context.ts';
import { FAULTS, type FaultName } from '../fault-registry.ts';
import { faultRulesSchema } from '../fault-rule.ts';
import type { Faults } from '../faults.ts';
import { type Job, jobState } from '../job.ts';
import { settingsChangeSchema } from '../settings.ts';

interface BookEntry {
  requestId: string;
  endpoint: string;
  /** Fingerprint of the API key that paid. */
  account: string;
  receivedAt: string;
  finishedAt?: string;
  outcome: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  /** HTTP status of the result. */
  status?: number;
  units: number;
  chargedMicros: number;
  /** SHA-256, hex, of the webhook address that came with it: tells two submissions of one caller's request. */
  webhookSha256?: string;
  /**
   * Names the work, so that submissions of one piece of work can be counted: a training's archive file name; of a
   * generation the SHA-256 (16 hex digits) of prompt, seed and LoRAs. Missing for an input that no model would take.
   */
  correlation?: string;
  /** The request that the same POST made first (fault `duplicate_submit`). */
  duplicateOf?: string;
  /** The faults that struck this request itself; those of single answers are in the counts only. */
  faults: FaultName[];
}

export interface Books {
  entries: BookEntry[];
  totalMicros: number;
}

export function adminRoutes(sandbox: Sandbox): Hono<Env> {
  const routes = new Hono<Env>();

  routes.use('/admin/*', async (c, next) => {
    if (!isAdmin(c, sandbox)) return c.json({ detail: 'Send the admin token as x-sandbox-admin' }, 403);
    await next();
  });

  routes.get('/admin/books', (c) => c.json(booksOf(sandbox.jobs.all(), sandbox.faults)));

  routes.get('/admin/settings', (c) => c.json(sandbox.settings()));
  routes.put('/admin/settings', async (c) => {
    const change = settingsChangeSchema.safeParse(await c.req.json().catch(() => undefined));
    if (!change.success) return c.json({ detail: z.prettifyError(change.error) }, 422);
    sandbox.changeSettings(change.data);
    return c.json(sandbox.settings());
  });

  routes.get('/admin/faults', (c) => c.json(faultsBody(sandbox.faults)));
  routes.put('/admin/faults', async (c) => {
    const rules = faultRulesSchema.safeParse(await c.req.json().catch(() => undefined));
    if (!rules.success) return c.json({ detail: z.prettifyError(rules.error) }, 422);
    await sandbox.faults.replace(rules.data);
    // What a fault has held up may go on now.
    sandbox.jobs.tick();
    return c.json(faultsBody(sandbox.faults));
  });

  return routes;
}

/** The rules in force, how often each fault has ever happened here, and what faults there are. */
function faultsBody(faults: Faults) {
  return { rules: faults.rules(), counts: faults.counts(), known: FAULTS };
}

/** Every submission with what it was charged, oldest first. */
export function booksOf(jobs: Job[], faults: Faults): Books {
  const entries = jobs.map(
    (job): BookEntry => ({
      requestId: job.id,
      endpoint: job.endpoint,
      account: job.account,
      receivedAt: new Date(job.acceptedAt).toISOString(),
      ...(job.finishedAt !== undefined && { finishedAt: new Date(job.finishedAt).toISOString() }),
      outcome: bookOutcome(job),
      ...(job.outcome && { status: job.outcome.status }),
      units: job.outcome?.units ?? 0,
      chargedMicros: job.outcome?.chargedMicros ?? 0,
      ...(job.webhook !== undefined && { webhookSha256: createHash('sha256').update(job.webhook).digest('hex') }),
      ...(job.correlation !== undefined && { correlation: job.correlation }),
      ...(job.duplicateOf !== undefined && { duplicateOf: job.duplicateOf }),
      faults: faults.ofJob(job.id),
    }),
  );
  return { entries, totalMicros: entries.reduce((sum, entry) => sum + entry.chargedMicros, 0) };
}

function bookOutcome(job: Job): BookEntry['outcome'] {
  if (!job.outcome) return jobState(job) === 'IN_QUEUE' ? 'queued' : 'running';
  if (job.outcome.errorType === 'client_cancelled') return 'cancelled';
  return job.outcome.status < 400 ? 'succeeded' : 'failed';
}

function isAdmin(c: Context<Env>, sandbox: Sandbox): boolean {
  if (sandbox.adminToken === undefined) {
    return /^(::1|(::ffff:)?127\.)/.test(getConnInfo(c).remote.address ?? '');
  }
  const sent = Buffer.from(c.req.header('x-sandbox-admin') ?? '');
  const token = Buffer.from(sandbox.adminToken);
  return sent.length === token.length && timingSafeEqual(sent, token);
}
