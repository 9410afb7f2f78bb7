// Tests on request, in rows. Their images are among the test images of the identity.

import type { RetestRow, Retests } from '../../api/ports.ts';
import type { FailedTestImage, TestImage } from '../../domain/identity-state.ts';
import { retestRound } from '../../domain/keys.ts';
import type { ImageScore, ScoreSummary } from '../../domain/score.ts';
import { TEST_TYPES } from '../../domain/test-suite.ts';
import type { Supabase } from './client.ts';
import type { RetestRecord, TestImageRecord } from './database.ts';
import { unwrap, unwrapMaybe } from './unwrap.ts';

const NEWEST_FIRST = { ascending: false };

export function createRetests(client: Supabase): Retests {
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
      const paid = client.from('provider_calls').select('key').match(mine).eq('state', 'unknown');
      const subject = `the tests of the identity ${identityId}`;
      const [rows, made, calls] = await Promise.all([
        unwrapMaybe(newest, subject),
        unwrapMaybe(images, subject),
        unwrapMaybe(paid, subject),
      ]);
      const unclear = (calls ?? []).map(({ key }) => key);
      return (rows ?? []).map((row) => toRetest(row, made ?? [], unclear));
    },
  };
}

/** `images` and `unclear` of all rounds: each row takes its own. */
function toRetest(row: RetestRecord, images: readonly TestImageRecord[], unclear: readonly string[]): RetestRow {
  const round = retestRound(row.number);
  return {
    id: row.id,
    identityId: row.identity_id,
    number: row.number,
    types: row.types,
    strength: row.strength,
    state: row.state,
    scores: (row.scores as ScoreSummary | null) ?? undefined,
    failedImages: row.failed_images as unknown as FailedTestImage[],
    images: images
      .filter((image) => image.round === round)
      .map(toImage)
      .sort((a, b) => TEST_TYPES.indexOf(a.type) - TEST_TYPES.indexOf(b.type)),
    unclearCalls: unclear.filter((key) => key.startsWith(`${row.identity_id}/test/${round}/`)),
    createdAt: row.created_at,
    closedAt: row.closed_at ?? undefined,
  };
}

function toImage({ type, id, seed, sha256, score }: TestImageRecord): TestImage {
  return { type, imageId: id, seed, sha256, ...(score === null ? {} : { score: score as unknown as ImageScore }) };
}
