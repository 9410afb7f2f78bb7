// Nobody sees or changes what is another's: another tenant's, or everything for whoever has no key of the server.

import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SupabaseClient } from '@supabase/supabase-js';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBooks } from '../../adapters/supabase/books.ts';
import type { Supabase } from '../../adapters/supabase/client.ts';
import { createFileStore } from '../../adapters/supabase/file-store.ts';
import { createLedger } from '../../adapters/supabase/ledger.ts';
import { createTables, type Tables } from '../../adapters/supabase/tables.ts';
import type { Books } from '../../core/ports/books.ts';
import type { StoredTestImage } from '../../core/ports/test-images.ts';
import { archiveObject, BUCKETS } from '../../domain/keys.ts';
import type { PhotoReport } from '../../domain/photo-findings.ts';
import { identitySubject } from '../../domain/provider-call.ts';
import {
  type Cast,
  decision,
  image,
  lora,
  NO_LIMITS,
  newCast,
  newPhoto,
  newTenant,
  publication,
  scored,
  sha,
  summary,
} from '../support/cast.ts';
import { PAIR } from '../support/models.ts';
import { identityCall } from '../support/new-call.ts';
import { databaseOf, startTestSupabase, type TestSupabase, testClient } from '../support/supabase.ts';
import { TENANT_TABLES } from '../support/tenant-tables.ts';

const MIGRATIONS = 'supabase/migrations';

let supabase: TestSupabase;
let client: Supabase;
let tables: Tables;
let books: Books;

beforeAll(async () => {
  supabase = await startTestSupabase();
  client = databaseOf(supabase);
  tables = createTables(client);
  books = createBooks(client, { defaultCapMicros: 10, identityCapMicros: 10 });
});
afterAll(() => supabase?.stop());

const failure = (code: string) => expect.objectContaining({ name: 'Failure', code });

describe('another tenant', () => {
  async function everythingOf(tenantId: string) {
    const tables = TENANT_TABLES.map(
      async (table) => (await client.from(table).select().eq('tenant_id', tenantId)).data,
    );
    return Promise.all(tables);
  }

  async function fullCast(): Promise<{ cast: Cast; portrait: StoredTestImage }> {
    const cast = await newCast(client);
    const portrait = image(cast, 'portrait');
    await tables.identities.saveLora(cast.tenantId, cast.identityId, lora(cast));
    await tables.testImages.save(portrait);
    await tables.identities.saveDecision(cast.tenantId, cast.identityId, decision());
    const ledger = createLedger(client, { defaultCapMicros: 10, identityCapMicros: 10 });
    await ledger.open(identityCall(cast, { estimate: 7 }));
    return { cast, portrait };
  }

  test('reads nothing', async () => {
    const { cast, portrait } = await fullCast();
    const other = await newTenant(client);
    const page = { limit: 10 };
    expect(await tables.characters.list(other, page)).toEqual({ items: [] });
    expect(await tables.characters.find(other, cast.characterId)).toBeUndefined();
    expect(await tables.photos.of(other, cast.characterId)).toEqual([]);
    for (const photoId of cast.photoIds) expect(await tables.photos.find(other, photoId)).toBeUndefined();
    expect(await tables.identities.find(other, cast.identityId)).toBeUndefined();
    expect(await tables.identities.list(other, {}, page)).toEqual({ items: [] });
    expect(await tables.identities.list(other, { characterId: cast.characterId }, page)).toEqual({ items: [] });
    expect(await tables.testImages.list(other, cast.identityId)).toEqual([]);
    expect(await tables.testImages.find(other, portrait.imageId)).toBeUndefined();
    expect(await books.spend(other, identitySubject(cast.identityId))).toEqual({ reserved: 0, charged: 0 });
    expect(await books.budget(other)).toMatchObject({ cap: 10, reserved: 0, charged: 0 });
    expect(await books.entries(other, {}, page)).toEqual({ items: [] });
    expect(await books.entries(other, { subject: identitySubject(cast.identityId) }, page)).toEqual({ items: [] });
    expect(await tables.photos.of(other, cast.characterId)).toEqual([]);
    await expect(tables.identities.lora(other, cast.identityId)).rejects.toEqual(failure('NotFound'));
  });

  test('changes nothing, and is told that there is nothing', async () => {
    const { cast, portrait } = await fullCast();
    const other = await newCast(client);
    const before = [await everythingOf(cast.tenantId), await everythingOf(other.tenantId)];
    const { tenantId } = other;
    const report: PhotoReport = { photoId: cast.photoIds[0] ?? '', verdict: 'rejected', findings: [] };
    const scores = [scored('portrait', portrait.imageId)];
    const photo = newPhoto(tenantId, cast.characterId);
    const start = { requestHash: sha('c'), referenceStrength: 1, ...PAIR, trainingSteps: 500 };
    const newIdentity = (id: string) => ({ ...cast, ...start, tenantId, id });

    await books.setMonthlyCap(tenantId, 3);
    expect(await books.budget(cast.tenantId)).toMatchObject({ cap: 10, ownCap: false, reserved: 7 });
    expect(await tables.photos.remove(tenantId, report.photoId)).toBeUndefined();
    for (const id of [randomUUID(), cast.identityId]) {
      expect(await tables.identities.open(newIdentity(id), NO_LIMITS)).toBeUndefined();
      const mine = { ...newIdentity(id), characterId: other.characterId, photoIds: cast.photoIds };
      expect(await tables.identities.open(mine, NO_LIMITS)).toMatchObject({ photoIds: other.photoIds });
    }
    const taken = { ...newIdentity(cast.identityId), characterId: other.characterId, photoIds: other.photoIds };
    expect(
      await tables.characters.setSubject(tenantId, cast.characterId, { kind: 'human', noun: 'man' }),
    ).toBeUndefined();
    const refusedCalls: Promise<unknown>[] = [
      tables.identities.open(taken, NO_LIMITS),
      tables.photos.add(photo),
      tables.photos.saveReports(tenantId, [report]),
      tables.identities.saveStage(tenantId, cast.identityId, 'failed'),
      tables.identities.saveArchive(tenantId, cast.identityId, archiveObject(tenantId, cast.identityId, sha('a'))),
      tables.identities.saveLora(tenantId, cast.identityId, lora(cast, 2)),
      tables.testImages.save({ ...portrait, tenantId, sha256: sha('f') }),
      tables.testImages.save({ ...portrait, tenantId, imageId: randomUUID(), sha256: sha('f') }),
      tables.testImages.saveScores(tenantId, cast.identityId, portrait.set, scores, summary),
      tables.testImages.saveScores(tenantId, cast.identityId, portrait.set, [], summary),
      tables.identities.saveStrength(tenantId, cast.identityId, 90, summary),
      tables.identities.saveDecision(tenantId, cast.identityId, decision()),
      tables.identities.saveDecision(tenantId, cast.identityId, decision('decision-2')),
      tables.identities.publish({ ...publication(cast), tenantId }),
      tables.identities.publish({ ...publication(cast), tenantId, characterId: other.characterId }),
      tables.identities.close(tenantId, cast.identityId, 'failed', 'not theirs'),
    ];
    for (const outcome of await Promise.allSettled(refusedCalls)) {
      expect(outcome).toEqual({ status: 'rejected', reason: expect.objectContaining({ name: 'Failure' }) });
    }
    expect([await everythingOf(cast.tenantId), await everythingOf(other.tenantId)]).toEqual(before);
  });
});

