// /webhooks/fal/{token}: fal says that a job ended. It is only a hint: the run asks fal itself for the result, so that
// nothing in the body can change a state. Answers follow what fal does with them: 2xx ends the delivery, 5xx repeats it.

import { OpenAPIHono } from '@hono/zod-openapi';
import { webhookBodySchema } from '../../adapters/fal/webhook-body.ts';
import type { ProviderCall } from '../../domain/provider-call.ts';
import { webhookBody } from '../body-limits.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { Problem } from '../problem.ts';
import { RunError } from '../run-error.ts';

export function webhookRoutes({ webhooks, registry, runs, log }: ApiDeps): OpenAPIHono<ApiEnv> {
  const routes = new OpenAPIHono<ApiEnv>();

  routes.post('/webhooks/fal/:token', webhookBody, async (c) => {
    const body = new Uint8Array(await c.req.arrayBuffer());
    // First the signature, so that nobody can find out by trying which tokens exist. A stale one is fal's own too,
    // delivered late: as good a hint as a fresh one.
    const signature = await webhooks.verify(c.req.raw.headers, body);
    if (signature === 'invalid') {
      throw new Problem('forged_webhook', 'The signature does not fit the body. Only fal may call this address.');
    }
    const call = await registry.callByToken(c.req.param('token'));
    const requestId = requestIdOf(body);
    if (!call || (call.requestId !== undefined && call.requestId !== requestId)) {
      throw new Problem('not_found', 'No paid request of this token and request id is known.');
    }
    if (wakesRun(call)) await hint(call.identityId, requestId);
    return c.json({ received: true }, 200);
  });

  async function hint(identityId: string, requestId: string): Promise<void> {
    try {
      await runs.trainingSettled(identityId, requestId);
    } catch (error) {
      if (!(error instanceof RunError && error.trouble === 'gone')) throw error;
      log.info({ identityId }, 'a webhook came after the end of its run');
    }
  }

  return routes;
}

/** Test images are polled within their one activity; and a call that has ended has nobody who waits for it. */
function wakesRun({ purpose, state }: ProviderCall): boolean {
  return purpose === 'training' && state !== 'settled' && state !== 'failed';
}

function requestIdOf(body: Uint8Array): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    throw new Problem('malformed_request', 'The body is no JSON.');
  }
  const delivery = webhookBodySchema.safeParse(parsed);
  if (!delivery.success) throw new Problem('invalid_request', 'The body has no "request_id".');
  return delivery.data.request_id;
}
