// The step `checkStill`: which references it compares with, what it keeps, and how often it reads a photo.

import { beforeEach, describe, expect, it } from 'vitest';
import type { Attempt } from '../../../core/ports/attempt.ts';
import type { IdentityRow } from '../../../core/ports/identities.ts';
import type { StillPicture, StillRow } from '../../../core/ports/stills.ts';
import { checkStill } from '../../../core/stills/check-still.ts';
import { createReferenceReadings } from '../../../core/stills/reference-readings.ts';
import { Failure } from '../../../domain/failure.ts';
import { BUCKETS, referenceObject } from '../../../domain/keys.ts';
import type { FaceReading, FrameReading, PictureReading } from '../../../domain/photo.ts';
import type { CastMember, FrameCheck } from '../../../domain/stills/still.ts';
import { createFakePorts, type FakePorts, TENANT } from '../../support/fake-ports.ts';
import { descriptorAt, face, picture } from '../../support/readings.ts';

const SIZE = { width: 1024, height: 768 };
const REF = { tenantId: TENANT, batchId: 'batch', stillId: 'still', number: 1, picture: 1 };

const attempt: Attempt = {
  signal: new AbortController().signal,
  number: 1,
  scheduledAt: 0,
  name: 'check',
  beat: () => undefined,
  warn: () => undefined,
};

/** A person's face: their axis of the descriptor, at a place of the picture. */
const faceOf = (axis: number, x = 300): FaceReading => {
  const reading = face({ descriptor: descriptorAt(axis, 1) });
  return { ...reading, box: { ...reading.box, x } };
};

const member = (name: string, changes: Partial<CastMember> = {}): CastMember => ({
  characterId: name,
  identityId: `identity-${name}`,
  version: 1,
  name,
  subject: { kind: 'human', noun: 'woman' },
  triggerWord: 'lkbdf',
  loraSha256: 'f'.repeat(64),
  strength: 80,
  family: 'flux',
  ...changes,
});

let ports: FakePorts;
let identities: Map<string, Pick<IdentityRow, 'referencePhotoIds' | 'photoIds' | 'subject'>>;
let frame: FrameReading;
let made: Partial<StillPicture>;
let cast: CastMember[];
let batch: { characterId: string; identityId: string }[];
let saved: [tenantId: string, stillId: string, number: number, check: FrameCheck][];
let shown: unknown[][];
let reads: string[];
let framesRead: number;

/** An identity with two photos of the person on this axis. */
async function addIdentity(name: string, axis: number, subject: IdentityRow['subject'] = undefined): Promise<void> {
  const identityId = `identity-${name}`;
  const photoIds = [`${name}-1`, `${name}-2`];
  identities.set(identityId, { referencePhotoIds: photoIds, photoIds: [], subject });
  for (const photoId of photoIds) {
    ports.readings.set(photoId, picture({ name: photoId, faces: [faceOf(axis)] }));
    await ports.files.put(referenceObject(TENANT, identityId, photoId), Buffer.from(photoId), 'image/jpeg');
  }
}

beforeEach(async () => {
  ports = createFakePorts();
  [identities, saved, shown, reads, framesRead] = [new Map(), [], [], [], 0];
  await addIdentity('anna', 0);
  await addIdentity('ben', 1);
  await addIdentity('cara', 2);
  cast = [member('anna'), member('ben')];
  batch = ['anna', 'ben', 'cara'].map((name) => ({ characterId: name, identityId: `identity-${name}` }));
  made = {};
  frame = { readable: true, ...SIZE, faces: [faceOf(0, 100), faceOf(1, 600)] };
  await ports.files.put({ bucket: BUCKETS.tests, key: 'made.png' }, Buffer.from('made'), 'image/png');
});

function step() {
  return checkStill({
    ...ports,
    identities: {
      ...ports.identities,
      find: async (tenantId, id) => {
        const row = identities.get(id);
        return tenantId === TENANT && row ? ({ id, tenantId, ...row } as IdentityRow) : undefined;
      },
    },
    stills: {
      async find(tenantId, stillId) {
        if (tenantId !== TENANT || stillId !== REF.stillId) return undefined;
        const object = { bucket: BUCKETS.tests, key: 'made.png' };
        const pictures = [{ number: 1, size: SIZE, object, flagged: false, ...made }];
        return { id: stillId, tenantId, state: 'drawing', manifest: { cast }, pictures } as unknown as StillRow;
      },
      cast: async () => batch,
      saveCheck: async (...written) => void saved.push(written),
      saveState: async (...written) => void shown.push(written),
    },
    vision: {
      async read(bytes): Promise<PictureReading> {
        reads.push(Buffer.from(bytes).toString());
        return ports.vision.read(bytes);
      },
      async readFrame() {
        framesRead += 1;
        return frame;
      },
    },
  });
}

