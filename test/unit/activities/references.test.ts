// What a run reads late is its own: a photo can be deleted in any stage, and harms neither the run nor a later test.

import { describe, expect, it } from 'vitest';
import { packPhotos } from '../../../core/identities/pack-photos.ts';
import { validatePhotos } from '../../../core/identities/validate-photos.ts';
import { scoreImages } from '../../../core/pictures/score-images.ts';
import type { FileStore } from '../../../core/ports/files.ts';
import { Failure } from '../../../domain/failure.ts';
import { identityFolders, photoObject, pictureObject, referenceObject } from '../../../domain/keys.ts';
import {
  addPhotos,
  CHARACTER,
  createFakePorts,
  type FakePorts,
  IDENTITY,
  pathOf,
  TENANT,
} from '../../support/fake-ports.ts';
import { descriptorAt, face, picture, samePerson } from '../../support/readings.ts';
import { roundSet } from '../../support/sets.ts';
import { failureOf, run } from './run-step.ts';

const REF = { tenantId: TENANT, identityId: IDENTITY };
const IDS = ['anna1', 'anna2', 'anna3'];
const INPUT = { ...REF, characterId: CHARACTER, photoIds: IDS, maxPhotos: 5 };
const anna = (n: number, name = `anna${n}`) => picture({ name, faces: [face({ descriptor: samePerson(n) })] });
const copyOf = (photoId: string) => pathOf(referenceObject(TENANT, IDENTITY, photoId));
const copies = (world: FakePorts) =>
  world.files.paths().filter((path) => path.startsWith(pathOf(identityFolders(TENANT, IDENTITY).references)));

async function worldWithAnna(): Promise<FakePorts> {
  const world = createFakePorts();
  await addPhotos(world, { anna1: anna(1), anna2: anna(2), anna3: anna(3) });
  return world;
}

function remove(world: FakePorts, ...photoIds: string[]): void {
  for (const photoId of photoIds) {
    world.store.photoIds.delete(photoId);
    world.files.objects.delete(pathOf(photoObject(TENANT, CHARACTER, photoId)));
  }
}

describe('the photos of a set that will do', () => {
  it('are copied into the identity’s own folder, the accepted ones and no others', async () => {
    const world = await worldWithAnna();
    const blurred = picture({ faces: [] });
    const photoIds = [...IDS, ...(await addPhotos(world, { blurred }))];
    expect((await run(validatePhotos(world), { ...INPUT, photoIds })).sufficient).toBe(true);
    expect(copies(world)).toEqual(IDS.map(copyOf));
    expect(IDS.map((id) => String(world.files.objects.get(copyOf(id))))).toEqual(IDS);
  });

  it('are there once however often the step is tried, and an attempt that was cut short is gone on with', async () => {
    const world = await worldWithAnna();
    let left = 2;
    const copy: FileStore['copy'] = async (...args) => {
      if (left-- <= 0) throw new Failure('StoreUnavailable', 'The storage does not answer.');
      return world.files.copy(...args);
    };
    const cut = validatePhotos({ ...world, files: { ...world.files, copy } });
    expect(await failureOf(cut, INPUT)).toMatchObject({ type: 'StoreUnavailable', nonRetryable: false });
    const first = await run(validatePhotos(world), INPUT, 2);
    expect(await run(validatePhotos(world), INPUT, 3)).toEqual(first);
    expect(copies(world)).toEqual(IDS.map(copyOf));
  });

  it('of a set that will not do nothing is copied, and nothing stays of an attempt that was cut short', async () => {
    const world = await worldWithAnna();
    await world.files.put(referenceObject(TENANT, IDENTITY, 'anna1'), Buffer.from('anna1'), 'image/jpeg');
    expect((await run(validatePhotos(world), { ...INPUT, photoIds: ['anna1'] })).sufficient).toBe(false);
    expect(copies(world)).toEqual([]);
  });

  it('one deleted between the look and the copy is named, and nothing goes on without it', async () => {
    const world = await worldWithAnna();
    const copy: FileStore['copy'] = async (from, to) => {
      remove(world, 'anna2');
      return world.files.copy(from, to);
    };
    const report = await run(validatePhotos({ ...world, files: { ...world.files, copy } }), INPUT);
    expect(report).toMatchObject({ sufficient: false, problem: { code: 'unknown_photos' } });
    expect(report.problem?.message).toContain('anna2');
    expect(copies(world)).toEqual([]);
    expect(world.store.writes.map(([name]) => name)).not.toContain('saveReferences');
  });
});

const SET = roundSet(1);
const IMAGES = [{ type: 'portrait', imageId: 'id-portrait' } as const];
const SCORE = { ...REF, photoIds: IDS, set: SET, images: IMAGES };

async function worldWithRound(): Promise<FakePorts> {
  const world = await worldWithAnna();
  const object = pictureObject(TENANT, IDENTITY, SET, 'portrait');
  world.readings.set('image', picture({ name: 'image', faces: [face({ descriptor: descriptorAt(20, 0.1) })] }));
  await world.files.put(object, Buffer.from('image'), 'image/jpeg');
  return world;
}

describe('a photo that is deleted later', () => {
  it.each([[['anna2']], [IDS]])('changes nothing of what is trained on and scored: %s', async (deleted) => {
    const [kept, without] = [await worldWithRound(), await worldWithRound()];
    for (const world of [kept, without]) await run(validatePhotos(world), INPUT);
    remove(without, ...deleted);
    const pack = { ...REF, photoIds: IDS, triggerWord: 'lkbdf' };
    expect(await run(packPhotos(without), pack)).toEqual(await run(packPhotos(kept), pack));
    const scored = await run(scoreImages(without), SCORE);
    expect(scored).toEqual(await run(scoreImages(kept), SCORE));
    expect(scored.scores[0]).toMatchObject({ state: 'scored' });
    expect(scored.summary.references?.count).toBe(3);
  });
});

describe('an identity from before there were copies', () => {
  it('is scored against the photos that are still there', async () => {
    const world = await worldWithRound();
    remove(world, 'anna2');
    const { scores, summary } = await run(scoreImages(world), SCORE);
    expect(scores[0]).toMatchObject({ state: 'scored' });
    expect(summary.references?.count).toBe(2);
  });

  it('without any: its images are not scored and say why, and the review goes on', async () => {
    const world = await worldWithRound();
    remove(world, ...IDS);
    const { scores, summary } = await run(scoreImages(world), SCORE);
    expect(scores).toMatchObject([{ ...IMAGES[0], state: 'not_scorable', reason: 'no_references' }]);
    expect(summary).toMatchObject({ scorable: 0, of: 1, passed: false, references: { count: 0 } });
    expect(world.store.writes.at(-1)).toEqual(['saveScores', TENANT, IDENTITY, SET, scores, summary]);
  });
});
