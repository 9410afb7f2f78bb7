// What a run writes, against a real database: every step once, twice and too late.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Supabase } from '../../adapters/supabase/client.ts';
import { createTables, type Tables } from '../../adapters/supabase/tables.ts';
import { archiveObject, BUCKETS, pictureObject } from '../../domain/keys.ts';
import type { PhotoReport } from '../../domain/photo-findings.ts';
import type { ImageScore } from '../../domain/score.ts';
import { decision, image, lora, newCast, newIdentity, publication, scored, sha, summary } from '../support/cast.ts';
import { rescueSet } from '../support/sets.ts';
import { databaseOf, startTestSupabase, type TestSupabase } from '../support/supabase.ts';

let supabase: TestSupabase;
let client: Supabase;
let tables: Tables;

beforeAll(async () => {
  supabase = await startTestSupabase();
  client = databaseOf(supabase);
  tables = createTables(client);
});
afterAll(() => supabase?.stop());

const failure = (code: string) => expect.objectContaining({ name: 'Failure', code });

async function twice<T>(call: () => Promise<T>): Promise<T> {
  await call();
  return call();
}

/** Tests on request first. */
async function sets(identityId: string) {
  const request = client.from('picture_sets').select('number, state, closed_at').eq('identity_id', identityId);
  return (await request.order('kind').order('number')).data ?? [];
}

async function columns(identityId: string) {
  const { data } = await client.from('identities').select().eq('id', identityId).single();
  return data;
}

