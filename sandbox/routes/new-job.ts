// Reads a submit: everything that a request carries beside its input.
import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import { askedUrl, type Env, lifetimeSeconds, ownOrigin, type Sandbox } from '../context.ts';
import type { Job } from '../job.ts';

/** The request as a job, or undefined when its body is not JSON. The input is not looked at: the model does that. */
export async function newJob(
  c: Context<Env>,
  sandbox: Sandbox,
  endpoint: string,
  account: string,
): Promise<Job | undefined> {
  const text = await c.req.text();
  let input: unknown;
  try {
    input = text === '' ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
  const now = Date.now();
  const webhook = askedUrl(c).searchParams.get('fal_webhook');
  // The older header still works; when both are sent the newer one wins.
  const startSeconds = Number(c.req.header('x-fal-request-start-timeout') ?? c.req.header('x-fal-request-timeout'));
  const correlation = sandbox.models.get(endpoint)?.correlation(input);
  const outputSeconds = lifetimeSeconds(c.req.header('x-fal-object-lifecycle-preference'));
  return {
    id: randomUUID(),
    endpoint,
    account,
    input,
    origin: ownOrigin(c, sandbox),
    acceptedAt: now,
    priority: c.req.header('x-fal-queue-priority') === 'low' ? 'low' : 'normal',
    storeIo: c.req.header('x-fal-store-io') !== '0',
    ...(correlation !== undefined && { correlation }),
    ...(webhook && { webhook }),
    ...(startSeconds > 0 && { startBy: now + startSeconds * 1000 }),
    ...(outputSeconds !== undefined && { outputSeconds }),
  };
}
