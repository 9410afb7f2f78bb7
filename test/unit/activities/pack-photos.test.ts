// The training archive: equal photos give equal bytes, and the trainer finds a caption beside every photo.

import { createHash } from 'node:crypto';
import { strFromU8, unzipSync } from 'fflate';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { packPhotos } from '../../../core/identities/pack-photos.ts';
import { archiveObject } from '../../../domain/keys.ts';
import type { Subject } from '../../../domain/subject.ts';
import { addPhotos, createFakePorts, IDENTITY, pathOf, TENANT } from '../../support/fake-ports.ts';
import { picture } from '../../support/readings.ts';
import { activityEnvironment, failureOf, run, runIn } from './run-step.ts';

const WOMAN = { kind: 'human', noun: 'woman' } as const;
const PHOTOS = { anna: picture(), bert: picture(), carl: picture() };
const input = (photoIds: string[], triggerWord = 'lkbdf', subject: Subject | undefined = WOMAN) => ({
  tenantId: TENANT,
  identityId: IDENTITY,
  photoIds,
  triggerWord,
  subject,
});

async function worldWithPhotos() {
  const world = createFakePorts();
  const photoIds = await addPhotos(world, PHOTOS);
  return { world, photoIds };
}

async function pack(photoIds = Object.keys(PHOTOS), triggerWord?: string, subject?: Subject) {
  const { world } = await worldWithPhotos();
  const packed = await run(packPhotos(world), input(photoIds, triggerWord, subject));
  const bytes = await world.files.get(archiveObject(TENANT, IDENTITY, packed.archiveSha256));
  return { world, packed, bytes };
}

const timeZone = process.env.TZ;
afterEach(() => {
  if (timeZone === undefined) delete process.env.TZ;
  else process.env.TZ = timeZone;
  vi.useRealTimers();
});

describe('the archive', () => {
  it('holds every photo as it is, in order, each beside a caption: trigger word and class noun', async () => {
    const { bytes } = await pack();
    const entries = unzipSync(bytes);
    expect(Object.keys(entries)).toEqual(['0001.jpg', '0001.txt', '0002.jpg', '0002.txt', '0003.jpg', '0003.txt']);
    const texts = Object.entries(entries).map(([name, content]) => [name, strFromU8(content)]);
    expect(texts.filter(([name]) => name?.endsWith('.jpg')).map(([, text]) => text)).toEqual(['anna', 'bert', 'carl']);
    for (const [name, text] of texts) {
      if (name?.endsWith('.txt')) expect(text).toBe('lkbdf woman');
    }
  });

  it('is named after its own SHA-256, and written down', async () => {
    const { world, packed, bytes } = await pack();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(packed).toEqual({ archiveSha256: sha256, bytes: bytes.length, photos: 3 });
    const object = archiveObject(TENANT, IDENTITY, sha256);
    expect(world.files.types.get(pathOf(object))).toBe('application/zip');
    expect(world.store.writes).toEqual([
      ['saveStage', TENANT, IDENTITY, 'uploading'],
      ['saveArchive', TENANT, IDENTITY, object],
    ]);
  });

  it('the same photos give the same bytes, whenever they are packed', async () => {
    const today = await pack();
    vi.useFakeTimers({ now: new Date('2031-07-01T12:00:00Z'), toFake: ['Date'] });
    const later = await pack();
    expect(later.bytes.equals(today.bytes)).toBe(true);
    expect(later.packed).toEqual(today.packed);
  });

  it.each(['Pacific/Kiritimati', 'America/Los_Angeles', 'Asia/Kolkata'])('and wherever: %s', async (zone) => {
    process.env.TZ = 'UTC';
    const here = await pack();
    process.env.TZ = zone;
    // The date of the entries is made when the module is loaded, as a worker in that time zone would do.
    vi.resetModules();
    const elsewhere = await import('../../../core/files/archive.ts');
    async function* contents() {
      for (const name of Object.keys(PHOTOS)) yield Buffer.from(name);
    }
    const archive = await elsewhere.packArchive(contents(), 'lkbdf woman');
    expect(archive.sha256).toBe(here.packed.archiveSha256);
  });

  it('another order, another photo, another trigger word or another noun give another archive', async () => {
    const shas = [
      await pack(),
      await pack(['bert', 'anna', 'carl']),
      await pack(['anna', 'bert']),
      await pack(undefined, 'lkgkl'),
      await pack(undefined, undefined, { kind: 'human', noun: 'man' }),
    ].map(({ packed }) => packed.archiveSha256);
    expect(new Set(shas).size).toBe(5);
  });

  it('of an identity that was begun without a class noun has the bytes that it always had', async () => {
    const { world, photoIds } = await worldWithPhotos();
    const { subject: _, ...older } = input(photoIds);
    // Written down from the archive as it was before there were nouns.
    const sha256 = 'f70d467b7f377cddbd77f0197fe1c56282db21ad622c3fbc78666b2e7844107b';
    expect(await run(packPhotos(world), older)).toEqual({ archiveSha256: sha256, bytes: 760, photos: 3 });
  });

  it('packed twice is one file', async () => {
    const { world, photoIds } = await worldWithPhotos();
    const first = await run(packPhotos(world), input(photoIds));
    expect(await run(packPhotos(world), input(photoIds), 2)).toEqual(first);
    expect(world.files.paths().filter((path) => path.endsWith('.zip'))).toHaveLength(1);
  });

  it('a sign of life for every photo', async () => {
    const { world, photoIds } = await worldWithPhotos();
    const env = activityEnvironment();
    let beats = 0;
    env.on('heartbeat', () => {
      beats += 1;
    });
    await runIn(env, packPhotos(world), input(photoIds));
    expect(beats).toBe(3);
  });

  it('is not written when a photo is missing', async () => {
    const { world } = await worldWithPhotos();
    const failure = await failureOf(packPhotos(world), input(['anna', 'dora']));
    expect(failure).toMatchObject({ type: 'NotFound', nonRetryable: true });
    expect(world.files.paths().some((path) => path.endsWith('.zip'))).toBe(false);
  });
});
