// /webhooks/fal/{token}: fal reports that a job ended. It is a hint, and the first way to find a request whose answer
// was lost: the token names the row, and a row without a request id takes the one from fal. No other part of the body
// is trusted; the run reads the result from fal. The answers follow fal's rules: 2xx, sent after all writes, ends the
// delivery; 5xx repeats it.

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
    // The signature is checked first, so that tokens cannot be guessed by trying. A stale signature is fal's too,
    // delivered late. It still counts as a hint and for the request id: only this attempt's post had the token, and an
    // id does not age.
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

  /** Whether the webhook is about this call; afterwards the call has its request id. */
  async function isOf(call: ProviderCall, requestId: string, log: Logger): Promise<boolean> {
    if (call.requestId !== undefined) return call.requestId === requestId;
    // A row without a body was never posted, so no job exists for it.
    if (call.input === undefined) return false;
    if (isOpen(call)) return ledger.adopt(call, requestId);
    log.error(
      { callKey: call.key, state: call.state, providerRequestId: requestId },
      'the provider accepted a request that the ledger calls not accepted: check what the provider charged',
    );
    return true;
  }

  async function hint({ key, subject, workflowId }: ProviderCall, requestId: string, log: Logger): Promise<void> {
    // A request of the proxy: no run waits for it.
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

/** Counts every delivery by its problem. */
function countVerdicts(metrics: ApiMetrics): MiddlewareHandler<ApiEnv> {
  return async function countVerdicts(c, next) {
    await next();
    metrics.webhook(c.error ? (VERDICTS[problemOf(c.error).code] ?? 'failed') : 'taken');
  };
}

const isOpen = ({ state }: ProviderCall) => state === 'intent' || state === 'unknown' || state === 'submitted';

/**
 * Whether the webhook is sent on. No workflow waits for an ended call. A picture is polled within its activity, and an
 * app's request by its workflow; but while the fate of one is unclear, its workflow, and maybe an operator, waits for
 * the hint.
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
