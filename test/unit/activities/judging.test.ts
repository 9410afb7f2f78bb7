// The two steps that look at pictures: they hand the readings to the domain and write the rows. A descriptor of a face
// never leaves them.

import { describe, expect, it } from 'vitest';
import { validatePhotos } from '../../../core/identities/validate-photos.ts';
import { scoreImages } from '../../../core/pictures/score-images.ts';
import { Failure } from '../../../domain/failure.ts';
import { photoObject, pictureObject } from '../../../domain/keys.ts';
import type { PictureReading } from '../../../domain/photo.ts';
import { judgeSet } from '../../../domain/photo-set.ts';
import { referenceModel, referencesOf } from '../../../domain/reference-model.ts';
import { scoreRound } from '../../../domain/score-round.ts';
import type { TestType } from '../../../domain/test-suite.ts';
import {
  addPhotos,
  CHARACTER,
  createFakePorts,
  type FakePorts,
  IDENTITY,
  pathOf,
  TENANT,
} from '../../support/fake-ports.ts';
import { descriptorAt, face, picture, SAME_PERSON, samePerson, unreadable } from '../../support/readings.ts';
import { roundSet } from '../../support/sets.ts';
import { activityEnvironment, failureOf, run, runIn } from './run-step.ts';

const photo = (name: string, descriptor: readonly number[]) => picture({ name, faces: [face({ descriptor })] });
const PHOTOS = {
  anna1: photo('anna1', samePerson(1)),
  anna2: photo('anna2', samePerson(2)),
  anna3: photo('anna3', samePerson(3)),
  bert: photo('bert', descriptorAt(9, 1.3)),
  broken: unreadable('truncated'),
} satisfies Record<string, PictureReading>;
const REF = { tenantId: TENANT, identityId: IDENTITY };