describe('what a run writes', () => {
  test('photo reports, all or none, as often as they come', async () => {
    const { tenantId, characterId, photoIds } = await newCast(client);
    const reports = photoIds.map(
      (photoId): PhotoReport => ({
        photoId,
        verdict: 'warned',
        findings: [{ code: 'blurred', severity: 'warning', message: 'A little soft.', value: 150, limit: 160 }],
      }),
    );
    await twice(() => tables.photos.saveReports(tenantId, reports));
    expect((await tables.photos.of(tenantId, characterId)).map((photo) => photo.report)).toEqual(reports);

    const rejected = reports.map((report): PhotoReport => ({ ...report, verdict: 'rejected' }));
    const unknown = { ...rejected[0], photoId: randomUUID() } as PhotoReport;
    await expect(tables.photos.saveReports(tenantId, [...rejected, unknown])).rejects.toEqual(failure('NotFound'));
    expect((await tables.photos.of(tenantId, characterId)).map((photo) => photo.report)).toEqual(reports);
  });

  test('the photos of a character are its own, whatever else is asked for', async () => {
    const { tenantId, characterId, photoIds } = await newCast(client);
    const other = await newCast(client, tenantId);
    const idsOf = async (...of: Parameters<Tables['photos']['of']>) =>
      (await tables.photos.of(...of)).map(({ id }) => id);
    expect(await idsOf(tenantId, characterId)).toEqual(photoIds);
    const backwards = [...photoIds].reverse();
    const asked = [...other.photoIds, ...backwards, randomUUID(), '…', ''];
    expect(await idsOf(tenantId, characterId, asked)).toEqual(photoIds);
    expect(await idsOf(tenantId, characterId, photoIds.slice(1, 2))).toEqual(photoIds.slice(1, 2));
    expect(await idsOf(other.tenantId, randomUUID(), photoIds)).toEqual([]);
    expect(await idsOf(tenantId, characterId, ['…'])).toEqual([]);
    expect(await idsOf(tenantId, characterId, [])).toEqual([]);
    const [photo] = await tables.photos.of(tenantId, characterId);
    expect(photo?.object).toEqual({
      bucket: BUCKETS.references,
      key: `${tenantId}/${characterId}/photos/${photoIds[0]}.jpg`,
    });
  });

  test('the stage, the archive and the LoRA', async () => {
    const cast = await newCast(client);
    const { tenantId, identityId } = cast;
    await twice(() => tables.identities.saveStage(tenantId, identityId, 'training'));
    expect((await tables.identities.find(tenantId, identityId))?.stage).toBe('training');

    const archive = archiveObject(tenantId, identityId, sha('a'));
    await twice(() => tables.identities.saveArchive(tenantId, identityId, archive));
    expect(await columns(identityId)).toMatchObject({ archive_key: archive.key });

    await expect(tables.identities.lora(tenantId, identityId)).rejects.toEqual(failure('NotFound'));
    await twice(() => tables.identities.saveLora(tenantId, identityId, lora(cast)));
    expect(await tables.identities.lora(tenantId, identityId)).toEqual(lora(cast));
    await tables.identities.saveLora(tenantId, identityId, lora(cast, 2));
    expect(await tables.identities.lora(tenantId, identityId)).toEqual(lora(cast, 2));
    // A row of old, with an address of the provider's that has ended since.
    const { object, ...old } = lora(cast);
    const row = { ...old, ...object, providerUrl: 'https://provider.example/lora.safetensors' };
    await supabase.client.from('identities').update({ lora: row }).eq('id', identityId);
    expect(await tables.identities.lora(tenantId, identityId)).toEqual(lora(cast));
  });

  test('a test image keeps the id that it was saved with first', async () => {
    const cast = await newCast(client);
    const first = image(cast, 'portrait');
    await twice(() => tables.testImages.save(first));
    await tables.testImages.save({ ...first, imageId: randomUUID(), seed: 7, sha256: sha('f') });
    const { data } = await client.from('picture_overview').select().eq('identity_id', cast.identityId);
    expect(data).toEqual([expect.objectContaining({ id: first.imageId, seed: 7, sha256: sha('f') })]);
  });

  test('a try with another strength has images, scores and files of its own', async () => {
    const cast = await newCast(client);
    const { tenantId, identityId } = cast;
    const first = image(cast, 'portrait');
    const set = rescueSet(1, 90);
    const object = pictureObject(tenantId, identityId, set, 'portrait');
    const tried = { ...first, imageId: randomUUID(), set, object, sha256: sha('f') };
    await twice(() => tables.testImages.save(first));
    await twice(() => tables.testImages.save(tried));
    await tables.testImages.saveScores(tenantId, identityId, first.set, [scored('portrait', first.imageId)], summary);
    const better = { ...summary, mean: 97 };
    await tables.testImages.saveScores(tenantId, identityId, set, [scored('portrait', tried.imageId)], better);
    const { data } = await client.from('picture_overview').select().eq('identity_id', identityId).order('strength');
    expect(data).toMatchObject([
      { id: first.imageId, strength: 80, score: { imageId: first.imageId } },
      { id: tried.imageId, strength: 90, score: { imageId: tried.imageId } },
    ]);
    const { data: sets } = await client.from('picture_sets').select().eq('identity_id', identityId).order('strength');
    expect(sets).toMatchObject([
      { kind: 'round', number: 1, strength: 80, state: 'done', scores: summary },
      { kind: 'rescue', number: 1, strength: 90, state: 'done', scores: better },
    ]);
    expect((await tables.testImages.find(tenantId, tried.imageId))?.object).toEqual(object);

    await twice(() => tables.identities.saveStrength(tenantId, identityId, 80, summary));
    expect(await columns(identityId)).toMatchObject({ reference_strength: 80, scores: summary });
    await tables.identities.saveStrength(tenantId, identityId, 90, better);
    expect((await tables.identities.find(tenantId, identityId))?.referenceStrength).toBe(90);
  });

  test('scores belong to the picture that was scored, and are all or none', async () => {
    const cast = await newCast(client);
    const { tenantId, identityId } = cast;
    const [portrait, profile] = [image(cast, 'portrait'), image(cast, 'profile')];
    await tables.testImages.save(portrait);
    await tables.testImages.save(profile);
    const scores: ImageScore[] = [
      scored('portrait', portrait.imageId),
      { type: 'profile', imageId: profile.imageId, state: 'not_scorable', reason: 'extreme_pose' },
    ];
    const stored = async () => {
      const { data } = await client
        .from('picture_overview')
        .select('score')
        .eq('identity_id', identityId)
        .order('type');
      return data?.map((row) => row.score);
    };

    const beyond = [...scores, scored('lighting', randomUUID())];
    await expect(tables.testImages.saveScores(tenantId, identityId, portrait.set, beyond, summary)).rejects.toEqual(
      failure('NotFound'),
    );
    expect(await stored()).toEqual([null, null]);

    await twice(() => tables.testImages.saveScores(tenantId, identityId, portrait.set, scores, summary));
    expect(await stored()).toEqual(scores);
    expect(await columns(identityId)).toMatchObject({ scores: summary });

    await tables.testImages.save(portrait);
    await tables.testImages.save({ ...profile, sha256: sha('f') });
    expect(await stored()).toEqual([scores[0], null]);
  });

  test('a decision counts once, as it came first', async () => {
    const { tenantId, identityId } = await newCast(client);
    await tables.identities.saveDecision(tenantId, identityId, decision());
    const late = decision();
    await tables.identities.saveDecision(tenantId, identityId, { ...late, at: '2027-01-01T00:00:00.000Z' });
    await tables.identities.saveDecision(tenantId, identityId, {
      decision: { decisionId: 'decision-2', verdict: 'approve', round: 2, by: 'unnamed', via: 'signal' },
      at: '2026-11-22T13:00:00.000Z',
    });
    const { data } = await client.from('decisions').select().eq('identity_id', identityId).order('id');
    expect(data).toEqual([
      expect.objectContaining({ id: 'decision-1', verdict: 'reject', next: 'retrain', reason: 'The ears.', round: 1 }),
      expect.objectContaining({ id: 'decision-2', verdict: 'approve', next: null, reason: null, round: 2 }),
    ]);
    expect(Date.parse(data?.[0]?.decided_at ?? '')).toBe(Date.parse(decision().at));
  });
});

