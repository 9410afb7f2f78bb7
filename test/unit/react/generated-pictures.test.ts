// Generated pictures in the form that starts a run: what they are called, where they are shown from, and which way they
// take into the store.

import { expect, test } from 'vitest';
import type { CharacterPicture } from '../../../client/index.ts';
import { byWay, nameOf, sourceOf } from '../../../react/state/generated-pictures.ts';

const about = { createdAt: '2026-11-30T10:00:00.000Z', links: { content: '/there' } };
const portrait: CharacterPicture = {
  ...about,
  pictureId: 'p1',
  source: { kind: 'test', identityId: 'i', type: 'fullbody' },
};
const still: CharacterPicture = {
  ...about,
  pictureId: 'p2',
  source: { kind: 'still', batchId: 'b', stillId: 's', number: 12 },
};

test('a test image and a still are told apart by name, and fetched from where each is', () => {
  expect([nameOf(portrait), nameOf(still)]).toEqual(['Full body, test image', 'Still 12']);
  expect([sourceOf(portrait), sourceOf(still)]).toEqual([{ imageId: 'p1' }, { pictureId: 'p2' }]);
});

test('files are sent, and pictures are named, each in the order of the form', () => {
  const photos = [{ key: 'a' }, { key: 'b', pictureId: 'p1' }, { key: 'c' }, { key: 'd', pictureId: 'p2' }];
  const { files, pictures } = byWay(photos);
  expect(files.map(({ key }) => key)).toEqual(['a', 'c']);
  expect(pictures.map(({ key, pictureId }) => [key, pictureId])).toEqual([
    ['b', 'p1'],
    ['d', 'p2'],
  ]);
  expect(byWay([])).toEqual({ files: [], pictures: [] });
});
