// Tests on request in the database: numbered under a lock, one at a time, beside what was approved.

import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Supabase } from '../../adapters/supabase/client.ts';
import { createRetests } from '../../adapters/supabase/retests.ts';
import { createTables, type Tables } from '../../adapters/supabase/tables.ts';
import type { Retests } from '../../core/ports/retests.ts';
import { pictureCallKey, pictureObject, retestWorkflowId } from '../../domain/keys.ts';
import type { RetestEnd } from '../../domain/steps.ts';
import { image, lora, newCast, newTenant, publication, scored, summary } from '../support/cast.ts';
import { GENERATOR } from '../support/models.ts';
import { retestSet } from '../support/sets.ts';
import { databaseOf, startTestSupabase, type TestSupabase } from '../support/supabase.ts';

let supabase: TestSupabase;
let client: Supabase;
let tables: Tables;
let retests: Retests;

beforeAll(async () => {
  supabase = await startTestSupabase();
  client = databaseOf(supabase);
  tables = createTables(client);
  retests = createRetests(client);
});
afterAll(() => supabase?.stop());

async function readyCast() {
  const cast = await newCast(client);
  await tables.identities.saveLora(cast.tenantId, cast.identityId, lora(cast));
  await tables.identities.publish(publication(cast));
  return cast;
}

test('is numbered, and one at a time, however many ask at once', async () => {
  const { tenantId, identityId } = await readyCast();
  const ids = Array.from({ length: 8 }, () => randomUUID());
  const opened = await Promise.all(ids.map((id) => retests.open(tenantId, identityId, id, ['portrait'])));
  expect(new Set(opened.map(({ retest }) => retest.id)).size).toBe(1);
  const first = opened[0]?.retest;
  expect(first).toMatchObject({ number: 1, state: 'running', types: ['portrait'] });
  expect(await retests.isKnown(tenantId, first?.id ?? '')).toBe(true);

  const end: RetestEnd = { state: 'done', failedImages: [] };
  await tables.retests.close(tenantId, identityId, 1, end);
  await tables.retests.close(tenantId, identityId, 1, { ...end, state: 'failed' });
  const again = await retests.open(tenantId, identityId, first?.id ?? '', ['portrait']);
  expect(again.retest).toMatchObject({ number: 1, state: 'done' });
  const second = await retests.open(tenantId, identityId, randomUUID(), ['profile', 'lighting']);
  expect(second.retest).toMatchObject({ number: 2, types: ['profile', 'lighting'] });
  expect((await retests.list(tenantId, identityId, 1)).map(({ number }) => number)).toEqual([2]);
});

test('keeps its images and its summary beside what was approved', async () => {
  const cast = await readyCast();
  const { tenantId, identityId } = cast;
  await retests.open(tenantId, identityId, randomUUID(), ['portrait']);
  const set = retestSet(1, 70);
  const again = {
    ...image(cast, 'portrait'),
    imageId: randomUUID(),
    set,
    object: pictureObject(tenantId, identityId, set, 'portrait'),
  };
  await tables.testImages.save(image(cast, 'portrait'));
  await tables.testImages.save(again);
  const { scores: before } = await row(identityId);
  const score = scored('portrait', again.imageId);
  await tables.testImages.saveScores(tenantId, identityId, set, [score], { ...summary, mean: 91 });
  expect((await row(identityId)).scores).toEqual(before);

  const key = pictureCallKey(identityId, set, 'portrait');
  const { error } = await supabase.client.from('provider_calls').insert({
    key,
    tenant_id: tenantId,
    subject_kind: 'identity',
    subject_id: identityId,
    profile: GENERATOR.id,
    endpoint: 'e',
    workflow_id: retestWorkflowId(identityId, 1),
    state: 'unknown',
    token: randomBytes(32).toString('base64url'),
    month: '2026-11-01',
    estimate_micros: 1,
  });
  expect(error).toBeNull();
  expect(await retests.list(tenantId, identityId, 5)).toMatchObject([
    { images: [{ imageId: again.imageId, score: { state: 'scored' } }], scores: { mean: 91 }, unclearCalls: [key] },
  ]);
});

test('compares with the photos that the identity was trained on', async () => {
  const { tenantId, identityId, photoIds } = await readyCast();
  const before = await retests.open(tenantId, identityId, randomUUID(), ['portrait']);
  expect([before.photoIds, before.heldOut]).toEqual([photoIds, undefined]);
  await tables.retests.close(tenantId, identityId, 1, { state: 'done', failedImages: [] });
  await tables.identities.saveReferences(tenantId, identityId, photoIds.slice(1), photoIds[1]);
  const after = await retests.open(tenantId, identityId, randomUUID(), ['portrait']);
  expect([after.photoIds, after.heldOut]).toEqual([photoIds.slice(1), photoIds[1]]);
});

test('is not for an identity that is not ready, nor for another tenant', async () => {
  const cast = await newCast(client);
  const failure = (code: string) => expect.objectContaining({ name: 'Failure', code });
  const open = (tenantId: string) => retests.open(tenantId, cast.identityId, randomUUID(), ['portrait']);
  await expect(open(cast.tenantId)).rejects.toEqual(failure('Internal'));
  const stranger = await newTenant(client);
  await expect(open(stranger)).rejects.toEqual(failure('NotFound'));
  expect(await retests.list(stranger, cast.identityId, 5)).toEqual([]);
});

async function row(identityId: string) {
  const { data } = await client.from('identities').select().eq('id', identityId).single();
  return data ?? { scores: undefined };
}