describe('publishing', () => {
  test('a version names the approval that it comes from, also when its id was that of a rejection before', async () => {
    const cast = await newCast(client);
    const { tenantId, identityId } = cast;
    const rejected = decision('d1');
    await tables.identities.saveDecision(tenantId, identityId, rejected);
    const approved = { decisionId: 'd1', verdict: 'approve', round: 2, by: 'key-1', via: 'update' } as const;
    await twice(() => tables.identities.saveDecision(tenantId, identityId, { decision: approved, at: rejected.at }));
    await tables.identities.saveLora(tenantId, identityId, lora(cast));
    await tables.identities.publish({ ...publication(cast), decisionRound: 2, decisionId: 'd1' });
    const [{ decisionRound, decisionId } = {}] = await tables.versions.list(tenantId, cast.characterId);
    expect([decisionRound, decisionId]).toEqual([2, 'd1']);
    const { data } = await client.from('decisions').select().eq('identity_id', identityId).order('round');
    expect(data).toMatchObject([
      { id: 'd1', round: 1, verdict: 'reject' },
      { id: decisionId, round: decisionRound, verdict: 'approve' },
    ]);
  });

  test('makes the identity the one that production uses, once', async () => {
    const cast = await newCast(client);
    await tables.identities.saveLora(cast.tenantId, cast.identityId, lora(cast));
    expect(await tables.identities.publish(publication(cast))).toEqual({ version: 1 });
    expect(await tables.identities.publish({ ...publication(cast), referenceStrength: 1 })).toEqual({ version: 1 });

    expect(await tables.characters.find(cast.tenantId, cast.characterId)).toMatchObject({
      ready: {
        identityId: cast.identityId,
        version: 1,
        lora: lora(cast).object,
        loraSha256: lora(cast).sha256,
        referenceStrength: 70,
      },
      newest: { identityId: cast.identityId, stage: 'ready' },
    });
    expect(await tables.identities.find(cast.tenantId, cast.identityId)).toMatchObject({
      stage: 'ready',
      version: 1,
      referenceStrength: 70,
      closedAt: expect.any(String),
    });
    expect(await tables.versions.list(cast.tenantId, cast.characterId)).toEqual([
      {
        version: 1,
        identityId: cast.identityId,
        state: 'current',
        loraSha256: lora(cast).sha256,
        referenceStrength: 70,
        testSuite: 'suite-1',
        scores: summary,
        trainer: 'fal/flux-lora-fast-training@1',
        generator: 'fal/flux-lora@1',
        decisionRound: 2,
        decisionId: 'decision-1',
        approvedBy: 'key-1',
        createdAt: expect.any(String),
        stateChangedAt: expect.any(String),
        stateChangedBy: 'key-1',
        stateReason: undefined,
      },
    ]);
  });

  test('numbers the versions of a character, and never gives a number twice', async () => {
    const cast = await newCast(client);
    const versions: number[] = [];
    const publishAnother = async () => {
      const another = { ...cast, identityId: await newIdentity(client, cast) };
      await tables.identities.saveLora(another.tenantId, another.identityId, lora(another));
      versions.push((await tables.identities.publish(publication(another))).version);
      return another;
    };
    await publishAnother();
    const second = await publishAnother();
    expect((await tables.characters.find(cast.tenantId, cast.characterId))?.ready).toMatchObject({ version: 2 });
    // A version is there as long as its character, and so is its number.
    const { error } = await client.from('identities').delete().eq('id', second.identityId);
    expect(error?.code).toBe('23503');
    await tables.versions.setState(cast.tenantId, cast.characterId, 2, {
      state: 'revoked',
      by: 'k',
      reason: undefined,
    });
    expect((await tables.characters.find(cast.tenantId, cast.characterId))?.ready).toBeUndefined();
    const third = await publishAnother();
    expect(versions).toEqual([1, 2, 3]);
    expect((await tables.characters.find(cast.tenantId, cast.characterId))?.ready?.identityId).toBe(third.identityId);
  });

  test('several at once get different numbers', async () => {
    const cast = await newCast(client);
    const identities = await Promise.all(
      Array.from({ length: 5 }, async () => ({ ...cast, identityId: await newIdentity(client, cast) })),
    );
    await Promise.all(identities.map((one) => tables.identities.saveLora(one.tenantId, one.identityId, lora(one))));
    const published = await Promise.all(
      identities.flatMap((one) => [one, one].map((o) => tables.identities.publish(publication(o)))),
    );
    expect(published.map((p) => p.version).sort()).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
  });

  test('is refused for another LoRA than the stored one, and after the end of the run', async () => {
    const cast = await newCast(client);
    await expect(tables.identities.publish(publication(cast))).rejects.toEqual(failure('InvalidLora'));
    await tables.identities.saveLora(cast.tenantId, cast.identityId, lora(cast, 2));
    await expect(tables.identities.publish(publication(cast))).rejects.toEqual(failure('InvalidLora'));
    await tables.identities.saveLora(cast.tenantId, cast.identityId, lora(cast));
    await tables.identities.close(cast.tenantId, cast.identityId, 'rejected', 'abandoned');
    await expect(tables.identities.publish(publication(cast))).rejects.toEqual(failure('Internal'));
    expect((await tables.characters.find(cast.tenantId, cast.characterId))?.ready).toBeUndefined();
  });

  test('needs the identity to be of the character', async () => {
    const cast = await newCast(client);
    const other = await newCast(client, cast.tenantId);
    await tables.identities.saveLora(cast.tenantId, cast.identityId, lora(cast));
    const foreign = { ...publication(cast), characterId: other.characterId };
    await expect(tables.identities.publish(foreign)).rejects.toEqual(failure('NotFound'));
  });
});

