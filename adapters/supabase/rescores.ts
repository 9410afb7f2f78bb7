// What of an identity can be scored again, and the scores that were made anew.

import type { Rescores } from '../../core/ports/rescores.ts';
import { BUCKETS, isRetestRound, retestOfRound, retestRound } from '../../domain/keys.ts';
import type { KeptImage, KeptSet } from '../../domain/rescore.ts';
import { CALIBRATION } from '../../domain/score.ts';
import type { Supabase } from './client.ts';
import { readRescoredSets, readScore, readScores, readTestScores } from './columns.ts';
import type { TestImageRecord } from './database.ts';
import { toJson } from './rows.ts';
import { unwrap, unwrapMaybe, unwrapNothing } from './unwrap.ts';

/** The newest tests on request that are scored again: those that the API lists. */
const TESTS = 20;

type ScoredImage = Pick<TestImageRecord, 'id' | 'round' | 'type' | 'strength' | 'object_key' | 'score'>;

export function createRescores(client: Supabase): Rescores {
  return {
    async kept(tenantId, identityId) {
      const mine = { tenant_id: tenantId, identity_id: identityId };
      const subject = `the identity ${identityId}`;
      const identity = await unwrap(
        client
          .from('identities')
          .select('scores, photo_ids, reference_photo_ids, held_out')
          .match({ tenant_id: tenantId, id: identityId })
          .maybeSingle(),
        subject,
      );
      const newest = client.from('retests').select('number, scores').match(mine).not('scores', 'is', null);
      const tests =
        (await unwrapMaybe(newest.order('number', { ascending: false }).limit(TESTS), `the tests of ${subject}`)) ?? [];
      const scored = () =>
        client
          .from('test_images')
          .select('id, round, type, strength, object_key, score')
          .match(mine)
          .not('score', 'is', null);
      const ofRun = (await unwrapMaybe(scored().lt('round', retestRound(1)), `the images of ${subject}`)) ?? [];
      const rounds = tests.map(({ number }) => retestRound(number));
      const ofTests =
        rounds.length === 0
          ? []
          : ((await unwrapMaybe(scored().in('round', rounds), `the images of ${subject}`)) ?? []);
      const round = Math.max(0, ...ofRun.map((image) => image.round));
      const shown = [...ofRun.filter((image) => image.round === round), ...ofTests];
      const versionOf = (set: number): string | undefined => {
        if (!isRetestRound(set)) return readScores(identity.scores)?.calibration;
        return readTestScores(tests.find(({ number }) => number === retestOfRound(set))?.scores ?? null)?.calibration;
      };
      return {
        photoIds: identity.reference_photo_ids ?? identity.photo_ids,
        heldOut: identity.held_out ?? undefined,
        sets: setsOf(shown, versionOf),
      };
    },

    async save(tenantId, identityId, sets) {
      const row = {
        tenant_id: tenantId,
        identity_id: identityId,
        calibration: CALIBRATION.version,
        sets: toJson(sets),
        created_at: new Date().toISOString(),
      };
      await unwrapNothing(client.from('rescores').upsert(row), `the identity ${identityId}`);
    },

    async find(tenantId, identityId) {
      const mine = { tenant_id: tenantId, identity_id: identityId, calibration: CALIBRATION.version };
      const request = client.from('rescores').select().match(mine).maybeSingle();
      const row = await unwrapMaybe(request, `the new scores of the identity ${identityId}`);
      if (!row) return undefined;
      return { calibration: row.calibration, sets: readRescoredSets(row.sets), at: row.created_at };
    },
  };
}

/** By round and strength; what has no summary was never scored as a set. */
function setsOf(images: readonly ScoredImage[], versionOf: (round: number) => string | undefined): KeptSet[] {
  const sets = new Map<string, KeptSet>();
  for (const image of images) {
    const { round, strength } = image;
    const calibration = versionOf(round);
    if (calibration === undefined) continue;
    const name = `${round}@${strength}`;
    const set = sets.get(name) ?? { round, strength, calibration, images: [] };
    set.images.push(toKept(image));
    sets.set(name, set);
  }
  return [...sets.values()];
}

function toKept({ id, type, object_key: key, score }: ScoredImage): KeptImage {
  const before = readScore(score);
  const flagged = before?.state === 'not_scorable' && before.reason === 'provider_flagged';
  return { imageId: id, type, object: { bucket: BUCKETS.tests, key }, flagged };
}
