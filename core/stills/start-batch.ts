// Starts a batch of stills once: freezes who is in each still, composes its prompts, prices it, writes the rows, then
// starts the workflow. A repeat with the same key finds the batch, and starts a workflow that a crash left out.

import { createHash } from 'node:crypto';
import { formatUsd } from '../../domain/money.ts';
import { isBatchOpen, type RouteId, type StillPrice } from '../../domain/stills/still.ts';
import { nameUuid } from '../name-uuid.ts';
import { mayBegin } from '../orphans/as-it-is.ts';
import { requireAffordable } from '../payments/afford.ts';
import type { Ports } from '../ports/index.ts';
import type { BatchRefused, BatchRow, Ignored, NewBatch, NewStill } from '../ports/stills.ts';
import { notFound, Refusal, type RefusalCode } from '../refusal.ts';
import { createCastFinder } from './find-cast.ts';
import { type PlannedFrame, planFrame } from './plan-frame.ts';
import type { StillsRequest } from './stills-request.ts';

export interface StartBatch {
  tenantId: string;
  /** Absent in a dry run alone. */
  key: string | undefined;
  request: StillsRequest;
}

/** What a request would cost and do, and what of it would be refused. */
export interface BatchEstimate {
  /** Of all frames that would not be refused. */
  price: StillPrice;
  frames: FrameEstimate[];
  ignored: Ignored[];
  /** `frame`: its index in the request; absent where it is about the whole request, such as its budget. */
  refusals: { frame: number | undefined; code: RefusalCode; message: string }[];
}

export interface FrameEstimate {
  frame: number;
  frameId: string | undefined;
  /** Absent when the frame would be refused. */
  drawn: { route: RouteId; stills: number; price: StillPrice; prompt: string } | undefined;
}

export interface BatchStarter {
  /**
   * The batch for the key, with its workflow started; `isNew`: it was not there before. Refusals: not_found, identity_not_ready, version_not_found,
   * version_retired, version_revoked, wrong_family, lora_not_approved, invalid_request, budget_exceeded,
   * too_many_open_batches, idempotency_conflict. `members.frame` of a refusal names the frame that it is about.
   */
  start(asked: StartBatch & { key: string }): Promise<{ batch: BatchRow; isNew: boolean }>;
  /** What `start` would do. Writes nothing and refuses nothing: it answers the refusals. */
  estimate(asked: StartBatch): Promise<BatchEstimate>;
}

type World = Pick<
  Ports,
  'stills' | 'stillRuns' | 'characters' | 'identities' | 'versions' | 'files' | 'models' | 'imageUnits' | 'books'
> & { limits: { openBatches: number } };

const BATCH = 'A batch';

export function createBatchStarter(deps: World): BatchStarter {
  /** The plans of the frames, each or why it is refused. */
  async function plan({ tenantId, request }: StartBatch): Promise<(PlannedFrame | Refusal)[]> {
    const { pixels: megapixel } = await deps.imageUnits.megapixel();
    const castOf = createCastFinder(deps, tenantId);
    const plans: (PlannedFrame | Refusal)[] = [];
    for (const frame of request.frames) {
      try {
        const cast = await castOf(frame.characters);
        plans.push(planFrame(deps, { frame, cast, route: request.route, maxRepairs: request.maxRepairs, megapixel }));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        plans.push(error);
      }
    }
    return plans;
  }

  return {
    async start(asked) {
      const { tenantId, key, request } = asked;
      const id = nameUuid([tenantId, BATCH, key].join('\n'));
      const requestHash = createHash('sha256').update(JSON.stringify(request)).digest('hex');
      const known = await deps.stills.batch(tenantId, id);
      const batch = known ?? (await open(deps, newBatch(asked, { id, requestHash }, await plan(asked))));
      if (batch.requestHash !== requestHash) {
        const detail = 'The key was used for another batch. Use a new key for a new one, or repeat the first request.';
        throw new Refusal('idempotency_conflict', detail);
      }
      if (isBatchOpen(batch.state) && mayBegin(batch)) await runBatch(deps, batch);
      return { batch, isNew: known === undefined };
    },

    async estimate(asked) {
      const { tenantId, request } = asked;
      const plans = await plan(asked);
      const price = sumOf(plans.filter(isPlanned));
      const refusals: BatchEstimate['refusals'] = plans.flatMap((planned, frame) =>
        isPlanned(planned) ? [] : [{ frame, code: planned.code, message: planned.message }],
      );
      try {
        requireBudget(request, price);
        requireAffordable(await deps.books.budget(tenantId), price.lowest);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        refusals.push({ frame: undefined, code: error.code, message: error.message });
      }
      return {
        price,
        frames: plans.map((planned, frame) => ({
          frame,
          frameId: request.frames[frame]?.frameId,
          drawn: isPlanned(planned) ? drawnOf(planned) : undefined,
        })),
        ignored: ignoredOf(plans),
        refusals,
      };
    },
  };
}

