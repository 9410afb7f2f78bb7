// Names that two sides derive must be the same on both, and different for different things.

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  archiveObject,
  identityFolders,
  identityWorkflowId,
  loraObject,
  photoObject,
  pictureCallKey,
  pictureObject,
  referenceObject,
  setWorkflowId,
  stillAgainWorkflowId,
  stillCallKey,
  stillMaskObject,
  stillObject,
  stillWorkflowId,
  trainingCallKey,
  triggerWord,
} from '../../../domain/keys.ts';
import { TEST_TYPES } from '../../../domain/test-suite.ts';
import { rescueSet, retestSet, roundSet } from '../../support/sets.ts';

const A = '3f2a9c10-7b6d-4e5f-8a90-112233445566';
const B = '4e1b8d21-7b6d-4e5f-8a90-112233445566';

describe('the trigger word', () => {
  it('is the same for the same identity, and another for another', () => {
    expect(triggerWord(A)).toBe(triggerWord(A));
    expect(triggerWord(A)).not.toBe(triggerWord(B));
  });

  it('is a word of letters that no language knows: no vowel, eight letters', () => {
    for (const id of [A, B, '00000000-0000-4000-8000-000000000000', 'ffffffff-ffff-4fff-bfff-ffffffffffff']) {
      expect(triggerWord(id)).toMatch(/^lk[bdfgklmnprstvzxq]{6}$/);
    }
  });

  it('differs for ids that differ in one of their first six digits', () => {
    const words = [...'0123456789abcdef'].flatMap((digit) =>
      [0, 1, 2, 3, 4, 5].map((place) => triggerWord(`${A.slice(0, place)}${digit}${A.slice(place + 1)}`)),
    );
    const own = words.filter((word) => word === triggerWord(A));
    expect(own).toHaveLength(6);
    expect(new Set(words).size).toBe(words.length - own.length + 1);
  });

  it('is spread evenly enough that a thousand characters share none', () => {
    const ids = Array.from({ length: 1000 }, (_, i) => createHash('sha256').update(`character ${i}`).digest('hex'));
    expect(new Set(ids.map(triggerWord)).size).toBe(1000);
  });
});

describe('keys', () => {
  it('one ledger key a paid request: trainings, sets and types differ, retries do not', () => {
    const keys = [1, 2].flatMap((n) => [
      trainingCallKey(A, n),
      trainingCallKey(B, n),
      ...TEST_TYPES.flatMap((type) =>
        [roundSet(n), rescueSet(n, 70), rescueSet(n, 90), retestSet(n)].flatMap((set) => [
          pictureCallKey(A, set, type),
          pictureCallKey(B, set, type),
        ]),
      ),
    ]);
    expect(new Set(keys).size).toBe(keys.length);
    expect(trainingCallKey(A, 1)).toBe(trainingCallKey(A, 1));
    expect(pictureCallKey(A, roundSet(2), 'profile')).toBe(`${A}/round/2/80/profile`);
    expect(pictureCallKey(A, rescueSet(2, 90), 'profile')).toBe(`${A}/rescue/2/90/profile`);
  });

  it('an archive is named after its bytes', () => {
    expect(archiveObject('t', A, 'a'.repeat(64))).toEqual({
      bucket: 'character-references',
      key: `t/identities/${A}/archives/${'a'.repeat(64)}.zip`,
    });
  });

  it('every object lies below its tenant, and no two share a place', () => {
    const objectsOf = (tenant: string) => [
      photoObject(tenant, 'character', 'photo'),
      archiveObject(tenant, A, 'f'.repeat(64)),
      referenceObject(tenant, A, 'photo'),
      ...[1, 2].map((n) => loraObject(tenant, A, n)),
      ...[roundSet(1), roundSet(2), rescueSet(1, 90), retestSet(1)].flatMap((set) =>
        TEST_TYPES.map((type) => pictureObject(tenant, A, set, type)),
      ),
      ...[1, 2].flatMap((n) => [stillObject(tenant, A, B, n), stillMaskObject(tenant, A, B, n)]),
    ];
    const objects = [...objectsOf('t1'), ...objectsOf('t2')];
    for (const { key } of objectsOf('t1')) expect(key.startsWith('t1/')).toBe(true);
    expect(new Set(objects.map(({ bucket, key }) => `${bucket}/${key}`)).size).toBe(objects.length);
  });

  it('all that is made for an identity lies in its folders, and no folder in another', () => {
    const folders = Object.values(identityFolders('t', A)).map(({ bucket, key }) => `${bucket}/${key}/`);
    const objects = [
      archiveObject('t', A, 'f'.repeat(64)),
      referenceObject('t', A, 'photo'),
      loraObject('t', A, 1),
      pictureObject('t', A, rescueSet(1, 90), 'portrait'),
    ];
    const homes = objects.map(({ bucket, key }) => folders.filter((folder) => `${bucket}/${key}`.startsWith(folder)));
    expect(homes).toEqual(folders.map((folder) => [folder]));
  });

  it('a still has one ledger key a picture, and workflows below that of its batch', () => {
    expect([stillCallKey(A, 1), stillCallKey(A, 2), stillCallKey(B, 1)]).toEqual([
      `still/${A}/1`,
      `still/${A}/2`,
      `still/${B}/1`,
    ]);
    expect(stillWorkflowId(A, 7)).toBe(`stills/${A}/7`);
    expect(stillAgainWorkflowId(A, 7, 2)).toBe(`stills/${A}/7/again/2`);
    expect(stillObject('t', A, B, 3)).toEqual({ bucket: 'stills', key: `t/${A}/${B}/3.png` });
  });

  it('workflow ids name the identity, and a child its set and attempt', () => {
    expect(identityWorkflowId(A)).toBe(`identity/${A}`);
    expect(setWorkflowId(A, roundSet(2), 1)).toBe(`identity/${A}/round/2/80/1`);
    expect(setWorkflowId(A, rescueSet(2, 90), 3)).toBe(`identity/${A}/rescue/2/90/3`);
  });
});
