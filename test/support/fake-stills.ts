// Batches and stills in memory, as the database keeps them (test/contract/stills.ts runs on both).

import type { BatchRow, NewBatch, StillRow, Stills } from '../../core/ports/stills.ts';
import { Failure } from '../../domain/failure.ts';
import type { MicroUsd } from '../../domain/money.ts';
import { plannedCast } from '../../domain/stills/planned-cast.ts';
import { batchPriority } from '../../domain/stills/priority.ts';
import type { StillPlan } from '../../domain/stills/steps.ts';
import { isBatchOpen, isStillEnd, STILL_STATES, type StillState } from '../../domain/stills/still.ts';
import type { VersionState } from '../../domain/version.ts';

export interface FakeStills extends Stills {
  /** By `identityId/version`; a version that is not named here is current. */
  versionStates: Map<string, VersionState>;
  /** What is left of the tenants' month. */
  monthLeft: number;
  /** How many paid requests a still has had. */
  callsOf: (stillId: string) => number;
  /** Makes a batch and its stills older. */
  age(batchId: string, ms: number): void;
  /** Charges a still for a paid request. */
  charge(stillId: string, amount: MicroUsd): void;
}

type KeptStill = StillRow & { acceptedPicture?: number | undefined };

export function createFakeStills(): FakeStills {
  const batches = new Map<string, Omit<BatchRow, 'counts'>>();
  const stills = new Map<string, KeptStill>();
  let newest = 0;
  /** Each time is later than the one before. */
  const now = () => {
    newest = Math.max(Date.now(), newest + 1);
    return new Date(newest).toISOString();
  };

  const mine = (tenantId: string, stillId: string) => {
    const still = stills.get(stillId);
    return still?.tenantId === tenantId ? still : undefined;
  };
  const known = (tenantId: string, stillId: string) => {
    const still = mine(tenantId, stillId);
    if (!still) throw new Failure('NotFound', `Not found: the still ${stillId}.`);
    return still;
  };
  const batchOf = (tenantId: string, batchId: string) => {
    const batch = batches.get(batchId);
    return batch?.tenantId === tenantId ? batch : undefined;
  };
  const stillsOf = (tenantId: string, batchId: string) =>
    [...stills.values()]
      .filter((still) => still.tenantId === tenantId && still.batchId === batchId)
      .sort((a, b) => a.number - b.number);
  const withCounts = (batch: Omit<BatchRow, 'counts'>): BatchRow => {
    const counts = Object.fromEntries(STILL_STATES.map((state) => [state, 0])) as Record<StillState, number>;
    for (const { state } of stillsOf(batch.tenantId, batch.id)) counts[state] += 1;
    return { ...batch, counts };
  };
  /** What a reader has does not change any more. */
  function asRead({ acceptedPicture: _, ...still }: KeptStill): StillRow {
    return { ...still };
  }
  function touch(batchId: string): number {
    const batch = batches.get(batchId);
    if (!batch) throw new Failure('NotFound', `Not found: the batch ${batchId}.`);
    batch.revision += 1;
    return batch.revision;
  }
  function change(still: StillRow, changes: Partial<StillRow>): void {
    Object.assign(still, changes, { revision: touch(still.batchId) });
  }
  function planOf(still: StillRow, size: number): StillPlan {
    const { cast, route, size: pixels } = still.manifest;
    return {
      tenantId: still.tenantId,
      batchId: still.batchId,
      stillId: still.id,
      number: still.number,
      cast: plannedCast(cast),
      route,
      seed: still.seed,
      size: pixels,
      maxRepairs: batches.get(still.batchId)?.maxRepairs ?? 0,
      priority: batchPriority(size),
    };
  }

  const fake: FakeStills = {
    versionStates: new Map(),
    monthLeft: Number.MAX_SAFE_INTEGER,
    callsOf: () => 0,
    age(batchId, ms) {
      const older = (time: string) => new Date(Date.parse(time) - ms).toISOString();
      const batch = batches.get(batchId);
      if (batch) batch.createdAt = older(batch.createdAt);
      for (const still of stills.values()) {
        if (still.batchId !== batchId) continue;
        Object.assign(still, { createdAt: older(still.createdAt), openedAt: older(still.openedAt) });
      }
    },
    charge(stillId, amount) {
      const still = stills.get(stillId);
      const batch = batches.get(still?.batchId ?? '');
      if (!still || !batch) throw new Error(`There is no still ${stillId}.`);
      still.cost = { ...still.cost, charged: still.cost.charged + amount };
      batch.cost = { ...batch.cost, charged: batch.cost.charged + amount };
    },

    async open({ stills: asked, ...batch }: NewBatch, limits) {
      const before = batches.get(batch.id);
      if (before && before.tenantId !== batch.tenantId) throw new Failure('NotFound', 'Not found: the batch.');
      if (before) return { batch: withCounts(before) };
      for (const { identityId, version } of asked.flatMap(({ manifest }) => manifest.cast)) {
        const state = fake.versionStates.get(`${identityId}/${version}`) ?? 'current';
        if (state !== 'current' && state !== 'available') return { refused: 'version', identityId, version, state };
      }
      const open = [...batches.values()].filter((b) => b.tenantId === batch.tenantId && isBatchOpen(b.state)).length;
      if (open >= limits.openBatches) return { refused: 'open_batches', open };
      if (batch.price.lowest > Math.min(fake.monthLeft, limits.monthCap)) return { refused: 'budget' };
      const row = {
        ...batch,
        state: 'running' as const,
        cost: { charged: 0, reserved: 0 },
        closeReason: undefined,
        createdAt: new Date().toISOString(),
        closedAt: undefined,
        revision: 1,
      };
      batches.set(batch.id, row);
      for (const still of asked) {
        stills.set(still.id, {
          ...still,
          tenantId: batch.tenantId,
          batchId: batch.id,
          state: 'queued',
          cap: still.price.highest,
          cost: { charged: 0, reserved: 0 },
          repairs: 0,
          best: undefined,
          pictures: [],
          accepted: undefined,
          closeReason: undefined,
          createdAt: now(),
          closedAt: undefined,
          revision: 1,
          again: 0,
          againIds: [],
          againKind: undefined,
          openedAt: now(),
        });
      }
      return { batch: withCounts(row) };
    },
    async batch(tenantId, batchId) {
      const batch = batchOf(tenantId, batchId);
      return batch && withCounts(batch);
    },
    async batches(tenantId, { state }, { limit }) {
      const all = [...batches.values()].filter((b) => b.tenantId === tenantId && (!state || b.state === state));
      return { items: all.reverse().slice(0, limit).map(withCounts) };
    },
    async list(tenantId, batchId, after, limit) {
      return stillsOf(tenantId, batchId)
        .filter(({ number }) => number > after)
        .slice(0, limit)
        .map(asRead);
    },
    async changed(tenantId, batchId, since, limit) {
      return stillsOf(tenantId, batchId)
        .filter(({ revision }) => revision > since)
        .sort((a, b) => a.revision - b.revision)
        .slice(0, limit)
        .map(asRead);
    },
    async find(tenantId, stillId) {
      const still = mine(tenantId, stillId);
      return still && asRead(still);
    },
    async picture(tenantId, pictureId) {
      for (const still of stills.values()) {
        const picture = still.tenantId === tenantId && still.pictures.find(({ id }) => id === pictureId);
        if (picture) return { ...picture, stillId: still.id };
      }
      return undefined;
    },
    async plans(tenantId, batchId, after, limit) {
      const all = stillsOf(tenantId, batchId);
      return all
        .filter(({ number, state, again }) => number > after && !isStillEnd(state) && again === 0)
        .slice(0, limit)
        .map((still) => planOf(still, all.length));
    },
    async cast(tenantId, batchId) {
      const cast = stillsOf(tenantId, batchId).flatMap(({ manifest }) => manifest.cast);
      return [
        ...new Map(cast.map(({ characterId, identityId }) => [identityId, { characterId, identityId }])).values(),
      ];
    },
    async saveState(tenantId, stillId, state) {
      const still = known(tenantId, stillId);
      if (still.closedAt === undefined) change(still, { state });
    },
    async saveBatchState(tenantId, batchId, state) {
      const batch = batchOf(tenantId, batchId);
      if (!batch || !isBatchOpen(batch.state) || batch.state === state) return;
      batch.state = state;
      touch(batchId);
    },
    async setBudget(tenantId, batchId, budget) {
      const batch = batchOf(tenantId, batchId);
      if (!batch) return false;
      if (batch.budget !== budget) touch(batchId);
      batch.budget = budget;
      return true;
    },
    async savePicture(tenantId, stillId, picture) {
      const still = known(tenantId, stillId);
      if (still.pictures.some(({ number }) => number === picture.number)) return;
      change(still, { pictures: [...still.pictures, { ...picture, check: undefined, createdAt: now() }] });
    },
    async saveCheck(tenantId, stillId, number, check) {
      const still = known(tenantId, stillId);
      if (!still.pictures.some((picture) => picture.number === number))
        throw new Failure('NotFound', 'Not found: the picture.');
      change(still, { pictures: still.pictures.map((one) => (one.number === number ? { ...one, check } : one)) });
    },
    async underWay(tenantId, batchId) {
      return stillsOf(tenantId, batchId)
        .filter(({ state, closedAt }) => closedAt === undefined && state !== 'queued')
        .map(({ id, number, again, openedAt }) => ({ id, number, again, openedAt }));
    },
    async close(tenantId, stillId, { state, best, repairs, reason, again }) {
      const still = known(tenantId, stillId);
      if (still.closedAt !== undefined || (again ?? still.again) !== still.again) return false;
      const kept = { best: best ?? still.best, repairs: Math.max(still.repairs, repairs) };
      const isAccepted = still.accepted !== undefined && still.acceptedPicture === kept.best;
      const end = { state: isAccepted ? 'passed' : state, accepted: isAccepted ? still.accepted : undefined } as const;
      change(still, { ...kept, ...end, closeReason: reason, closedAt: now() });
      return true;
    },
    async closeBatch(tenantId, batchId, { state, reason }) {
      const batch = batchOf(tenantId, batchId);
      if (!batch) throw new Failure('NotFound', `Not found: the batch ${batchId}.`);
      if (!isBatchOpen(batch.state)) return false;
      Object.assign(batch, { state, closeReason: reason, closedAt: now() });
      for (const still of stillsOf(tenantId, batchId)) {
        if (still.closedAt !== undefined || still.again > 0) continue;
        const end = state === 'cancelled' ? 'cancelled' : 'failed';
        change(still, { state: end, closedAt: now(), closeReason: reason ?? 'The batch ended before this still.' });
      }
      touch(batchId);
      return true;
    },
    async again(tenantId, stillId, { id, kind, price }) {
      const still = mine(tenantId, stillId);
      if (!still) return undefined;
      if (!still.againIds.includes(id)) {
        if (still.closedAt === undefined) return 'running';
        const batch = batches.get(still.batchId);
        if (batch) batch.budget = price + Math.max(batch.budget, batch.cost.charged);
        const opened = { state: 'repairing' as const, closedAt: undefined, closeReason: undefined, openedAt: now() };
        const asked = { again: still.again + 1, againIds: [...still.againIds, id], againKind: kind };
        change(still, { ...opened, ...asked, cap: price + Math.max(still.cap, still.cost.charged) });
      }
      const best = still.pictures.find(({ number }) => number === still.best);
      return {
        number: still.againIds.indexOf(id) + 1,
        plan: {
          ...planOf(still, 1),
          again: {
            kind,
            ...(best?.check && { best: { picture: best.number, check: best.check } }),
            number: fake.callsOf(stillId) + 1,
            repairs: still.repairs,
          },
        },
      };
    },
    async accept(tenantId, stillId, by, reason) {
      const still = mine(tenantId, stillId);
      if (!still) return undefined;
      if (still.closedAt === undefined) return 'not_flagged';
      if (still.accepted) return 'done';
      if (still.state !== 'flagged') return 'not_flagged';
      still.acceptedPicture = still.best;
      change(still, { state: 'passed', accepted: { by, reason, at: now() } });
      return 'done';
    },
  };
  return fake;
}
