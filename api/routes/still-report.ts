// GET /v1/stills/{batchId}/report: what a batch came to, as JSON and as a sheet of HTML.

import { Readable } from 'node:stream';
import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { accepts } from 'hono/accepts';
import { batchAsItIs } from '../../core/orphans/stills-as-they-are.ts';
import type { BatchRow, StillRow } from '../../core/ports/stills.ts';
import { bestPicture, reportBatch } from '../../core/stills/report.ts';
import type { BatchReport } from '../../domain/stills/report.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { pictureContentPath, stillPath } from '../links.ts';
import { problems } from '../schemas/common.ts';
import { BatchInPath, StillsReport } from '../schemas/still.ts';
import { needs } from '../scopes.ts';
import { answerCost, answerPrice } from '../still-answer.ts';
import { stillSheet } from '../still-sheet.ts';
import { loadBatch } from './stills.ts';

const SHEET = 'text/html';

const report = createRoute({
  method: 'get',
  path: '/v1/stills/{batchId}/report',
  operationId: 'reportStills',
  tags: ['stills'],
  summary: "What a batch came to: each character's likeness over the frames, the worst stills, findings, cost",
  description:
    'JSON; with `Accept: text/html` one page with small copies of the pictures inside, which opens without a server.',
  security: needs('stills'),
  request: { params: BatchInPath },
  responses: {
    200: {
      description: 'The report',
      content: { 'application/json': { schema: StillsReport }, [SHEET]: { schema: { type: 'string' } } },
    },
    ...problems(404, 503),
  },
});

export function stillReportRoutes(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const routes = new OpenAPIHono<ApiEnv>();

  routes.openapi(report, async (c) => {
    const batch = await loadBatch(deps, c.get('principal').tenantId, c.req.valid('param').batchId);
    const [{ row }, { report, stills }] = await Promise.all([batchAsItIs(deps, batch), reportBatch(deps, batch)]);
    c.header('vary', 'accept', { append: true });
    if (
      accepts(c, { header: 'Accept', supports: ['application/json', SHEET], default: 'application/json' }) === SHEET
    ) {
      const page = Readable.from(stillSheet(deps, { batch: row, report, stills }), { objectMode: false });
      return c.body(Readable.toWeb(page) as ReadableStream, 200, { 'content-type': `${SHEET}; charset=utf-8` });
    }
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
