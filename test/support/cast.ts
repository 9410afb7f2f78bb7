// Rows to test with: a tenant with a character, its photos and identities, made as the API makes them, and what a run
// writes about them.

import { randomUUID } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import type { Supabase } from '../../adapters/supabase/client.ts';
import { createTenant } from '../../adapters/supabase/keys.ts';
import { createTables } from '../../adapters/supabase/tables.ts';
import type { Publication, StartLimits, StoredLora } from '../../core/ports/identities.ts';
import type { PhotoRow } from '../../core/ports/photos.ts';
import type { StoredTestImage } from '../../core/ports/test-images.ts';
import type { DecisionRecord } from '../../domain/identity-state.ts';
import { loraObject, photoObject, pictureObject } from '../../domain/keys.ts';
import type { ImageScore, ScoreSummary } from '../../domain/score.ts';
import type { TestType } from '../../domain/test-suite.ts';
import { PAIR } from './models.ts';
import { roundSet } from './sets.ts';

export const sha = (digit: string): string => digit.repeat(64);

export async function newTenant(client: Supabase): Promise<string> {
  return (await createTenant(client, `Tenant ${randomUUID()}`)).tenantId;
}

export function newPhoto(tenantId: string, characterId: string): Omit<PhotoRow, 'createdAt'> {
  const id = randomUUID();
  return {
    id,
    tenantId,
    characterId,
    origin: { kind: 'uploaded' },
    object: photoObject(tenantId, characterId, id),
    sourceSha256: sha('a'),
    width: 800,
    height: 600,
    report: { photoId: id, verdict: 'accepted', findings: [] },
  };
}

/** For starts that nothing but their character and photos may refuse. */
export const NO_LIMITS: StartLimits = {
  minPhotos: 0,
  maxPhotos: 20,
  openRuns: 1000,
  wanted: 0,
  caps: { month: Number.MAX_SAFE_INTEGER, identity: Number.MAX_SAFE_INTEGER },
};

export interface Cast {
  tenantId: string;
  characterId: string;
  photoIds: string[];
  identityId: string;
}

/** A tenant of its own, unless one is given, with one character of two photos and one identity. */
export async function newCast(client: Supabase, givenTenant?: string): Promise<Cast> {
  const tables = createTables(client);
  const tenantId = givenTenant ?? (await newTenant(client));
  const { id: characterId } = await tables.characters.create(tenantId, 'Ada');
  const photoIds: string[] = [];
  for (let i = 0; i < 2; i++) photoIds.push((await tables.photos.add(newPhoto(tenantId, characterId))).id);
  const identityId = await newIdentity(client, { tenantId, characterId, photoIds });
  return { tenantId, characterId, photoIds, identityId };
}

/** The row alone, whatever the photos, the budget and the number of open runs would say to a start. */
export async function newIdentity(client: Supabase, cast: Omit<Cast, 'identityId'>): Promise<string> {
  const row = {
    id: randomUUID(),
    tenant_id: cast.tenantId,
    character_id: cast.characterId,
    request_hash: sha('b'),
    photo_ids: cast.photoIds,
    start_strength: 80,
    reference_strength: 80,
    training_steps: 1000,
    ...PAIR,
  };
  // Our types let nobody write such a row but by a start.
  const { error } = await (client as SupabaseClient).from('identities').insert(row);
  if (error) throw new Error(`The identity was not written: ${error.message}`);
  return row.id;
}

export const lora = ({ tenantId, identityId }: Cast, training = 1): StoredLora => ({
  training,
  object: loraObject(tenantId, identityId, training),
  sha256: sha(String(training)),
  bytes: 89_745_224,
});

export const image = ({ tenantId, identityId }: Cast, type: TestType, round = 1): StoredTestImage => ({
  imageId: randomUUID(),
  tenantId,
  identityId,
  set: roundSet(round),
  type,
  seed: 5_000_000_000,
  object: pictureObject(tenantId, identityId, roundSet(round), type),
  sha256: sha('e'),
});

export const scored = (type: TestType, imageId: string): ImageScore => ({
  type,
  imageId,
  state: 'scored',
  score: 91.5,
  distance: 0.501,
});

export const summary: ScoreSummary = {
  calibration: 'v1',
  mean: 91.5,
  worst: 91.5,
  scorable: 5,
  of: 5,
  passed: true,
  missed: [],
};

export const decision = (decisionId = 'decision-1'): DecisionRecord => ({
  decision: {
    decisionId,
    verdict: 'reject',
    next: 'retrain',
    round: 1,
    reason: 'The ears.',
    by: 'key-1',
    via: 'update',
  },
  at: '2026-11-22T12:00:00.000Z',
});

export const publication = (cast: Cast): Publication => ({
  tenantId: cast.tenantId,
  characterId: cast.characterId,
  identityId: cast.identityId,
  loraSha256: lora(cast).sha256,
  testSuite: 'suite-1',
  scores: summary,
  decisionRound: 2,
  decisionId: 'decision-1',
  approvedBy: 'key-1',
  referenceStrength: 70,
});
