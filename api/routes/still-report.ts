// GET /v1/stills/{batchId}/report: what a batch came to.

import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { batchAsItIs } from '../../core/orphans/stills-as-they-are.ts';
import type { BatchRow, StillRow } from '../../core/ports/stills.ts';
import { bestPicture, reportBatch } from '../../core/stills/report.ts';
import type { BatchReport } from '../../domain/stills/report.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { pictureContentPath, stillPath } from '../links.ts';
import { json, problems } from '../schemas/common.ts';
import { BatchInPath, StillsReport } from '../schemas/still.ts';
import { needs } from '../scopes.ts';
import { answerCost, answerPrice } from '../still-answer.ts';
import { loadBatch } from './stills.ts';

const report = createRoute({
  method: 'get',
  path: '/v1/stills/{batchId}/report',
  operationId: 'reportStills',
  tags: ['stills'],
  summary: "What a batch came to: each character's likeness over the frames, the worst stills, findings, cost",
  security: needs('stills'),
  request: { params: BatchInPath },
  responses: { 200: json(StillsReport, 'The report'), ...problems(404, 503) },
});

export function stillReportRoutes(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const routes = new OpenAPIHono<ApiEnv>();

  routes.openapi(report, async (c) => {
    const batch = await loadBatch(deps, c.get('principal').tenantId, c.req.valid('param').batchId);
    const [{ row }, { report, stills }] = await Promise.all([batchAsItIs(deps, batch), reportBatch(deps, batch)]);
    return c.json(answerReport(row, report, stills), 200);
  });

  return routes;
}

function answerReport(batch: BatchRow, { characters, worst, findings }: BatchReport, stills: StillRow[]): StillsReport {
  const contentOf = (number: number) => {
    const row = stills.find((still) => still.number === number);
    const best = row && bestPicture(row);
    return best ? { content: pictureContentPath(best.id) } : {};
  };
  return {
    batchId: batch.id,
    state: batch.state,
    counts: batch.counts,
    price: answerPrice(batch.price),
    cost: answerCost(batch.cost),
    characters,
    worst: worst.map((still) => ({
      ...still,
      links: { self: stillPath(batch.id, still.stillId), ...contentOf(still.number) },
    })),
    findings,
  };
}
