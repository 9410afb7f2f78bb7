// Batches, stills and pictures for tests that begin with them.

import { randomUUID } from 'node:crypto';
import type { NewBatch, NewStill, StillPicture, StillRow, Stills } from '../../core/ports/stills.ts';
import { stillObject } from '../../domain/keys.ts';
import type { CastMember, FrameCheck } from '../../domain/stills/still.ts';
import { checkOf, face } from './stills.ts';

const SIZE = { width: 1328, height: 752 };
const PRICE = { lowest: 70_000, highest: 140_000 };

const member = (name: string, order: number): CastMember => ({
  characterId: randomUUID(),
  identityId: randomUUID(),
  version: 1,
  name,
  subject: { kind: 'human', noun: 'person' },
  triggerWord: `lk${name.toLowerCase()}`,
  loraSha256: 'a'.repeat(64),
  strength: 80,
  family: 'flux1',
  place: { kind: 'order', order },
});

export const newPair = (): CastMember[] => [member('Mara', 0), member('Jonas', 1)];

/** A still of two characters, left and right, unless it says otherwise. */
export function newStill(
  number: number,
  { cast = newPair(), ...rest }: Partial<NewStill> & { cast?: CastMember[] } = {},
): NewStill {
  return {
    id: randomUUID(),
    number,
    frame: number - 1,
    frameId: `frame-${number}`,
    variant: 1,
    manifest: {
      route: cast.length > 1 ? 'lora+inpaint' : 'lora',
      cast,
      prompts: { scene: `scene ${number}`, faces: cast.map(({ name }) => `face of ${name}`) },
      size: SIZE,
      references: [],
    },
    seed: 7,
    price: PRICE,
    ...rest,
  };
}

export function newBatch(tenantId: string, stills: NewStill[], rest: Partial<NewBatch> = {}): NewBatch {
  const price = { lowest: PRICE.lowest * stills.length, highest: PRICE.highest * stills.length };
  return {
    id: randomUUID(),
    tenantId,
    requestHash: 'a'.repeat(64),
    context: { projectId: 'p-1' },
    ignored: [],
    maxRepairs: 2,
    budget: price.highest,
    price,
    stills,
    ...rest,
  };
}

/** The stills of a new batch, all of one cast. */
export async function addStills(
  stills: Stills,
  tenantId: string,
  count: number,
  { cast = newPair() }: { cast?: CastMember[] } = {},
): Promise<StillRow[]> {
  const asked = Array.from({ length: count }, (_, index) => newStill(index + 1, { cast }));
  const opened = await stills.open(newBatch(tenantId, asked), { openBatches: 1000, monthCap: 1_000_000_000 });
  if (!('batch' in opened)) throw new Error(`Refused: ${opened.refused}`);
  return stills.list(tenantId, opened.batch.id, 0, count);
}

/** A picture that was drawn, without its check. */
export function newPicture(
  number: number,
  { tenantId, batchId, stillId }: { tenantId: string; batchId: string; stillId: string },
): Omit<StillPicture, 'check' | 'createdAt'> {
  return {
    id: randomUUID(),
    number,
    kind: 'draw',
    base: undefined,
    seed: 7,
    size: SIZE,
    object: stillObject(tenantId, batchId, stillId, number),
    sha256: 'b'.repeat(64),
    flagged: false,
  };
}

/** The check that recognised the members of the cast with these scores. */
export function recognised(scores: readonly number[], findings: FrameCheck['findings'] = []): FrameCheck {
  const faces = scores.map((score, index) => face(index, 'recognised', index, score));
  return checkOf(faces, findings);
}
