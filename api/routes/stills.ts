// /v1/stills: batches of stills, started, listed, watched and stopped.

import { createRoute, OpenAPIHono, type z } from '@hono/zod-openapi';
import { batchAsItIs } from '../../core/orphans/stills-as-they-are.ts';
import type { BatchRow } from '../../core/ports/stills.ts';
import { notFound } from '../../core/refusal.ts';
import { createBatchStarter } from '../../core/stills/start-batch.ts';
import type { FrameRequest, StillsRequest } from '../../core/stills/stills-request.ts';
import { stopBatch } from '../../core/stills/stop-batch.ts';
import { microUsd } from '../../domain/money.ts';
import { jsonBody, stillsBody } from '../body-limits.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import type { OpenEventStream } from '../event-stream.ts';
import { requireKey } from '../idempotency.ts';
import { batchPath } from '../links.ts';
import { LiveStates } from '../live-state.ts';
import { json, jsonRequest, problems } from '../schemas/common.ts';
import { EventHeaders, EventQuery } from '../schemas/event.ts';
import { StillsHeaders } from '../schemas/requests.ts';
import {
  Batch,
  BatchCancelSent,
  BatchInPath,
  BatchItem,
  BatchPage,
  BatchQuery,
  SetBatchBudget,
  StartStills,
  StillEvent,
  StillPageQuery,
  StillsEstimate,
  StillsQuery,
} from '../schemas/still.ts';
import { needs } from '../scopes.ts';
import { answerBatch, answerBatchWith, answerEstimate } from '../still-answer.ts';
import { type BatchSnapshot, batchPoll, hasEnded } from '../still-poll.ts';

const SCOPE = 'stills';
/** Milliseconds between two polls of a batch that has subscriptions. */
const POLL_MS = 1000;

const start = createRoute({
  method: 'post',
  path: '/v1/stills',
  operationId: 'startStills',
  tags: ['stills'],
  summary: 'Draw stills: one or more frames, each with its characters',
  description:
    'Each variant of a frame is a still: drawn with the approved versions of its characters, checked face by face, and repaired within `maxRepairs` and the highest price. What is still wrong is said in its findings. `dryRun=true` answers the price and every refusal, and starts nothing.',
  security: needs(SCOPE),
  middleware: stillsBody,
  request: { headers: StillsHeaders, query: StillsQuery, body: jsonRequest(StartStills, true) },
  responses: {
    200: json(StillsEstimate, 'With `dryRun=true`: what it would cost, and what would be refused'),
    202: {
      ...json(Batch, 'The batch has started, now or earlier with the same key'),
      headers: { location: { description: 'The address of the batch', schema: { type: 'string' } } },
    },
    ...problems(400, 403, 404, 409, 413, 415, 422, 429, 503),
  },
});

const list = createRoute({
  method: 'get',
  path: '/v1/stills',
  operationId: 'listStills',
  tags: ['stills'],
  summary: 'The batches of stills, newest first',
  security: needs(SCOPE),
  request: { query: BatchQuery },
  responses: { 200: json(BatchPage, 'A page of batches'), ...problems(422, 503) },
});

const get = createRoute({
  method: 'get',
  path: '/v1/stills/{batchId}',
  operationId: 'getStills',
  tags: ['stills'],
  summary: 'A batch with its stills, a page of them',
  security: needs(SCOPE),
  request: { params: BatchInPath, query: StillPageQuery },
  responses: { 200: json(Batch, 'The batch'), ...problems(404, 422, 503) },
});

const events = createRoute({
  method: 'get',
  path: '/v1/stills/{batchId}/events',
  operationId: 'watchStills',
  tags: ['stills'],
  summary: 'A batch and its stills as they change: server-sent events',
  description:
    'First come the stills as they are, then each one that has changed: `event: still`, `data` is the still. After them comes `event: batch` with the counts and the cost; its `id` is the revision, and a new stream with this `Last-Event-ID` sends only what has changed since. When nothing changes any more comes `event: end` with `{"state"}`: close the connection. A comment line comes every 15 s. The stream ends when its key or token is no longer valid. A slow reader may miss states in between, but always gets the newest.',
  security: needs(SCOPE),
  request: { params: BatchInPath, headers: EventHeaders, query: EventQuery },
  responses: {
    200: {
      description: 'Events, until the batch and all its stills have ended',
      content: { 'text/event-stream': { schema: StillEvent } },
    },
    204: { description: 'The batch has ended and its last event was sent: do not connect again' },
    ...problems(403, 404, 429, 503),
  },
});

const cancel = createRoute({
  method: 'post',
  path: '/v1/stills/{batchId}/cancel',
  operationId: 'cancelStills',
  tags: ['stills'],
  summary: 'Stop a batch',
  description: 'Stills that have ended stay; open requests are stopped and settled.',
  security: needs(SCOPE),
  request: { params: BatchInPath },
  responses: { 202: json(BatchCancelSent, 'The batch was asked to stop'), ...problems(404, 409, 503) },
});

const budget = createRoute({
  method: 'put',
  path: '/v1/stills/{batchId}/budget',
  operationId: 'setStillsBudget',
  tags: ['stills'],
  summary: 'Change what a batch may cost',
  description: 'One that is `waiting_for_budget` goes on by itself. The same request again changes nothing.',
  security: needs(SCOPE),
  middleware: jsonBody,
  request: { params: BatchInPath, body: jsonRequest(SetBatchBudget, true) },
  responses: { 200: json(BatchItem, 'The batch as it is now'), ...problems(400, 404, 413, 415, 422, 503) },
});