/** Starts the workflow of a batch, once. */
export async function runBatch({ stillRuns }: Pick<Ports, 'stillRuns'>, batch: BatchRow): Promise<void> {
  const stills = Object.values(batch.counts).reduce((sum, count) => sum + count, 0);
  await stillRuns.start({ tenantId: batch.tenantId, batchId: batch.id, stills });
}

const isPlanned = (planned: PlannedFrame | Refusal): planned is PlannedFrame => !(planned instanceof Refusal);

function newBatch(
  { tenantId, request }: StartBatch,
  { id, requestHash }: Pick<NewBatch, 'id' | 'requestHash'>,
  plans: readonly (PlannedFrame | Refusal)[],
): NewBatch {
  const stills: NewStill[] = [];
  for (const [frame, planned] of plans.entries()) {
    if (!isPlanned(planned)) {
      const where = plans.length > 1 ? `Frame ${frame + 1}: ` : '';
      throw new Refusal(planned.code, where + planned.message, {
        members: { ...planned.members, frame },
        cause: planned,
      });
    }
    const asked = request.frames[frame];
    for (let variant = 1; variant <= planned.variants; variant++) {
      const number = stills.length + 1;
      const stillId = nameUuid(`${id}\n${number}`);
      const seed = asked?.seed === undefined ? seedOf(stillId) : (asked.seed + variant - 1) % SEEDS;
      const { manifest, price } = planned;
      stills.push({ id: stillId, number, frame, frameId: asked?.frameId, variant, manifest, seed, price });
    }
  }
  const price = sumOf(plans.filter(isPlanned));
  requireBudget(request, price);
  const { context, maxRepairs, budget = price.highest } = request;
  return { id, tenantId, requestHash, context, ignored: ignoredOf(plans), maxRepairs, budget, price, stills };
}

/** Seeds are 32-bit numbers without a sign. */
const SEEDS = 2 ** 32;

/** The same still has the same seed in every repeat of the request. */
const seedOf = (stillId: string): number => Number.parseInt(stillId.slice(0, 8), 16);

function sumOf(plans: readonly PlannedFrame[]): StillPrice {
  const sum = { lowest: 0, highest: 0 };
  for (const { price, variants } of plans) {
    sum.lowest += variants * price.lowest;
    sum.highest += variants * price.highest;
  }
  return sum;
}

function ignoredOf(plans: readonly (PlannedFrame | Refusal)[]): Ignored[] {
  return plans.flatMap((planned, frame) =>
    isPlanned(planned) ? planned.ignored.map((ignored) => ({ frame, ...ignored })) : [],
  );
}

function drawnOf({ manifest, variants, price }: PlannedFrame): FrameEstimate['drawn'] {
  const { lowest, highest } = price;
  return {
    route: manifest.route,
    stills: variants,
    price: { lowest: variants * lowest, highest: variants * highest },
    prompt: manifest.prompts.scene,
  };
}

function requireBudget({ budget }: StillsRequest, { lowest }: StillPrice): void {
  if (budget === undefined || lowest <= budget) return;
  throw new Refusal(
    'budget_exceeded',
    `These stills cost ${formatUsd(lowest)} at least, and budgetUsd allows ${formatUsd(budget)}. Ask for fewer stills, or allow more.`,
  );
}

async function open(deps: World, batch: NewBatch): Promise<BatchRow> {
  const { stills, books, limits } = deps;
  const { tenantId, price } = batch;
  requireAffordable(await books.budget(tenantId), price.lowest);
  const opened = await stills.open(batch, { openBatches: limits.openBatches, monthCap: books.caps.month });
  if ('batch' in opened) return opened.batch;
  throw await refusalOf(deps, batch, opened);
}

/** What changed between the plan and the writing of the rows. */
async function refusalOf({ books }: World, { tenantId, price }: NewBatch, refused: BatchRefused): Promise<Refusal> {
  switch (refused.refused) {
    case 'budget':
      requireAffordable(await books.budget(tenantId), price.lowest);
      return new Refusal('budget_exceeded', 'The month has no room for these stills. Look at GET /v1/budget.');
    case 'open_batches': {
      const detail = `${refused.open} batches are open, and no more are begun. Wait for one to end, or cancel one.`;
      return new Refusal('too_many_open_batches', detail);
    }
    case 'version': {
      const { version, state } = refused;
      if (state === 'gone') return notFound();
      const code = state === 'retired' ? 'version_retired' : 'version_revoked';
      return new Refusal(code, `Version ${version} of a character of these stills is ${state}. Choose another one.`);
    }
  }
}
