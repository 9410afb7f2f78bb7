// The images of an identity that can be scored again, and the new scores.

import type { Rescores } from '../../core/ports/rescores.ts';
import { BUCKETS } from '../../domain/keys.ts';
import type { KeptImage, KeptSet } from '../../domain/rescore.ts';
import { CALIBRATION } from '../../domain/score.ts';
import type { Supabase } from './client.ts';
import { readRescoredSets, readScore, readSetScores } from './columns.ts';
import type { PictureOverviewRecord, PictureSetRecord } from './database.ts';
import { toJson } from './rows.ts';
import { unwrap, unwrapMaybe, unwrapNothing } from './unwrap.ts';

/** The newest tests on request that are scored again: as many as the API lists. */
const TESTS = 20;

type ScoredSet = Pick<PictureSetRecord, 'id' | 'kind' | 'number' | 'strength' | 'scores'>;
type ScoredPicture = Pick<PictureOverviewRecord, 'id' | 'set_id' | 'type' | 'object_key' | 'score'>;

export function createRescores(client: Supabase): Rescores {
  async function picturesOf(sets: readonly string[], subject: string): Promise<ScoredPicture[]> {
    if (sets.length === 0) return [];
    const request = client
      .from('picture_overview')
      .select('id, set_id, type, object_key, score')
      .in('set_id', [...sets]);
    return (await unwrapMaybe(request.not('score', 'is', null), `the images of ${subject}`)) ?? [];
  }

  return {
    async kept(tenantId, identityId) {
      const mine = { tenant_id: tenantId, identity_id: identityId };
      const subject = `the identity ${identityId}`;
      const identity = await unwrap(
        client
          .from('identities')
          .select('photo_ids, reference_photo_ids, held_out')
          .match({ tenant_id: tenantId, id: identityId })
          .maybeSingle(),
        subject,
      );
      const scored = () =>
        client.from('picture_sets').select('id, kind, number, strength, scores').match(mine).not('scores', 'is', null);
      const newest = scored().eq('kind', 'retest').order('number', { ascending: false }).limit(TESTS);
      const tests = (await unwrapMaybe(newest, `the tests of ${subject}`)) ?? [];
      const ofRun = (await unwrapMaybe(scored().neq('kind', 'retest'), `the rounds of ${subject}`)) ?? [];
      const round = Math.max(0, ...ofRun.map(({ number }) => number));
      const shown = [...ofRun.filter(({ number }) => number === round), ...tests];
      const pictures = await picturesOf(
        shown.map(({ id }) => id),
        subject,
      );
      return {
        photoIds: identity.reference_photo_ids ?? identity.photo_ids,
        heldOut: identity.held_out ?? undefined,
        sets: shown.flatMap((row) => toKeptSet(row, pictures)),
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

function toKeptSet({ id, kind, number, strength, scores }: ScoredSet, pictures: readonly ScoredPicture[]): KeptSet[] {
  const images = pictures.filter((picture) => picture.set_id === id).map(toKept);
  const calibration = readSetScores(scores)?.calibration;
  return calibration === undefined || images.length === 0
    ? []
    : [{ set: { kind, number, strength }, calibration, images }];
}

function toKept({ id, type, object_key: key, score }: ScoredPicture): KeptImage {
  const before = readScore(score);
  const flagged = before?.state === 'not_scorable' && before.reason === 'provider_flagged';
  return { imageId: id, type, object: { bucket: BUCKETS.tests, key }, flagged };
}