describe('validatePhotos', () => {
  const photoIds = Object.keys(PHOTOS);
  const OF = { ...REF, characterId: CHARACTER };
  const input = { ...OF, photoIds, maxPhotos: 5 };
  const CHECKING = ['saveStage', TENANT, IDENTITY, 'validating'];

  it('reports what the photo rules say of the readings, and keeps the verdicts', async () => {
    const world = createFakePorts();
    await addPhotos(world, PHOTOS);
    const report = await run(validatePhotos(world), input);
    const asRead = Object.entries(PHOTOS).map(([photoId, reading]) => ({ photoId, reading }));
    expect(report).toEqual(judgeSet(asRead, { maxPhotos: 5 }));
    expect(report.problem?.code).toBe('wrong_person');
    expect(world.store.writes).toEqual([CHECKING, ['savePhotoReports', TENANT, report.photos]]);
  });

  it('a photo of another person is named before any money is spent', async () => {
    const world = createFakePorts();
    await addPhotos(world, PHOTOS);
    const report = await run(validatePhotos(world), { ...input, photoIds: ['anna1', 'anna2', 'anna3', 'bert'] });
    expect(report.sufficient).toBe(false);
    expect(report.photos.filter((p) => p.verdict === 'rejected').map((p) => p.photoId)).toEqual(['bert']);
    expect(world.ledger.rows.size).toBe(0);
    expect(world.provider.posts).toEqual([]);
  });

  it('the setting for the most photos counts', async () => {
    const world = createFakePorts();
    await addPhotos(world, PHOTOS);
    const three = ['anna1', 'anna2', 'anna3'];
    expect((await run(validatePhotos(world), { ...OF, photoIds: three, maxPhotos: 2 })).problem?.code).toBe(
      'too_many_photos',
    );
    expect((await run(validatePhotos(world), { ...OF, photoIds: three, maxPhotos: 3 })).sufficient).toBe(true);
  });

  it('names the photo to keep out of the training, of five good ones and of no fewer', async () => {
    const world = createFakePorts();
    const annas = [1, 2, 3, 4, 5].map((n) => [`anna${n}`, photo(`anna${n}`, samePerson(n))] as const);
    const five = await addPhotos(world, Object.fromEntries(annas));
    await addPhotos(world, { bert: PHOTOS.bert });
    const heldOutOf = async (photoIds: string[]) =>
      (await run(validatePhotos(world), { ...OF, photoIds, maxPhotos: 6 })).heldOut;
    expect(five).toContain(await heldOutOf(five));
    expect(await heldOutOf(five.slice(1))).toBeUndefined();
    expect(await heldOutOf([...five, 'bert'])).toBeUndefined();
  });

  it('gives a sign of life after every photo', async () => {
    const world = createFakePorts();
    await addPhotos(world, PHOTOS);
    const env = activityEnvironment();
    const beats: unknown[] = [];
    env.on('heartbeat', (details) => beats.push(details));
    await runIn(env, validatePhotos(world), input);
    expect(beats).toEqual([1, 2, 3, 4, 5].map((read) => ({ read, of: 5 })));
  });

  it('what goes into the history shows no face', async () => {
    const world = createFakePorts();
    await addPhotos(world, PHOTOS);
    expect(JSON.stringify(await run(validatePhotos(world), input))).not.toMatch(/descriptor|phash|sha256|https?:/);
  });

  const UNKNOWN = '00000000-0000-4000-8000-00000000dead';

  it.each([
    ['was deleted', UNKNOWN],
    ['is no id at all', '…'],
  ])('a photo that %s ends nothing: it is named, the others are judged, and others are asked for', async (_, id) => {
    const world = createFakePorts();
    await addPhotos(world, PHOTOS);
    const report = await run(validatePhotos(world), { ...input, photoIds: ['anna1', 'anna2', 'anna3', id] });
    expect(report).toMatchObject({ sufficient: false, problem: { code: 'unknown_photos' } });
    expect(report.problem?.message).toContain(id);
    expect(report.photos.map(({ photoId }) => photoId)).toEqual(['anna1', 'anna2', 'anna3']);
    expect(world.store.writes.map(([name]) => name)).toEqual(['saveStage', 'savePhotoReports']);
  });

  it('reads the photos in the order asked for, whatever else the character has', async () => {
    const world = createFakePorts();
    await addPhotos(world, PHOTOS);
    const report = await run(validatePhotos(world), { ...input, photoIds: ['anna3', 'anna1', 'anna2'] });
    expect(report.photos.map(({ photoId }) => photoId)).toEqual(['anna3', 'anna1', 'anna2']);
  });

  it('a photo of another character is refused, and its verdict is left alone', async () => {
    const world = createFakePorts();
    await addPhotos(world, PHOTOS);
    const foreign = { ...input, characterId: 'character-2', photoIds: ['anna1', 'anna2', 'anna3'] };
    const report = await run(validatePhotos(world), foreign);
    expect(report).toMatchObject({ sufficient: false, problem: { code: 'unknown_photos' }, photos: [] });
    for (const id of foreign.photoIds) expect(report.problem?.message).toContain(id);
  });

  it.each(['its row', 'its file'])('a photo of which %s goes while the others are read is named too', async (what) => {
    const world = createFakePorts();
    await addPhotos(world, PHOTOS);
    const remove = () => {
      world.store.photoIds.delete('anna2');
      world.files.objects.delete(pathOf(photoObject(TENANT, CHARACTER, 'anna2')));
    };
    const read = world.vision.read;
    const vision: typeof world.vision = {
      ...world.vision,
      read: async (bytes, signal) => {
        const last = what === 'its row' ? 'anna3' : 'anna1';
        if (Buffer.from(bytes).toString() === last) remove();
        return read(bytes, signal);
      },
    };
    const saveReports: typeof world.photos.saveReports = async (tenantId, reports) => {
      if (reports.some(({ photoId }) => !world.store.photoIds.has(photoId)))
        throw new Failure('NotFound', 'no such photo');
      return world.photos.saveReports(tenantId, reports);
    };
    const step = validatePhotos({ ...world, vision, photos: { ...world.photos, saveReports } });
    const report = await run(step, { ...input, photoIds: ['anna1', 'anna2', 'anna3'] });
    expect(report).toMatchObject({ sufficient: false, problem: { code: 'unknown_photos' } });
    expect(report.photos.map(({ photoId }) => photoId)).toEqual(['anna1', 'anna3']);
  });

  it('stops when it is cancelled, because vision gets the signal', async () => {
    const world = createFakePorts();
    await addPhotos(world, PHOTOS);
    const env = activityEnvironment();
    const vision = {
      read: (_bytes: Uint8Array, signal?: AbortSignal) =>
        new Promise<never>((_, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason));
          env.cancel();
        }),
    };
    await expect(runIn(env, validatePhotos({ ...world, vision }), input)).rejects.toMatchObject({
      name: 'CancelledFailure',
    });
  });
});

const IMAGES: Partial<Record<TestType, PictureReading>> = {
  portrait: photo('portrait', samePerson(20)),
  lighting: photo('lighting', descriptorAt(30, 1.2)),
  profile: picture({ faces: [] }),
};
/** The row's coarse stage, written first. */
const SCORING = ['saveStage', TENANT, IDENTITY, 'scoring'];

const SET = roundSet(2);