describe('the check of a still', () => {
  it('compares with the references of the cast, and keeps what it answers', async () => {
    const check = await step()(REF, attempt);
    expect(check.findings).toEqual([]);
    expect(check.faces.map(({ member, score }) => [member, score])).toEqual([
      [0, 100],
      [1, 100],
    ]);
    expect(saved).toEqual([[TENANT, 'still', 1, check]]);
    expect(shown).toEqual([[TENANT, 'still', 'checking']]);
  });

  it('keeps no descriptor', async () => {
    await step()(REF, attempt);
    expect(JSON.stringify(saved)).not.toContain('descriptor');
  });

  it('knows the other characters of the batch', async () => {
    frame = { readable: true, ...SIZE, faces: [faceOf(0, 100), faceOf(2, 600)] };
    expect((await step()(REF, attempt)).findings).toEqual([
      { code: 'off_screen_person', face: 1, characterId: 'cara' },
      { code: 'missing_character', member: 1 },
    ]);
  });

  it('takes two versions of another character for one person', async () => {
    await addIdentity('cara-again', 2);
    batch.push({ characterId: 'cara', identityId: 'identity-cara-again' });
    frame = { readable: true, ...SIZE, faces: [faceOf(0, 100), faceOf(2, 600)] };
    expect((await step()(REF, attempt)).findings[0]).toMatchObject({ code: 'off_screen_person', characterId: 'cara' });
  });

  it('an older version of a member is nobody else', async () => {
    await addIdentity('anna-before', 0);
    batch.push({ characterId: 'anna', identityId: 'identity-anna-before' });
    expect((await step()(REF, attempt)).findings).toEqual([]);
  });

  it('uses the places of the manifest', async () => {
    cast = [
      member('anna', { place: { kind: 'order', order: 1 } }),
      member('ben', { place: { kind: 'order', order: 0 } }),
    ];
    expect((await step()(REF, attempt)).findings.map(({ code }) => code)).toEqual(['swapped', 'swapped']);
  });

  it('a member that is no human is not compared with anything', async () => {
    cast = [member('anna'), member('ben', { subject: { kind: 'creature', noun: 'dog' } })];
    await addIdentity('ben', 1, { kind: 'creature', noun: 'dog' });
    frame = { readable: true, ...SIZE, faces: [faceOf(0)] };
    expect((await step()(REF, attempt)).findings).toEqual([{ code: 'face_unverifiable', member: 1 }]);
    expect(reads).not.toContain('ben-1');
  });

  it('a member whose references are gone is not taken for missing', async () => {
    identities.delete('identity-ben');
    frame = { readable: true, ...SIZE, faces: [faceOf(0)] };
    expect((await step()(REF, attempt)).findings).toEqual([{ code: 'face_unverifiable', member: 1 }]);
  });

  it('does not read a picture that the provider flagged', async () => {
    made = { flagged: true };
    expect((await step()(REF, attempt)).findings).toEqual([{ code: 'provider_flagged' }]);
    expect([framesRead, reads]).toEqual([0, []]);
    expect(saved).toHaveLength(1);
  });

  it('refuses a picture that does not exist, or is damaged', async () => {
    await expect(step()({ ...REF, picture: 2 }, attempt)).rejects.toMatchObject({ code: 'NotFound' });
    await expect(step()({ ...REF, tenantId: 'tenant-2' }, attempt)).rejects.toMatchObject({ code: 'NotFound' });
    frame = { readable: false, problem: 'truncated', bytes: 4, format: 'png' };
    await expect(step()(REF, attempt)).rejects.toThrow('cannot be read: truncated');
    expect(saved).toEqual([]);
  });
});

describe('the references', () => {
  it('are read once in a process, also by two checks at once and by a later one', async () => {
    const check = step();
    await Promise.all([check(REF, attempt), check(REF, attempt)]);
    await check(REF, attempt);
    expect(reads.toSorted()).toEqual(['anna-1', 'anna-2', 'ben-1', 'ben-2', 'cara-1', 'cara-2']);
    expect(framesRead).toBe(3);
  });

  const anna = { tenantId: TENANT, identityId: 'identity-anna' };
  const readings = (options?: { forMs: number; most: number }) => {
    const vision = {
      read: async (bytes: Uint8Array) => {
        reads.push(Buffer.from(bytes).toString());
        return ports.vision.read(bytes);
      },
    };
    return createReferenceReadings({ ...ports, vision }, options);
  };

  it('are forgotten after their time, and the oldest when there are too many', async () => {
    const short = readings({ forMs: 0, most: 10 });
    await short.of(anna, ['anna-1'], attempt);
    await short.of(anna, ['anna-1'], attempt);
    expect(reads).toEqual(['anna-1', 'anna-1']);
    reads.length = 0;
    const few = readings({ forMs: 60_000, most: 1 });
    await few.of(anna, ['anna-1', 'anna-2'], attempt);
    await few.of(anna, ['anna-2', 'anna-1'], attempt);
    expect(reads).toEqual(['anna-1', 'anna-2', 'anna-1']);
  });

  it('that are gone are left out, and are looked for again', async () => {
    const kept = readings();
    expect(await kept.of(anna, ['anna-1', 'anna-3'], attempt)).toHaveLength(1);
    await ports.files.put(referenceObject(TENANT, anna.identityId, 'anna-3'), Buffer.from('anna-1'), 'image/jpeg');
    expect(await kept.of(anna, ['anna-1', 'anna-3'], attempt)).toHaveLength(2);
  });

  it('are read again after an error', async () => {
    let failures = 1;
    const vision = {
      async read(bytes: Uint8Array) {
        if (failures-- > 0) throw new Failure('Busy', 'Too much to do.');
        return ports.vision.read(bytes);
      },
    };
    const kept = createReferenceReadings({ ...ports, vision });
    await expect(kept.of(anna, ['anna-1'], attempt)).rejects.toMatchObject({ code: 'Busy' });
    expect(await kept.of(anna, ['anna-1'], attempt)).toHaveLength(1);
  });
});