export function stillRoutes(deps: ApiDeps, openEventStream: OpenEventStream): OpenAPIHono<ApiEnv> {
  const { stills } = deps;
  const batches = createBatchStarter(deps);
  const routes = new OpenAPIHono<ApiEnv>();
  const live = new LiveStates<BatchSnapshot>(POLL_MS, deps.stopping);

  /** The batch with a page of its stills, which is read after it: with the end of the batch come those of the stills. */
  async function answer(row: BatchRow, { after = 0, limit }: { after?: number; limit: number }): Promise<Batch> {
    const { row: now, still } = await batchAsItIs(deps, row);
    const page = await stills.list(row.tenantId, row.id, after, limit);
    return answerBatchWith(deps, now, page.map(still), page.length < limit && limit > 0);
  }

  /** One whose workflow was started just now is no orphan. */
  async function answerNew(row: BatchRow, { limit }: { limit: number }): Promise<Batch> {
    const page = await stills.list(row.tenantId, row.id, 0, limit);
    return answerBatchWith(deps, row, page, page.length < limit);
  }

  /** Until the batch has ended, so many milliseconds have passed, or the client is gone. */
  async function untilEnd(row: BatchRow, ms: number, signal: AbortSignal): Promise<void> {
    const subscription = live.subscribe(row.id, batchPoll(deps, row.tenantId, row.id));
    const until = performance.now() + ms;
    const leave = () => subscription.close();
    signal.addEventListener('abort', leave, { once: true });
    try {
      let now = row;
      while (!hasEnded(now) && !signal.aborted && !deps.stopping.aborted) {
        const left = until - performance.now();
        if (left <= 0) break;
        now = (await subscription.next(left))?.row ?? now;
      }
    } finally {
      signal.removeEventListener('abort', leave);
      leave();
    }
  }

  routes.openapi(start, async (c) => {
    const { dryRun, wait } = c.req.valid('query');
    const { tenantId } = c.get('principal');
    const request = requestOf(c.req.valid('json'));
    if (dryRun === 'true') {
      return c.json(answerEstimate(await batches.estimate({ tenantId, key: undefined, request })), 200);
    }
    const key = requireKey(c.req.valid('header')['idempotency-key'], 'batch');
    const { batch, isNew } = await batches.start({ tenantId, key, request });
    const location = batchPath(batch.id);
    const first = { limit: FIRST_STILLS };
    if (wait > 0) await untilEnd(batch, wait * 1000, c.req.raw.signal);
    else if (isNew) return c.json(await answerNew(batch, first), 202, { location });
    return c.json(await answer(await loadBatch(deps, tenantId, batch.id), first), 202, { location });
  });

  routes.openapi(list, async (c) => {
    const { state, ...page } = c.req.valid('query');
    const { items, nextCursor } = await stills.batches(c.get('principal').tenantId, { state }, page);
    const answers = items.map((row) => answerBatch(deps, row));
    return c.json({ items: answers, ...(nextCursor ? { nextCursor } : {}) }, 200);
  });

  routes.openapi(get, async (c) => {
    const row = await loadBatch(deps, c.get('principal').tenantId, c.req.valid('param').batchId);
    return c.json(await answer(row, c.req.valid('query')), 200);
  });

  routes.openapi(events, async (c) => {
    const row = await loadBatch(deps, c.get('principal').tenantId, c.req.valid('param').batchId);
    const known = c.req.valid('header')['last-event-id'] ?? c.req.valid('query').lastEventId;
    let told = revisionOf(known);
    return openEventStream<BatchSnapshot>(c, {
      scope: SCOPE,
      subscribe: () => live.subscribe(row.id, batchPoll(deps, row.tenantId, row.id)),
      known,
      mayHaveEnded: hasEnded(row),
      async write(stream, snapshot) {
        if (snapshot.revision <= told && !snapshot.isOrphan) return;
        for (const { revision, body, isOrphan } of snapshot.stills.values()) {
          if (revision > told || isOrphan) await stream.writeSSE({ event: 'still', data: body });
        }
        // The id comes with the last event of a revision, so that a stream that breaks before it sends all again.
        await stream.writeSSE({ event: 'batch', id: String(snapshot.revision), data: snapshot.body });
        told = snapshot.revision;
      },
      end: ({ row: { state } }) => ({ state }),
    });
  });

  routes.openapi(cancel, async (c) => {
    const row = await loadBatch(deps, c.get('principal').tenantId, c.req.valid('param').batchId);
    await stopBatch(deps, row);
    return c.json({ batchId: row.id, links: { self: batchPath(row.id) } }, 202);
  });

  routes.openapi(budget, async (c) => {
    const { tenantId } = c.get('principal');
    const { batchId } = c.req.valid('param');
    if (!(await stills.setBudget(tenantId, batchId, microUsd(c.req.valid('json').budgetUsd)))) throw notFound();
    return c.json(answerBatch(deps, await loadBatch(deps, tenantId, batchId)), 200);
  });

  return routes;
}

/** Stills in the answer of a start. */
const FIRST_STILLS = 100;

/** The batch's row; 404 when it is not this tenant's. */
export async function loadBatch(
  { stills }: Pick<ApiDeps, 'stills'>,
  tenantId: string,
  batchId: string,
): Promise<BatchRow> {
  const row = await stills.batch(tenantId, batchId);
  if (!row) throw notFound();
  return row;
}

function requestOf({ budgetUsd, frames, ...rest }: z.output<typeof StartStills>): StillsRequest {
  return {
    ...rest,
    frames: frames satisfies FrameRequest[],
    budget: budgetUsd === undefined ? undefined : microUsd(budgetUsd),
  };
}

/** Of an event's id. Before all of them where it is none of ours. */
function revisionOf(id: string | undefined): number {
  return id !== undefined && /^\d{1,15}$/.test(id) ? Number(id) : -1;
}