describe('the end of a run', () => {
  test('is written once and says why', async () => {
    const { tenantId, identityId } = await newCast(client);
    await tables.identities.close(tenantId, identityId, 'expired', 'Nobody decided.');
    const closed = await tables.identities.find(tenantId, identityId);
    expect(closed).toMatchObject({ stage: 'expired', closeReason: 'Nobody decided.', closedAt: expect.any(String) });
    await tables.identities.close(tenantId, identityId, 'failed', 'later');
    await tables.identities.saveStage(tenantId, identityId, 'training');
    expect(await tables.identities.find(tenantId, identityId)).toEqual(closed);
  });

  test.each([
    ['cancelled', 'cancelled'],
    ['failed', 'failed'],
    ['expired', 'failed'],
    ['rejected', 'failed'],
  ] as const)('%s ends the sets that were never scored as %s, and no other', async (stage, state) => {
    const cast = await newCast(client);
    const other = await newCast(client, cast.tenantId);
    const { tenantId, identityId } = cast;
    const [scoredSet, unscored] = [image(cast, 'portrait', 1), image(cast, 'portrait', 2)];
    for (const picture of [scoredSet, unscored, image(other, 'portrait')]) await tables.testImages.save(picture);
    const scores = [scored('portrait', scoredSet.imageId)];
    await tables.testImages.saveScores(tenantId, identityId, scoredSet.set, scores, summary);
    const [done] = await sets(identityId);
    await tables.identities.close(tenantId, identityId, stage, 'It says why.');
    const { closedAt } = (await tables.identities.find(tenantId, identityId)) ?? {};
    const ended = [done, { number: 2, state, closed_at: closedAt }];
    expect(await sets(identityId)).toEqual(ended);
    expect(done).toEqual({ number: 1, state: 'done', closed_at: expect.any(String) });
    expect(await sets(other.identityId)).toEqual([{ number: 1, state: 'running', closed_at: null }]);

    // Steps that were still on their way: the pictures are kept, and every set has ended.
    const late = image(cast, 'portrait', 3);
    await tables.testImages.save(late);
    for (const { imageId, set } of [unscored, late]) {
      await tables.testImages.saveScores(tenantId, identityId, set, [scored('portrait', imageId)], summary);
    }
    expect(await sets(identityId)).toEqual([...ended, { number: 3, state, closed_at: closedAt }]);
  });

  test('ready ends a set that could not be scored, and leaves the tests on request that come after', async () => {
    const cast = await newCast(client);
    const { tenantId, identityId } = cast;
    await tables.testImages.save(image(cast, 'portrait'));
    await tables.identities.saveLora(tenantId, identityId, lora(cast));
    await tables.identities.publish(publication(cast));
    await tables.retests.open(tenantId, identityId, randomUUID(), ['portrait']);
    await tables.identities.publish(publication(cast));
    await tables.identities.close(tenantId, identityId, 'cancelled', 'too late');
    expect(await sets(identityId)).toEqual([
      { number: 1, state: 'running', closed_at: null },
      { number: 1, state: 'failed', closed_at: expect.any(String) },
    ]);
  });

  test('is not written for another tenant', async () => {
    const { identityId } = await newCast(client);
    const { tenantId } = await newCast(client);
    await expect(tables.identities.close(tenantId, identityId, 'failed', 'no')).rejects.toEqual(failure('NotFound'));
  });

  test('does not take a published identity back', async () => {
    const cast = await newCast(client);
    await tables.identities.saveLora(cast.tenantId, cast.identityId, lora(cast));
    await tables.identities.publish(publication(cast));
    await tables.identities.close(cast.tenantId, cast.identityId, 'cancelled', 'too late');
    expect(await tables.identities.find(cast.tenantId, cast.identityId)).toMatchObject({ stage: 'ready', version: 1 });
  });
});