async function worldWithRound(): Promise<{ world: FakePorts; images: { type: TestType; imageId: string }[] }> {
  const world = createFakePorts();
  await addPhotos(world, PHOTOS);
  const images: { type: TestType; imageId: string }[] = [];
  for (const [name, reading] of Object.entries(IMAGES)) {
    const type = name as TestType;
    world.readings.set(`image ${type}`, reading);
    await world.files.put(pictureObject(TENANT, IDENTITY, SET, type), Buffer.from(`image ${type}`), 'image/jpeg');
    images.push({ type, imageId: `id-${type}` });
  }
  return { world, images };
}

describe('scoreImages', () => {
  const photoIds = ['anna1', 'anna2', 'anna3'];

  it('scores each image of the round against the references, and keeps scores and summary', async () => {
    const { world, images } = await worldWithRound();
    const answer = await run(scoreImages(world), { ...REF, photoIds, set: SET, images });
    const { anna1, anna2, anna3 } = PHOTOS;
    const photos = Object.entries({ anna1, anna2, anna3 }).map(([photoId, reading]) => ({ photoId, reading }));
    const read = images.map((image) => ({ ...image, reading: IMAGES[image.type] ?? unreadable('corrupt') }));
    const { scores, summary } = scoreRound(read, referenceModel(referencesOf(photos)), undefined);
    expect(answer).toEqual({ scores, summary });
    expect(scores.map((score) => score.state)).toEqual(['scored', 'scored', 'not_scorable']);
    expect(world.store.writes).toEqual([SCORING, ['saveScores', TENANT, IDENTITY, SET, scores, summary]]);
  });

  it('tells the likeness to the photo that the training did not see', async () => {
    const { world, images } = await worldWithRound();
    const input = { ...REF, photoIds, set: SET, images };
    const { scores, summary } = await run(scoreImages(world), { ...input, heldOut: 'anna2' });
    expect(scores[0]).toMatchObject({ state: 'scored', heldOut: { distance: SAME_PERSON } });
    expect(summary.heldOut?.photoId).toBe('anna2');
    expect((await run(scoreImages(world), input)).summary.heldOut).toBeUndefined();
  });

  it('what goes into the history shows no face', async () => {
    const { world, images } = await worldWithRound();
    const answer = await run(scoreImages(world), { ...REF, photoIds, set: SET, images });
    expect(JSON.stringify(answer)).not.toMatch(/descriptor|phash|https?:/);
  });

  it('a reference without a face is left out, and not counted as far away', async () => {
    const { world, images } = await worldWithRound();
    const one = images.filter(({ type }) => type === 'portrait');
    const input = { ...REF, set: SET, images: one };
    const three = await run(scoreImages(world), { ...input, photoIds });
    expect(await run(scoreImages(world), { ...input, photoIds: [...photoIds, 'broken'] })).toEqual(three);
  });

  it('without any reference face the images say so, and the run goes on: they are paid for', async () => {
    const { world, images } = await worldWithRound();
    const { scores, summary } = await run(scoreImages(world), { ...REF, photoIds: ['broken'], set: SET, images });
    expect(scores.map((score) => score.state === 'not_scorable' && score.reason)).toEqual([
      'no_references',
      'no_references',
      'no_face',
    ]);
    expect(summary).toMatchObject({ scorable: 0, passed: false, references: { count: 0 } });
    expect(world.store.writes).toEqual([SCORING, ['saveScores', TENANT, IDENTITY, SET, scores, summary]]);
  });

  it('an image that is gone is not scored, and no score is made up', async () => {
    const { world, images } = await worldWithRound();
    const gone = { type: 'fullbody', imageId: 'id-fullbody' } as const;
    const { scores } = await run(scoreImages(world), { ...REF, photoIds, set: SET, images: [...images, gone] });
    expect(scores.map(({ state }) => state)).toEqual(['scored', 'scored', 'not_scorable', 'not_scorable']);
    expect(scores.at(-1)).toEqual({ ...gone, state: 'not_scorable', reason: 'unreadable' });
  });

  it('gives a sign of life after every picture', async () => {
    const { world, images } = await worldWithRound();
    const env = activityEnvironment();
    const beats: unknown[] = [];
    env.on('heartbeat', (details) => beats.push(details));
    await runIn(env, scoreImages(world), { ...REF, photoIds, set: SET, images });
    expect(beats).toEqual([
      ...[1, 2, 3].map((references) => ({ references, of: 3 })),
      ...[1, 2, 3].map((read) => ({ images: read, of: 3 })),
    ]);
  });

  it('an outage of the storage is tried again', async () => {
    const { world, images } = await worldWithRound();
    const get = async () => {
      throw new Failure('StoreUnavailable', 'The storage does not answer.');
    };
    const step = scoreImages({ ...world, files: { ...world.files, get } });
    expect(await failureOf(step, { ...REF, photoIds, set: SET, images })).toMatchObject({
      type: 'StoreUnavailable',
      nonRetryable: false,
    });
  });
});
