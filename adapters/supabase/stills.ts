// Batches and stills, in rows. Every change is one function of the database, so that it also raises the revision by
// which readers notice it.

import type { BatchRow, StillPicture, StillRow, Stills } from '../../core/ports/stills.ts';
import { AGAIN_PRIORITY, batchPriority } from '../../domain/stills/priority.ts';
import type { StillState } from '../../domain/stills/still.ts';
import type { Supabase } from './client.ts';
import type { StillPictureRecord, StillRecord } from './database.ts';
import { pageOf, toPage } from './page.ts';
import { toJson } from './rows.ts';
import { createSpends } from './spends.ts';
import { toBatch, toPicture, toPlan, toStill } from './still-rows.ts';
import { answerOf, unwrap, unwrapMaybe, unwrapNothing } from './unwrap.ts';

const OPEN_STATES: readonly StillState[] = ['queued', 'drawing', 'checking', 'repairing'];
/** Ids in one request: they are part of its address. */
const IDS_AT_ONCE = 100;

export function createStills(client: Supabase): Stills {
  const spend = createSpends(client);

  async function picturesOf(tenantId: string, ids: readonly string[]): Promise<Map<string, StillPicture[]>> {
    const found = new Map<string, StillPicture[]>();
    for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
      const some = ids.slice(at, at + IDS_AT_ONCE);
      const request = client.from('pictures').select().eq('tenant_id', tenantId).in('still_id', some).order('number');
      for (const row of (await unwrapMaybe(request, 'the pictures of stills')) ?? []) {
        const picture = row as StillPictureRecord;
        found.set(picture.still_id, [...(found.get(picture.still_id) ?? []), toPicture(picture)]);
      }
    }
    return found;
  }

  async function complete(tenantId: string, rows: readonly StillRecord[]): Promise<StillRow[]> {
    const [pictures, spends] = await Promise.all([
      picturesOf(
        tenantId,
        rows.map(({ id }) => id),
      ),
      Promise.all(rows.map(({ id }) => spend(tenantId, { kind: 'still', id }))),
    ]);
    return rows.map((row, at) => ({
      ...toStill(row),
      cost: spends[at] ?? { reserved: 0, charged: 0 },
      pictures: pictures.get(row.id) ?? [],
    }));
  }

  async function batch(tenantId: string, batchId: string): Promise<BatchRow | undefined> {
    const request = client.from('batch_overview').select().match({ tenant_id: tenantId, id: batchId }).maybeSingle();
    const row = await unwrapMaybe(request, `the batch ${batchId}`);
    return row && toBatch(row);
  }

  async function callsOf(tenantId: string, stillId: string): Promise<number> {
    const mine = { tenant_id: tenantId, subject_kind: 'still', subject_id: stillId };
    const calls = client.from('provider_calls').select('id').match(mine);
    return ((await unwrapMaybe(calls, `the requests of the still ${stillId}`)) ?? []).length;
  }

  async function maxRepairsOf(tenantId: string, batchId: string): Promise<number> {
    const request = client.from('batches').select('max_repairs').match({ tenant_id: tenantId, id: batchId }).single();
    return (await unwrap(request, `the batch ${batchId}`)).max_repairs;
  }

  return {
    async open({ stills, ...batchOf }, limits) {
      const { id, tenantId, requestHash, context, ignored, maxRepairs, budget, price } = batchOf;
      const opening = {
        p_tenant: tenantId,
        p_batch: toJson({ id, requestHash, context, ignored, maxRepairs, budget, ...price }),
        p_stills: toJson(stills.map(({ price: of, ...still }) => ({ ...still, ...of }))),
        p_limits: toJson(limits),
      };
      const answer = await unwrap(client.rpc('open_batch', opening), `the tenant ${tenantId}`);
      if (answer.refused !== undefined) return answer;
      const opened = await batch(tenantId, answer.batch);
      if (!opened) throw new Error(`The batch ${answer.batch} was written and is gone.`);
      return { batch: opened };
    },

    batch,

    async batches(tenantId, { state }, page) {
      let query = client.from('batch_overview').select().eq('tenant_id', tenantId);
      if (state !== undefined) query = query.eq('state', state);
      return toPage(((await unwrapMaybe(pageOf(query, page), 'the batches')) ?? []).map(toBatch), page);
    },

    async list(tenantId, batchId, after, limit) {
      const request = client.from('stills').select().match({ tenant_id: tenantId, batch_id: batchId });
      const next = request.gt('number', after).order('number').limit(limit);
      return complete(tenantId, (await unwrapMaybe(next, `the stills of the batch ${batchId}`)) ?? []);
    },

    async changed(tenantId, batchId, since, limit) {
      const request = client.from('stills').select().match({ tenant_id: tenantId, batch_id: batchId });
      const next = request.gt('revision', since).order('revision').order('number').limit(limit);
      return complete(tenantId, (await unwrapMaybe(next, `the stills of the batch ${batchId}`)) ?? []);
    },

    async find(tenantId, stillId) {
      const request = client.from('stills').select().match({ tenant_id: tenantId, id: stillId }).maybeSingle();
      const row = await unwrapMaybe(request, `the still ${stillId}`);
      return row && (await complete(tenantId, [row]))[0];
    },

    async picture(tenantId, pictureId) {
      const request = client
        .from('pictures')
        .select()
        .match({ tenant_id: tenantId, id: pictureId })
        .not('still_id', 'is', null)
        .maybeSingle();
      const row = await unwrapMaybe(request, `the picture ${pictureId}`);
      return row && { ...toPicture(row as StillPictureRecord), stillId: (row as StillPictureRecord).still_id };
    },

    async plans(tenantId, batchId, after, limit) {
      const all = client.from('stills').select().match({ tenant_id: tenantId, batch_id: batchId });
      const open = all
        .in('state', [...OPEN_STATES])
        .eq('again', 0)
        .gt('number', after)
        .order('number')
        .limit(limit);
      const newest = client.from('stills').select('number').match({ tenant_id: tenantId, batch_id: batchId });
      const count = newest.order('number', { ascending: false }).limit(1).maybeSingle();
      const subject = `the stills of the batch ${batchId}`;
      const [rows, maxRepairs, last] = await Promise.all([
        unwrapMaybe(open, subject),
        maxRepairsOf(tenantId, batchId),
        unwrapMaybe(count, subject),
      ]);
      const priority = batchPriority(last?.number ?? 0);
      return (rows ?? []).map((row) => toPlan(toStill(row), maxRepairs, priority));
    },

    async cast(tenantId, batchId) {
      const request = client.rpc('cast_of_batch', { p_tenant: tenantId, p_batch: batchId });
      return unwrap(request, `the cast of the batch ${batchId}`);
    },

    async saveState(tenantId, stillId, state) {
      const request = client.rpc('save_still_state', { p_tenant: tenantId, p_still: stillId, p_state: state });
      await unwrapNothing(request, `the still ${stillId}`);
    },

    async saveBatchState(tenantId, batchId, state) {
      const request = client.rpc('save_batch_state', { p_tenant: tenantId, p_batch: batchId, p_state: state });
      await unwrapNothing(request, `the batch ${batchId}`);
    },

    async setBudget(tenantId, batchId, budget) {
      const request = client.rpc('set_batch_budget', { p_tenant: tenantId, p_batch: batchId, p_budget: budget });
      return (await answerOf(request, `the batch ${batchId}`)) ?? false;
    },

    async savePicture(tenantId, stillId, { id, number, kind, base, seed, size, object, sha256, flagged }) {
      const request = client.rpc('save_still_picture', {
        p_id: id,
        p_tenant: tenantId,
        p_still: stillId,
        p_number: number,
        p_pass: kind,
        p_base: base ?? null,
        p_seed: seed,
        p_width: size.width,
        p_height: size.height,
        p_object_key: object.key,
        p_sha256: sha256,
        p_flagged: flagged,
      });
      await unwrapNothing(request, `the still ${stillId}`);
    },

    async saveCheck(tenantId, stillId, number, check) {
      const saved = { p_tenant: tenantId, p_still: stillId, p_number: number, p_check: toJson(check) };
      await unwrapNothing(client.rpc('save_still_check', saved), `picture ${number} of the still ${stillId}`);
    },

    async underWay(tenantId, batchId) {
      const mine = client.from('stills_under_way').select().match({ tenant_id: tenantId, batch_id: batchId });
      const rows = await unwrapMaybe(mine.order('number'), `the stills of the batch ${batchId}`);
      return (rows ?? []).map(({ id, number, again, opened_at: openedAt }) => ({ id, number, again, openedAt }));
    },

    async close(tenantId, stillId, { state, best, repairs, reason, again }) {
      const request = client.rpc('close_still', {
        p_tenant: tenantId,
        p_still: stillId,
        p_state: state,
        p_best: best ?? null,
        p_repairs: repairs,
        p_reason: reason ?? null,
        p_again: again ?? null,
      });
      return unwrap(request, `the still ${stillId}`);
    },

    async closeBatch(tenantId, batchId, { state, reason }) {
      const end = { p_tenant: tenantId, p_batch: batchId, p_state: state, p_reason: reason ?? null };
      return unwrap(client.rpc('close_batch', end), `the batch ${batchId}`);
    },

    async again(tenantId, stillId, { id, kind, price }) {
      const asked = { p_tenant: tenantId, p_still: stillId, p_id: id, p_kind: kind, p_price: price };
      const answer = await answerOf(client.rpc('open_still_again', asked), `the still ${stillId}`);
      if (answer === null) return undefined;
      if ('running' in answer) return 'running';
      const own = { tenant_id: tenantId, id: stillId };
      const row = await unwrap(client.from('stills').select().match(own).single(), `the still ${stillId}`);
      const [maxRepairs, pictures, paid] = await Promise.all([
        maxRepairsOf(tenantId, row.batch_id),
        picturesOf(tenantId, [stillId]),
        callsOf(tenantId, stillId),
      ]);
      const best = pictures.get(stillId)?.find(({ number }) => number === row.best);
      return {
        number: answer.again,
        plan: {
          ...toPlan(toStill(row), maxRepairs, AGAIN_PRIORITY),
          again: {
            kind,
            ...(best?.check && { best: { picture: best.number, check: best.check } }),
            // Every number has one paid request, also one that failed.
            number: paid + 1,
            repairs: row.repairs,
          },
        },
      };
    },

    async accept(tenantId, stillId, by, reason) {
      const accepted = { p_tenant: tenantId, p_still: stillId, p_by: by, p_reason: reason };
      return (await answerOf(client.rpc('accept_still', accepted), `the still ${stillId}`)) ?? undefined;
    },
  };
}
