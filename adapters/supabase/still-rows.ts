// Rows of batches, stills and their pictures, as the ports know them.

import type { BatchRow, StillPicture, StillRow } from '../../core/ports/stills.ts';
import { BUCKETS } from '../../domain/keys.ts';
import { plannedCast } from '../../domain/stills/planned-cast.ts';
import type { StillPlan } from '../../domain/stills/steps.ts';
import { type Manifest, STILL_STATES, type StillState } from '../../domain/stills/still.ts';
import type { BatchOverviewRecord, StillPictureRecord, StillRecord } from './database.ts';
import {
  readAccepted,
  readCheck,
  readContext,
  readCounts,
  readIgnored,
  readManifest,
  readSpend,
} from './still-columns.ts';

const NONE = Object.fromEntries(STILL_STATES.map((state) => [state, 0])) as Record<StillState, number>;

export function toBatch(row: BatchOverviewRecord): BatchRow {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    requestHash: row.request_hash,
    state: row.state,
    context: readContext(row.context),
    ignored: readIgnored(row.ignored),
    maxRepairs: row.max_repairs,
    budget: row.budget_micros,
    price: { lowest: row.lowest_micros, highest: row.highest_micros },
    counts: { ...NONE, ...readCounts(row.counts) },
    cost: readSpend(row.spend),
    closeReason: row.close_reason ?? undefined,
    createdAt: row.created_at,
    closedAt: row.closed_at ?? undefined,
    revision: row.revision,
  };
}

/** A still without what other tables know of it. */
export type BareStill = Omit<StillRow, 'cost' | 'pictures'>;

export function toStill(row: StillRecord): BareStill {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    batchId: row.batch_id,
    number: row.number,
    frame: row.frame,
    frameId: row.frame_id ?? undefined,
    variant: row.variant,
    state: row.state,
    manifest: readManifest(row.manifest),
    seed: row.seed,
    price: { lowest: row.lowest_micros, highest: row.highest_micros },
    cap: row.cap_micros,
    repairs: row.repairs,
    best: row.best ?? undefined,
    accepted: readAccepted(row.accepted),
    closeReason: row.close_reason ?? undefined,
    createdAt: row.created_at,
    closedAt: row.closed_at ?? undefined,
    revision: row.revision,
    again: row.again,
    againIds: row.again_ids,
    againKind: row.again_kind ?? undefined,
    openedAt: row.opened_at,
  } satisfies BareStill;
}

export function toPlan(still: BareStill, maxRepairs: number, priority: number): StillPlan {
  const { route, cast, size }: Manifest = still.manifest;
  return {
    tenantId: still.tenantId,
    batchId: still.batchId,
    stillId: still.id,
    number: still.number,
    cast: plannedCast(cast),
    route,
    seed: still.seed,
    size,
    maxRepairs,
    priority,
  };
}

export function toPicture(row: StillPictureRecord): StillPicture {
  return {
    id: row.id,
    number: row.number,
    kind: row.pass,
    base: row.base ?? undefined,
    seed: row.seed,
    size: { width: row.width, height: row.height },
    object: { bucket: BUCKETS.stills, key: row.object_key },
    sha256: row.sha256,
    flagged: row.flagged,
    check: readCheck(row.checked),
    createdAt: row.created_at,
  };
}
