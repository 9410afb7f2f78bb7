// /webhooks/fal/{token}: fal says that a job ended. It is a hint, and the first way to find a request whose answer was
// lost: the token says which row it is, and a row without a request id takes the one that fal names. Nothing else of the
// body is believed, the run asks fal itself for the result. Answers follow what fal does with them: 2xx, sent once
// everything is written, ends the delivery; 5xx repeats it.

import { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import type { Logger } from 'pino';
import { webhookBodySchema } from '../../adapters/fal/webhook-body.ts';
import { RunError } from '../../core/ports/run-error.ts';
import type { ProviderCall } from '../../domain/provider-call.ts';
import { webhookBody } from '../body-limits.ts';
import { purposeOf } from '../call-purpose.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import type { ApiMetrics, WebhookVerdict } from '../metrics.ts';
import { Problem, type ProblemCode, problemOf } from '../problem.ts';

export function webhookRoutes({ webhooks, runs, metrics, ledger, models }: ApiDeps): OpenAPIHono<ApiEnv> {
  const routes = new OpenAPIHono<ApiEnv>();

  routes.use('/webhooks/fal/:token', countVerdicts(metrics));
  routes.post('/webhooks/fal/:token', webhookBody, async (c) => {
    const body = new Uint8Array(await c.req.arrayBuffer());
    // First the signature, so that nobody can find out by trying which tokens exist. A stale one is fal's own too,
    // delivered late: as good a hint as a fresh one, and as good a request id, because only this attempt's post had the
    // token, and an id does not age.
    const signature = await webhooks.verify(c.req.raw.headers, body);
    if (signature === 'invalid') {
      throw new Problem('forged_webhook', 'The signature does not match the body. Only fal may call this address.');
    }
    const call = await ledger.byToken(c.req.param('token'));
    const requestId = requestIdOf(body);
    if (call) c.set('workflowId', call.workflowId);
    if (!call || !(await isOf(call, requestId, c.get('log')))) {
      throw new Problem('not_found', 'No paid request of this token and request id is known.');
    }
    if (wakesRun(models, call)) await hint(call, requestId, c.get('log'));
    return c.json({ received: true }, 200);
  });

  /** Whether the webhook is about this call, which afterwards knows its request id. */
  async function isOf(call: ProviderCall, requestId: string, log: Logger): Promise<boolean> {
    if (call.requestId !== undefined) return call.requestId === requestId;
    // Without a body in its row nothing was posted, so nothing can have come of it.
    if (call.input === undefined) return false;
    if (isOpen(call)) return ledger.adopt(call, requestId);
    log.error(
      { callKey: call.key, state: call.state, providerRequestId: requestId },
      'the provider accepted a request that the ledger calls not accepted: check what the provider charged',
    );
    return true;
  }

  async function hint({ key, subject, workflowId }: ProviderCall, requestId: string, log: Logger): Promise<void> {
    // It settles a request of the proxy, which no run waits for.
    if (subject.kind === 'app') return runs.followProxyCall(key);
    try {
      await runs.trainingSettled(workflowId, requestId);
    } catch (error) {
      if (!(error instanceof RunError && error.trouble === 'gone')) throw error;
      log.info({ callKey: key }, 'a webhook came after the end of its run: the cost of the request is recorded');
      await runs.settleLeftover(key);
    }
  }

  return routes;
}

const VERDICTS: Partial<Record<ProblemCode, WebhookVerdict>> = {
  forged_webhook: 'forged',
  not_found: 'unknown',
  malformed_request: 'unreadable',
  invalid_request: 'unreadable',
  body_too_large: 'unreadable',
};

/** Every delivery is counted by the problem that it ended in. */
function countVerdicts(metrics: ApiMetrics): MiddlewareHandler<ApiEnv> {
  return async function countVerdicts(c, next) {
    await next();
    metrics.webhook(c.error ? (VERDICTS[problemOf(c.error).code] ?? 'failed') : 'taken');
  };
}

const isOpen = ({ state }: ProviderCall) => state === 'intent' || state === 'unknown' || state === 'submitted';

/**
 * A call that has ended has nobody who waits for it. A picture is polled within its one activity, and what an app asked
 * for by the workflow that follows it, unless its fate was unclear: then its workflow, and maybe an operator, waits to
 * hear of it.
 */
function wakesRun(models: ApiDeps['models'], call: ProviderCall): boolean {
  return isOpen(call) && (call.state === 'unknown' || purposeOf(models, call) === 'training');
}

function requestIdOf(body: Uint8Array): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    throw new Problem('malformed_request', 'The body is not valid JSON. Correct it and send it again.');
  }
  const delivery = webhookBodySchema.safeParse(parsed);
  if (!delivery.success) throw new Problem('invalid_request', 'The body has no "request_id".');
  return delivery.data.request_id;
}
