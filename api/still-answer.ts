// The answers about batches, stills and their pictures, from their rows.

import type { BatchRow, StillPicture, StillRow } from '../core/ports/stills.ts';
import type { BatchEstimate } from '../core/stills/start-batch.ts';
import { batchWorkflowId, newestStillWorkflowId } from '../domain/keys.ts';
import { CURRENCY, type MicroUsd, usd } from '../domain/money.ts';
import { findingText } from '../domain/stills/finding-text.ts';
import type { CastMember, FrameCheck, StillPrice } from '../domain/stills/still.ts';
import type { ApiDeps } from './deps.ts';
import { batchPath, pictureContentPath, stillPath, workflowLink } from './links.ts';
import type { Batch, BatchItem, Still, StillsEstimate } from './schemas/still.ts';

type About = Pick<ApiDeps, 'providerName' | 'webUi'>;
type Picture = Still['pictures'][number];

/** Micro-dollars of a row as its answer. */
interface Spent {
  charged: MicroUsd;
  reserved: MicroUsd;
}

export function answerBatch({ providerName, webUi }: About, row: BatchRow): BatchItem {
  const self = batchPath(row.id);
  return {
    batchId: row.id,
    state: row.state,
    counts: row.counts,
    total: Object.values(row.counts).reduce((sum, count) => sum + count, 0),
    maxRepairs: row.maxRepairs,
    budgetUsd: usd(row.budget),
    price: answerPrice(row.price),
    cost: answerCost(row.cost),
    context: row.context,
    ignored: row.ignored,
    provider: providerName,
    ...(row.closeReason === undefined ? {} : { closeReason: row.closeReason }),
    revision: row.revision,
    createdAt: row.createdAt,
    ...(row.closedAt === undefined ? {} : { closedAt: row.closedAt }),
    links: {
      self,
      events: `${self}/events`,
      report: `${self}/report`,
      ...(webUi ? { temporal: workflowLink(webUi, batchWorkflowId(row.id)) } : {}),
    },
  };
}

/** With a page of its stills; `whole` when it reaches the last one. */
export function answerBatchWith(about: About, row: BatchRow, stills: readonly StillRow[], whole: boolean): Batch {
  const last = stills.at(-1);
  return {
    ...answerBatch(about, row),
    stills: stills.map((still) => answerStill(about, still)),
    ...(whole || !last ? {} : { nextAfter: last.number }),
  };
}

export function answerStill({ webUi }: Pick<ApiDeps, 'webUi'>, row: StillRow): Still {
  const { cast, route, prompts, size } = row.manifest;
  const names = cast.map(({ name }) => name);
  const pictures = row.pictures.map((picture) => answerPicture(picture, names));
  const best = pictures.find(({ number }) => number === row.best);
  return {
    stillId: row.id,
    batchId: row.batchId,
    number: row.number,
    frame: row.frame,
    ...(row.frameId === undefined ? {} : { frameId: row.frameId }),
    variant: row.variant,
    state: row.state,
    route,
    prompt: prompts.scene,
    cast: cast.map(answerMember),
    seed: row.seed,
    size,
    price: answerPrice(row.price),
    cost: answerCost(row.cost),
    repairs: row.repairs,
    ...(row.best === undefined ? {} : { best: row.best }),
    findings: best?.check?.findings ?? [],
    pictures,
    ...(row.accepted === undefined ? {} : { accepted: row.accepted }),
    ...(row.closeReason === undefined ? {} : { closeReason: row.closeReason }),
    revision: row.revision,
    createdAt: row.createdAt,
    ...(row.closedAt === undefined ? {} : { closedAt: row.closedAt }),
    links: {
      self: stillPath(row.batchId, row.id),
      ...(best ? { content: best.links.content } : {}),
      ...(webUi ? { temporal: workflowLink(webUi, newestStillWorkflowId(row)) } : {}),
    },
  };
}

function answerMember({ characterId, identityId, version, name, strength, place }: CastMember): Still['cast'][number] {
  const member = { characterId, identityId, version, name, referenceStrength: strength };
  if (place === undefined) return member;
  return { ...member, place: place.kind === 'order' ? { order: place.order } : { box: place.area } };
}

function answerPicture(picture: StillPicture, names: readonly string[]): Picture {
  const { id, number, kind, base, seed, size, sha256, flagged, check, createdAt } = picture;
  return {
    pictureId: id,
    number,
    kind,
    ...(base === undefined ? {} : { base }),
    seed,
    size,
    sha256,
    flagged,
    ...(check === undefined ? {} : { check: answerCheck(check, names) }),
    createdAt,
    links: { content: pictureContentPath(id) },
  };
}

function answerCheck({ calibration, faces, findings }: FrameCheck, names: readonly string[]): Picture['check'] {
  const told = findings.map((finding) => ({ ...finding, message: findingText(finding, names) }));
  return { calibration, faces, findings: told };
}

export function answerEstimate({ price, frames, ignored, refusals }: BatchEstimate): StillsEstimate {
  return {
    price: answerPrice(price),
    stills: frames.reduce((sum, { drawn }) => sum + (drawn?.stills ?? 0), 0),
    frames: frames.map(({ frame, frameId, drawn }) => ({
      frame,
      ...(frameId === undefined ? {} : { frameId }),
      stills: drawn?.stills ?? 0,
      ...(drawn ? { route: drawn.route, price: answerPrice(drawn.price), prompt: drawn.prompt } : {}),
    })),
    ignored,
    refusals: refusals.map(({ frame, code, message }) => ({
      ...(frame === undefined ? {} : { frame }),
      code,
      message,
    })),
  };
}

export const answerPrice = ({ lowest, highest }: StillPrice): BatchItem['price'] => ({
  lowestUsd: usd(lowest),
  highestUsd: usd(highest),
  currency: CURRENCY,
});

export const answerCost = ({ charged, reserved }: Spent): BatchItem['cost'] => ({
  reservedUsd: usd(reserved),
  chargedUsd: usd(charged),
  currency: CURRENCY,
});
