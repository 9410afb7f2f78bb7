// Tests on request, in rows: each is a set of pictures of its identity.

import type { RetestRow, Retests } from '../../core/ports/retests.ts';
import type { TestImage } from '../../domain/identity-state.ts';
import { retestWorkflowId } from '../../domain/keys.ts';
import { OPEN_RETEST_STATES } from '../../domain/steps.ts';
import { TEST_TYPES } from '../../domain/test-suite.ts';
import type { Supabase } from './client.ts';
import { readFailedImages, readScore, readSetScores } from './columns.ts';
import type { PictureOverviewRecord, PictureSetRecord, ProviderCallRecord } from './database.ts';
import { pageOf, toPage } from './page.ts';
import { toJson } from './rows.ts';
import { unwrap, unwrapMaybe, unwrapNothing } from './unwrap.ts';

/** A paid request, and the workflow that waits for it. */
type Waited = Pick<ProviderCallRecord, 'key' | 'workflow_id'>;

const NEWEST_FIRST = { ascending: false };
const KIND = 'retest';
const nth = (tenantId: string, identityId: string, number: number) => ({
  tenant_id: tenantId,
  identity_id: identityId,
  kind: KIND,
  number,
});

export function createRetests(client: Supabase): Retests {
  async function unclearCalls(rows: readonly PictureSetRecord[]): Promise<Waited[]> {
    if (rows.length === 0) return [];
    const calls = client
      .from('provider_calls')
      .select('key, workflow_id')
      .in('workflow_id', rows.map(workflowOf))
      .eq('state', 'unknown');
    return (await unwrapMaybe(calls, 'the unclear calls')) ?? [];
  }

  return {
    async open(tenantId, identityId, id, types) {
      const opening = { p_id: id, p_tenant: tenantId, p_identity: identityId, p_types: [...types] };
      const opened = await unwrap(client.rpc('open_retest', opening), `the identity ${identityId}`);
      const { retest, photos, held_out: heldOut } = opened;
      return { retest: toRetest(retest, [], []), photoIds: photos, heldOut: heldOut ?? undefined };
    },

    async isKnown(tenantId, id) {
      const request = client.from('picture_sets').select('id').match({ tenant_id: tenantId, id });
      return (await unwrapMaybe(request.maybeSingle(), `the test ${id}`)) !== undefined;
    },

    async list(tenantId, identityId, limit) {
      const mine = { tenant_id: tenantId, identity_id: identityId, kind: KIND };
      const newest = client.from('picture_sets').select().match(mine).order('number', NEWEST_FIRST).limit(limit);
      const images = client
        .from('picture_overview')
        .select()
        .match(mine)
        .order('number', NEWEST_FIRST)
        .limit(limit * TEST_TYPES.length);
      const subject = `the tests of the identity ${identityId}`;
      const [rows, made] = await Promise.all([unwrapMaybe(newest, subject), unwrapMaybe(images, subject)]);
      const unclear = await unclearCalls(rows ?? []);
      return (rows ?? []).map((row) => toRetest(row, made ?? [], unclear));
    },

    async find(tenantId, identityId, number) {
      const request = client
        .from('picture_sets')
        .select()
        .match(nth(tenantId, identityId, number));
      const row = await unwrapMaybe(request.maybeSingle(), `test ${number} of the identity ${identityId}`);
      return row && toRetest(row, [], []);
    },

    async page(tenantId, { state }, page) {
      let query = client.from('picture_sets').select().match({ tenant_id: tenantId, kind: KIND });
      if (state !== undefined) query = query.eq('state', state);
      const rows = (await unwrapMaybe(pageOf(query, page), 'the tests')) ?? [];
      const unclear = await unclearCalls(rows);
      return toPage(
        rows.map((row) => toRetest(row, [], unclear)),
        page,
      );
    },

    async saveState(tenantId, identityId, number, state) {
      const request = client
        .from('picture_sets')
        .update({ state })
        .match(nth(tenantId, identityId, number))
        .in('state', [...OPEN_RETEST_STATES])
        .neq('state', state);
      await unwrapNothing(request, `test ${number} of the identity ${identityId}`);
    },

    async close(tenantId, identityId, number, { state, failedImages, reason }) {
      const end = { state, failed_images: toJson(failedImages), close_reason: reason ?? null };
      const request = client
        .from('picture_sets')
        .update({ ...end, closed_at: new Date().toISOString() })
        .match(nth(tenantId, identityId, number))
        .in('state', [...OPEN_RETEST_STATES]);
      await unwrapNothing(request, `test ${number} of the identity ${identityId}`);
    },
  };
}

const workflowOf = (row: PictureSetRecord) => retestWorkflowId(row.identity_id, row.number);

/** `images` and `unclear` of all tests; each row takes its own. */
function toRetest(
  row: PictureSetRecord,
  images: readonly PictureOverviewRecord[],
  unclear: readonly Waited[],
): RetestRow {
  return {
    id: row.id,
    identityId: row.identity_id,
    number: row.number,
    types: row.types,
    strength: row.strength,
    state: row.state,
    scores: readSetScores(row.scores),
    failedImages: readFailedImages(row.failed_images),
    images: images
      .filter((image) => image.set_id === row.id)
      .map(toImage)
      .sort((a, b) => TEST_TYPES.indexOf(a.type) - TEST_TYPES.indexOf(b.type)),
    unclearCalls: unclear.filter((call) => call.workflow_id === workflowOf(row)).map(({ key }) => key),
    closeReason: row.close_reason ?? undefined,
    createdAt: row.created_at,
    closedAt: row.closed_at ?? undefined,
  };
}

function toImage({ type, id, seed, sha256, score }: PictureOverviewRecord): TestImage {
  return { type, imageId: id, seed, sha256, ...(score !== null && { score: readScore(score) }) };
}
