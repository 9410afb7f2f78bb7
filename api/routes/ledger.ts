// /v1/ledger: every paid request of the tenant, with its estimate and its cost.

import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import type { LedgerEntry as Entry } from '../../core/ports/books.ts';
import { usd } from '../../domain/money.ts';
import { identitySubject } from '../../domain/provider-call.ts';
import { purposeOf } from '../call-purpose.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { type LedgerEntry, LedgerPage, LedgerQuery } from '../schemas/budget.ts';
import { json, problems } from '../schemas/common.ts';
import { needs } from '../scopes.ts';

const list = createRoute({
  method: 'get',
  path: '/v1/ledger',
  operationId: 'listLedger',
  tags: ['money'],
  summary: 'Paid requests, newest first, by identity and state',
  security: needs('ledger'),
  request: { query: LedgerQuery },
  responses: { 200: json(LedgerPage, 'A page of the ledger'), ...problems(404, 422, 503) },
});

export function ledgerRoutes({ books, models }: ApiDeps): OpenAPIHono<ApiEnv> {
  const routes = new OpenAPIHono<ApiEnv>();

  routes.openapi(list, async (c) => {
    const { identityId, state, ...page } = c.req.valid('query');
    const subject = identityId === undefined ? undefined : identitySubject(identityId);
    const { items, nextCursor } = await books.entries(c.get('principal').tenantId, { subject, state }, page);
    return c.json({ items: items.map((entry) => answer(models, entry)), ...(nextCursor ? { nextCursor } : {}) }, 200);
  });

  return routes;
}

function answer(models: ApiDeps['models'], entry: Entry): LedgerEntry {
  const { key, subject, endpoint, state, attempts, month, estimate, charged, requestId } = entry;
  const { safetyChecker, reason } = entry;
  return {
    key,
    ...(subject.kind === 'identity' ? { identityId: subject.id } : {}),
    purpose: purposeOf(models, entry),
    endpoint,
    state,
    attempts,
    month,
    estimateUsd: usd(estimate),
    estimateMicros: estimate,
    ...(charged === undefined ? {} : { chargedUsd: usd(charged), chargedMicros: charged }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(safetyChecker === undefined ? {} : { safetyChecker }),
    ...(reason === undefined ? {} : { reason }),
    createdAt: entry.createdAt,
  };
}
