// Reviewers see what was judged: the references of an identity are shown from its own copies.

import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { referenceObject } from '../../../domain/keys.ts';
import type { PhotoVerdict } from '../../../domain/photo-findings.ts';
import { problemIn } from './problem-in.ts';
import { newWorld, OTHER_TENANT } from './world.ts';

function reviewed() {
  const world = newWorld();
  const character = world.addCharacter();
  const [held = '', ...others] = world.addPhotos(character, 3);
  const photoIds = [held, ...others];
  const identity = world.addIdentity(character, { photoIds, referencePhotoIds: photoIds, heldOut: held });
  const copy = ({ bucket, key } = referenceObject(identity.tenantId, identity.id, held)) => `${bucket}/${key}`;
  const path = (photoId = held, id = identity.id) => `/v1/identities/${id}/references/${photoId}/content`;
  const shown = async (of = path()) => (await world.ask('GET', of)).text();
  return { ...world, identity, character, photoIds, held, copy, path, shown };
}

test('a reference is the identity’s own copy, also when the photo was deleted', async () => {
  const { rows, held, copy, path, shown, ask } = reviewed();
  rows.objects.set(copy(), Buffer.from('the copy'));
  expect(await shown()).toBe('the copy');
  rows.photos.delete(held);
  expect(await shown()).toBe('the copy');
  expect((await ask('GET', path())).headers.get('content-type')).toBe('image/jpeg');
  expect((await ask('GET', `/v1/photos/${held}/content`)).status).toBe(404);
});

test('without a copy it is the photo, as long as that is there', async () => {
  const { rows, held, path, shown, ask } = reviewed();
  expect(await shown()).toBe(`photo ${held}`);
  rows.photos.delete(held);
  expect(await problemIn(await ask('GET', path()))).toMatchObject({ status: 404, code: 'not_found' });
});

test('nothing but the identity’s references is shown, and to nobody else', async () => {
  const { addCharacter, addIdentity, addPhotos, ask, character, path } = reviewed();
  const [later = ''] = addPhotos(character, 1);
  const other = addCharacter(OTHER_TENANT);
  const photoIds = addPhotos(other, 1);
  const theirs = addIdentity(other, { photoIds, referencePhotoIds: photoIds });
  const paths = [path(later), path(photoIds[0]), path(photoIds[0], theirs.id), path(randomUUID()), path('x')];
  const answers = await Promise.all(paths.map((each) => ask('GET', each)));
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
});

test('an identity tells its references once its photos will do, with where each is shown', async () => {
  const { rows, identity, photoIds, path, ask } = reviewed();
  const state = rows.states.get(identity.id);
  if (!state) throw new Error('the run is known');
  const read = async () => (await (await ask('GET', `/v1/identities/${identity.id}`)).json()) as object;
  const [first = '', second = '', rejected = ''] = photoIds;
  const report = (photoId: string, verdict: PhotoVerdict) => ({ photoId, verdict, findings: [] });
  const all = [report(first, 'accepted'), report(second, 'warned'), report(rejected, 'rejected')];
  const problem = { code: 'too_few_photos', message: 'At least 3.' } as const;
  rows.states.set(identity.id, { ...state, photos: all, photoProblem: problem });
  expect(await read()).toMatchObject({ references: [] });
  rows.states.set(identity.id, { ...state, photos: all });
  const references = [first, second].map((photoId) => ({ photoId, links: { content: path(photoId) } }));
  expect(await read()).toMatchObject({ source: 'run', references });
});

test('and when its run is no longer kept', async () => {
  const { rows, identity, photoIds, held, path, ask } = reviewed();
  rows.states.delete(identity.id);
  const references = photoIds.map((photoId) => ({ photoId, links: { content: path(photoId) } }));
  const answer = await (await ask('GET', `/v1/identities/${identity.id}`)).json();
  expect(answer).toMatchObject({ source: 'record', references, heldOut: held });
});
