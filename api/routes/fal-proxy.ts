// /api/fal-proxy: fal's protocol, for apps that use it already. Two ways in: fal's client with `proxyUrl` (the target
// in the header x-fal-target-url), and a plain POST of {endpoint, method, body}. docs/fal-proxy.md has both. Not in
// /openapi.json, because fal documents these requests.

import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { z } from 'zod';
import { createDelivery } from '../../core/files/deliver.ts';
import { notFound } from '../../core/refusal.ts';
import { requireScope } from '../auth/enforce-scopes.ts';
import { jsonBody } from '../body-limits.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { queuedAnswer, requestIdHeader } from '../fal-proxy/answers.ts';
import { resultInTime, resultOf } from '../fal-proxy/result.ts';
import { type Submitted, submitProxied } from '../fal-proxy/submit.ts';
import { type Target, targetOfEndpoint, targetOfUrl } from '../fal-proxy/target.ts';
import { Problem } from '../problem.ts';
import { refuseInvalid } from '../validation.ts';

const PATH = '/api/fal-proxy';
const TARGET_HEADER = 'x-fal-target-url';

const PlainRequest = z.strictObject({
  endpoint: z.string(),
  method: z.enum(['GET', 'POST', 'PUT']).default('POST'),
  body: z.unknown().optional(),
});
const IdempotencyKey = z.string().regex(/^[\x21-\x7e]{1,200}$/, 'must have 1 to 200 visible ASCII characters');

export function falProxyRoutes(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const deliver = createDelivery({ files: deps.files, provider: deps.provider });
  const routes = new OpenAPIHono<ApiEnv>();
  routes.on(['GET', 'PUT', 'POST'], PATH, jsonBody, async (c) => {
    const url = c.req.header(TARGET_HEADER);
    if (url !== undefined) return answer(c, targetOfUrl(c.req.method, url), false, () => jsonOf(c));
    if (c.req.method !== 'POST')
      throw new Problem('target_not_allowed', `Name the address at fal in the header ${TARGET_HEADER}.`);
    const { endpoint, method, body } = plainRequest(await jsonOf(c));
    return answer(c, targetOfEndpoint(method, endpoint), true, async () => body);
  });

  /** `waits`: the app has no queue, and takes the answer as the result. */
  async function answer(
    c: Context<ApiEnv>,
    target: Target,
    waits: boolean,
    input: () => Promise<unknown>,
  ): Promise<Response> {
    const principal = c.get('principal');
    const { profile } = target.model;
    const draws = profile.kind !== 'trainer';
    requireScope(principal, draws ? 'stills' : 'identities');
    const { signal } = c.req.raw;
    if (target.kind === 'submit') {
      const asked = { tenantId: principal.tenantId, model: target.model, input: await input() };
      const call = await submitProxied({ ...deps, deliver }, { ...asked, idempotencyKey: idempotencyKeyOf(c) });
      const result = waits && draws ? await resultInTime(deps, call, signal) : undefined;
      if (result) return result;
      return c.json(queuedAnswer(profile.endpoint, call.requestId), waits ? 202 : 200, requestIdHeader(call.requestId));
    }
    const call = await submitted(principal.tenantId, profile.endpoint, target.requestId);
    return target.kind === 'result' ? resultOf(deps, call, signal) : deps.relay(target.kind, call, signal);
  }

  /** A request of this tenant through the proxy; no other one is found. */
  async function submitted(tenantId: string, endpoint: string, requestId: string): Promise<Submitted> {
    const call = await deps.ledger.ofProxy(tenantId, endpoint, requestId);
    if (call?.requestId === undefined) throw notFound();
    return { ...call, requestId: call.requestId };
  }

  return routes;
}

async function jsonOf(c: Context<ApiEnv>): Promise<unknown> {
  try {
    return await c.req.json();
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('malformed_request', 'The body is not valid JSON. Correct it and send it again.');
  }
}

function plainRequest(body: unknown): z.infer<typeof PlainRequest> {
  const parsed = PlainRequest.safeParse(body);
  if (parsed.success) return parsed.data;
  refuseInvalid({ target: 'json', success: false, error: parsed.error });
  throw parsed.error;
}

function idempotencyKeyOf(c: Context<ApiEnv>): string | undefined {
  const given = c.req.header('idempotency-key');
  if (given === undefined) return undefined;
  const parsed = IdempotencyKey.safeParse(given);
  if (!parsed.success)
    throw new Problem(
      'invalid_request',
      'The Idempotency-Key must have 1 to 200 visible ASCII characters. Send a shorter one, such as a UUID.',
    );
  return parsed.data;
}
