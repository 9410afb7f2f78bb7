// Tests on request, in rows. Their images are among the test images of the identity.

import type { RetestRow, Retests } from '../../core/ports/retests.ts';
import type { TestImage } from '../../domain/identity-state.ts';
import { retestRound, retestWorkflowId } from '../../domain/keys.ts';
import { OPEN_RETEST_STATES } from '../../domain/steps.ts';
import { TEST_TYPES } from '../../domain/test-suite.ts';
import type { Supabase } from './client.ts';
import { readFailedImages, readScore, readTestScores } from './columns.ts';
import type { ProviderCallRecord, RetestRecord, TestImageRecord } from './database.ts';
import { pageOf, toPage } from './page.ts';
import { toJson } from './rows.ts';
import { unwrap, unwrapMaybe, unwrapNothing } from './unwrap.ts';

/** A paid request, and the workflow that waits for it. */
type Waited = Pick<ProviderCallRecord, 'key' | 'workflow_id'>;

const NEWEST_FIRST = { ascending: false };

export function createRetests(client: Supabase): Retests {
  async function unclearCalls(rows: readonly RetestRecord[]): Promise<Waited[]> {
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
      const request = client.from('retests').select('id').match({ tenant_id: tenantId, id });
      return (await unwrapMaybe(request.maybeSingle(), `the test ${id}`)) !== undefined;
    },

    async list(tenantId, identityId, limit) {
      const mine = { tenant_id: tenantId, identity_id: identityId };
      const newest = client.from('retests').select().match(mine).order('number', NEWEST_FIRST).limit(limit);
      const images = client
        .from('test_images')
        .select()
        .match(mine)
        .gte('round', retestRound(1))
        .order('round', NEWEST_FIRST)
        .limit(limit * TEST_TYPES.length);
      const subject = `the tests of the identity ${identityId}`;
      const [rows, made] = await Promise.all([unwrapMaybe(newest, subject), unwrapMaybe(images, subject)]);
      const unclear = await unclearCalls(rows ?? []);
      return (rows ?? []).map((row) => toRetest(row, made ?? [], unclear));
    },

    async find(tenantId, identityId, number) {
      const request = client.from('retests').select().match({ tenant_id: tenantId, identity_id: identityId, number });
      const row = await unwrapMaybe(request.maybeSingle(), `test ${number} of the identity ${identityId}`);
      return row && toRetest(row, [], []);
    },

    async page(tenantId, { state }, page) {
      let query = client.from('retests').select().eq('tenant_id', tenantId);
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
        .from('retests')
        .update({ state })
        .match({ tenant_id: tenantId, identity_id: identityId, number })
        .in('state', [...OPEN_RETEST_STATES])
        .neq('state', state);
      await unwrapNothing(request, `test ${number} of the identity ${identityId}`);
    },

    async close(tenantId, identityId, number, { state, failedImages, reason }) {
      const end = { state, failed_images: toJson(failedImages), close_reason: reason ?? null };
      const request = client
        .from('retests')
        .update({ ...end, closed_at: new Date().toISOString() })
        .match({ tenant_id: tenantId, identity_id: identityId, number })
        .in('state', [...OPEN_RETEST_STATES]);
      await unwrapNothing(request, `test ${number} of the identity ${identityId}`);
    },
  };
}

const workflowOf = (row: RetestRecord) => retestWorkflowId(row.identity_id, row.number);

/** `images` and `unclear` of all rounds: each row takes its own. */
function toRetest(row: RetestRecord, images: readonly TestImageRecord[], unclear: readonly Waited[]): RetestRow {
  const round = retestRound(row.number);
  return {
    id: row.id,
    identityId: row.identity_id,
    number: row.number,
    types: row.types,
    strength: row.strength,
    state: row.state,
    scores: readTestScores(row.scores),
    failedImages: readFailedImages(row.failed_images),
    images: images
      .filter((image) => image.round === round)
      .map(toImage)
      .sort((a, b) => TEST_TYPES.indexOf(a.type) - TEST_TYPES.indexOf(b.type)),
    unclearCalls: unclear.filter((call) => call.workflow_id === workflowOf(row)).map(({ key }) => key),
    closeReason: row.close_reason ?? undefined,
    createdAt: row.created_at,
    closedAt: row.closed_at ?? undefined,
  };
}

function toImage({ type, id, seed, sha256, score }: TestImageRecord): TestImage {
  return { type, imageId: id, seed, sha256, ...(score !== null && { score: readScore(score) }) };
}