async function migrationsText(): Promise<string> {
  const files = (await readdir(MIGRATIONS)).sort().map((file) => readFile(join(MIGRATIONS, file), 'utf8'));
  return (await Promise.all(files)).join('\n');
}

/** Every table, view and function, as the migrations make them: no new one is forgotten. */
async function publicNames(): Promise<{ relations: string[]; functions: string[] }> {
  const sql = await migrationsText();
  const names = (pattern: RegExp) => [...new Set([...sql.matchAll(pattern)].map((match) => match[1] ?? ''))];
  return {
    relations: names(/^create (?:table|view) public\.(\w+)/gm),
    functions: names(/^create (?:or replace )?function public\.(\w+)/gm),
  };
}

describe.each(['anon', 'authenticated'] as const)('whoever has the role %s', (role) => {
  /** With the publishable key, as a browser has it; signed in when the role says so, as a person of that tenant. */
  async function outsider(tenantId: string): Promise<SupabaseClient> {
    if (role === 'anon') return testClient(supabase.url, supabase.publishableKey);
    const token = await new SignJWT({ role, app_metadata: { tenant_id: tenantId } })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(randomUUID())
      .setAudience('authenticated')
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(supabase.jwtSecret));
    return testClient(supabase.url, supabase.publishableKey, token);
  }

  test('reads and writes no row of any table or view', async () => {
    const cast = await newCast(client);
    const person = await outsider(cast.tenantId);
    const { relations } = await publicNames();
    expect(relations.length).toBeGreaterThanOrEqual(10);
    for (const relation of relations) {
      const { data, error } = await person.from(relation).select();
      expect([relation, data, error?.code]).toEqual([relation, null, '42501']);
    }
    const writes = [
      person.from('characters').insert({ tenant_id: cast.tenantId, name: 'Mine' }),
      person.from('tenants').update({ monthly_cap_micros: null }).eq('id', cast.tenantId),
      person
        .from('api_keys')
        .update({ scopes: ['admin'] })
        .eq('tenant_id', cast.tenantId),
      person.from('photos').delete().eq('tenant_id', cast.tenantId),
    ];
    for (const { error } of await Promise.all(writes)) expect(error?.code).toBe('42501');
    const sql = await migrationsText();
    for (const [, table] of sql.matchAll(/^create table public\.(\w+)/gm)) {
      expect(sql).toContain(`alter table public.${table} enable row level security;`);
    }
  });

  test('calls no function', async () => {
    const cast = await newCast(client);
    const person = await outsider(cast.tenantId);
    const { functions } = await publicNames();
    expect(functions).toContain('start_identity');
    for (const [name, args] of [
      ['subject_spend', { p_tenant: cast.tenantId, p_kind: 'identity', p_subject: cast.identityId }],
      ['subject_spends', { p_tenants: [cast.tenantId], p_kinds: ['identity'], p_subjects: [cast.identityId] }],
      ['month_budget', { p_tenant: cast.tenantId }],
    ] as const) {
      const answer = await person.rpc(name, args);
      expect([name, answer.data, answer.error?.code]).toEqual([name, null, '42501']);
    }
    const sql = await migrationsText();
    for (const name of functions) {
      const revoked = new RegExp(
        `revoke all on function [^;]*\\bpublic\\.${name}\\b[^;]*from public, anon, authenticated;`,
      );
      expect(sql, name).toMatch(revoked);
    }
  });

  test('opens no file', async () => {
    const cast = await newCast(client);
    const person = await outsider(cast.tenantId);
    const files = createFileStore(client, { reachableByProvider: false });
    const photo = { bucket: BUCKETS.references, key: `${cast.tenantId}/p.jpg` };
    await files.put(photo, Buffer.from('a photo'), 'image/jpeg');
    expect((await person.storage.from(photo.bucket).download(photo.key)).data).toBeNull();
    expect((await person.storage.from(photo.bucket).createSignedUrl(photo.key, 60)).data).toBeNull();
  });
});
