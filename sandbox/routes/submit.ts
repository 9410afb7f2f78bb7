// Submit: takes a request into the queue, and the faults by which that goes wrong before or after it was taken.
import { randomUUID } from 'node:crypto';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';
import { askedUrl, type Env, requestError, type Sandbox, tooMany } from '../context.ts';
import type { Job } from '../job.ts';
import { withUnknownFields } from '../unknown-fields.ts';
import { newJob } from './new-job.ts';
import { statusBody } from './status-body.ts';

/** How long `webhook_before_response` waits for the webhook: less than the patience of fal's callers, 30 s and more. */
const WEBHOOK_WAIT_MS = 25_000;

export async function submit(c: Context<Env>, sandbox: Sandbox, endpoint: string, account: string): Promise<Response> {
  const { faults } = sandbox;
  if (await isUnknownApp(sandbox, endpoint)) return unknownApp(c, endpoint);
  const longest = askedUrl(c).searchParams.get('fal_max_queue_length');
  if (longest !== null && sandbox.jobs.waiting(endpoint) >= Number(longest)) {
    return requestError(c, 429, 'queue_full', `More than ${longest} requests are waiting`);
  }
  const job = await newJob(c, sandbox, endpoint, account);
  if (!job) return requestError(c, 400, 'bad_request', 'The body is not JSON');
  if (await faults.strikes('submit_503_before_acceptance', job)) {
    return ingressPage(c, 503, 'Service Temporarily Unavailable');
  }
  if (await faults.strikes('submit_429', job)) return tooMany(c, 'Too many requests');
  await accept(sandbox, job);
  if (await faults.strikesJob('duplicate_submit', job)) {
    await accept(sandbox, { ...job, id: randomUUID(), duplicateOf: job.id });
  }
  return (await spoiledAnswer(c, sandbox, job)) ?? answer(c, sandbox, job);
}

/** Whether there is no such endpoint; the fault makes it so. */
export async function isUnknownApp(sandbox: Sandbox, endpoint: string): Promise<boolean> {
  return !sandbox.models.has(endpoint) || sandbox.faults.strikes('model_deprecated', { endpoint });
}

export function unknownApp(c: Context<Env>, endpoint: string): Response {
  return c.json({ detail: `Application "${endpoint}" not found` }, 404);
}

async function accept(sandbox: Sandbox, job: Job): Promise<void> {
  if (job.webhook !== undefined && (await sandbox.faults.strikesJob('webhook_before_response', job))) {
    await sandbox.jobs.submitDirect({ ...job, hurried: true });
    await sandbox.webhookAttempted(job.id, WEBHOOK_WAIT_MS);
    return;
  }
  // Drawn before the queue sees the request: it asks only whether it has been struck.
  await sandbox.faults.strikesJob('stuck_in_queue', job);
  await sandbox.jobs.submit(job);
}

/** What is said of an accepted request instead of its id; undefined when no fault strikes. */
async function spoiledAnswer(c: Context<Env>, { faults }: Sandbox, job: Job): Promise<Response | undefined> {
  if (await faults.strikesJob('lost_submit_response', job)) {
    c.env.outgoing.socket?.resetAndDestroy();
    return RESPONSE_ALREADY_SENT;
  }
  if (await faults.strikesJob('submit_502_after_acceptance', job)) return ingressPage(c, 502, 'Bad Gateway');
  if (await faults.strikesJob('submit_504_after_acceptance', job)) return ingressPage(c, 504, 'Gateway Time-out');
  if (await faults.strikesJob('submit_without_request_id', job)) return c.json({ status: 'IN_QUEUE' });
  return undefined;
}

async function answer(c: Context<Env>, sandbox: Sandbox, accepted: Job): Promise<Response> {
  const job = sandbox.jobs.find(accepted.id) ?? accepted;
  c.header('x-fal-request-id', job.id);
  // Whatever has happened since, a submit is answered with the state of its acceptance.
  const body = { ...statusBody({ ...accepted }, sandbox, false), gateway_request_id: job.id };
  return c.json(withUnknownFields(body, await sandbox.faults.strikes('unknown_fields', job)));
}

/** As the nginx in front of fal answers: HTML, and no header of fal's gateway. */
function ingressPage(c: Context<Env>, status: 502 | 503 | 504, title: string): Response {
  const head = `<head><title>${status} ${title}</title></head>`;
  return c.html(`<html>\n${head}\n<body><center><h1>${status} ${title}</h1></center></body>\n</html>\n`, status);
}
