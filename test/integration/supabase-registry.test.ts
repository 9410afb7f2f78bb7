// What the API reads and writes, against a real database.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createBooks } from '../../adapters/supabase/books.ts';
import { createSupabaseClient, type Supabase } from '../../adapters/supabase/client.ts';
import { apiKeyHash, createApiKey, createTenant } from '../../adapters/supabase/keys.ts';
import { createLedger } from '../../adapters/supabase/ledger.ts';
import { createTables, type Tables } from '../../adapters/supabase/tables.ts';
import type { Books } from '../../core/ports/books.ts';
import type { StartLimits } from '../../core/ports/identities.ts';
import type { Page, PageRequest } from '../../core/ports/page.ts';
import type { PhotoReport } from '../../domain/photo-findings.ts';
import { identitySubject } from '../../domain/provider-call.ts';
import { image, NO_LIMITS, newCast, newIdentity, newPhoto, newTenant, sha } from '../support/cast.ts';
import { GENERATOR, PAIR } from '../support/models.ts';
import { identityCall } from '../support/new-call.ts';
import { roundSet } from '../support/sets.ts';
import { databaseOf, startTestSupabase, type TestSupabase } from '../support/supabase.ts';

let supabase: TestSupabase;
let client: Supabase;
const CAPS = { defaultCapMicros: 10, identityCapMicros: 10 };
let tables: Tables;
let books: Books;

beforeAll(async () => {
  supabase = await startTestSupabase();
  client = databaseOf(supabase);
  tables = createTables(client);
  books = createBooks(client, CAPS);
});
afterAll(() => supabase?.stop());

const failure = (code: string) => expect.objectContaining({ name: 'Failure', code });

describe('API keys', () => {
  test('a key is shown once, and known by its hash alone', async () => {
    const { tenantId } = await createTenant(client, 'Studio');
    const { key, keyId } = await createApiKey(client, { tenantId, name: 'CI', scopes: ['ledger'] });
    expect(key).toMatch(/^lk_[0-9a-f]{8}_[\w-]{43}$/);
    expect(await tables.keys.principal(apiKeyHash(key))).toEqual({ kind: 'key', tenantId, keyId, scopes: ['ledger'] });
    const { data } = await client.from('api_keys').select().eq('id', keyId).single();
    expect(data?.prefix).toBe(key.slice(3, 11));
    expect(JSON.stringify(data)).not.toContain(key.slice(12));
  });

  test('an unknown key and a revoked one belong to nobody', async () => {
    const { tenantId } = await createTenant(client, 'Studio');
    const { key, keyId } = await createApiKey(client, { tenantId, name: 'CI', scopes: ['ledger'] });
    expect(await tables.keys.principal(apiKeyHash(`${key}x`))).toBeUndefined();
    await client.from('api_keys').update({ revoked_at: new Date().toISOString() }).eq('id', keyId);
    expect(await tables.keys.principal(apiKeyHash(key))).toBeUndefined();
  });

  test('a key needs a tenant', async () => {
    await expect(createApiKey(client, { tenantId: randomUUID(), name: 'CI', scopes: ['ledger'] })).rejects.toEqual(
      failure('NotFound'),
    );
  });
});

describe('what the API reads', () => {
  test('a character, with its newest identity', async () => {
    const tenantId = await newTenant(client);
    const created = await tables.characters.create(tenantId, 'Ada');
    expect(created).toMatchObject({ tenantId, name: 'Ada', ready: undefined, newest: undefined });
    expect(await tables.characters.find(tenantId, created.id)).toEqual(created);

    await newIdentity(client, { tenantId, characterId: created.id, photoIds: [] });
    const second = await newIdentity(client, { tenantId, characterId: created.id, photoIds: [] });
    await tables.identities.saveStage(tenantId, second, 'scoring');
    expect((await tables.characters.find(tenantId, created.id))?.newest).toEqual({
      identityId: second,
      stage: 'scoring',
    });
  });

  test('photos as they were added, in the order of upload; a removed one is answered and gone', async () => {
    const { tenantId, characterId, photoIds } = await newCast(client);
    const photo = newPhoto(tenantId, characterId);
    const findings: PhotoReport['findings'] = [{ code: 'blurred', severity: 'warning', message: 'Soft.' }];
    const added = await tables.photos.add({ ...photo, report: { photoId: photo.id, verdict: 'warned', findings } });
    expect(added).toMatchObject({ ...photo, report: { verdict: 'warned', findings } });
    expect(await tables.photos.find(tenantId, photo.id)).toEqual(added);
    expect((await tables.photos.of(tenantId, characterId)).map((p) => p.id)).toEqual([...photoIds, photo.id]);

    expect(await tables.photos.remove(tenantId, photo.id)).toEqual(added);
    expect(await tables.photos.remove(tenantId, photo.id)).toBeUndefined();
    expect(await tables.photos.find(tenantId, photo.id)).toBeUndefined();
    await expect(tables.photos.add(newPhoto(tenantId, randomUUID()))).rejects.toEqual(failure('NotFound'));
  });

  test('an identity is created once, however many ask at once, and stays as it was', async () => {
    const { tenantId, characterId, photoIds } = await newCast(client);
    const wanted = {
      id: randomUUID(),
      tenantId,
      characterId,
      photoIds,
      requestHash: sha('c'),
      referenceStrength: 65,
      ...PAIR,
      trainingSteps: 500,
    };
    const answers = await Promise.all(Array.from({ length: 10 }, () => tables.identities.open(wanted, NO_LIMITS)));
    const other = await tables.identities.open({ ...wanted, requestHash: sha('d'), photoIds: [] }, NO_LIMITS);
    for (const answer of answers) expect(answer?.identity).toEqual(other?.identity);
    expect(other?.identity).toMatchObject({ ...wanted, stage: 'validating', version: undefined, closedAt: undefined });
    expect(await tables.identities.find(tenantId, wanted.id)).toEqual(other?.identity);
  });

  test('an identity is opened with all photos in their order, within every limit to the last', async () => {
    const { tenantId, characterId, photoIds } = await newCast(client);
    const books = createBooks(client, { defaultCapMicros: 10, identityCapMicros: 9 });
    const wanted = { tenantId, characterId, requestHash: sha('c'), referenceStrength: 65, ...PAIR, trainingSteps: 500 };
    const open = (limits: Partial<StartLimits>, chosen?: string[]) =>
      tables.identities.open(
        { ...wanted, id: randomUUID(), photoIds: chosen },
        { minPhotos: 1, maxPhotos: 2, openRuns: 3, wanted: 9, caps: books.caps, ...limits },
      );

    const refused = { photoIds, month: await books.budget(tenantId) };
    expect(refused.month).toMatchObject({ cap: 10, identityCap: 9, ownCap: false, reserved: 0, charged: 0 });
    for (const answer of [
      await open({ minPhotos: 3 }),
      await open({ maxPhotos: 1 }),
      await open({}, []),
      await open({}, [...photoIds, randomUUID()]),
      await open({ wanted: 10 }),
      await open({ openRuns: 1 }),
    ]) {
      expect(answer).toEqual(refused);
    }
    expect((await open({}))?.identity).toMatchObject({ ...wanted, photoIds, stage: 'validating' });
    const turned = photoIds.toReversed();
    expect((await open({}, turned))?.identity?.photoIds).toEqual(turned);
    expect(await open({})).toEqual(refused);

    await books.setMonthlyCap(tenantId, 8);
    expect(await open({ openRuns: 9 })).toMatchObject({ month: { cap: 8, ownCap: true } });
    expect((await open({ openRuns: 9, wanted: 8 }))?.identity).toBeDefined();
  });

  test('identities by stage and by character', async () => {
    const cast = await newCast(client);
    const other = await newCast(client, cast.tenantId);
    await tables.identities.saveStage(cast.tenantId, other.identityId, 'needs_operator');
    const ids = async (filter: Parameters<Tables['identities']['list']>[1]) =>
      (await tables.identities.list(cast.tenantId, filter, { limit: 10 })).items.map((row) => row.id);
    expect(await ids({})).toEqual([other.identityId, cast.identityId]);
    expect(await ids({ stage: 'needs_operator' })).toEqual([other.identityId]);
    expect(await ids({ characterId: cast.characterId })).toEqual([cast.identityId]);
    expect(await ids({ stage: 'needs_operator', characterId: cast.characterId })).toEqual([]);
  });

  test('test images in the order of the suite, and of their rounds', async () => {
    const cast = await newCast(client);
    const { tenantId, identityId } = cast;
    const images = [
      image(cast, 'lighting', 2),
      image(cast, 'fullbody'),
      image(cast, 'portrait'),
      image(cast, 'portrait', 2),
    ];
    for (const one of images) await tables.testImages.save(one);
    const shown = (await tables.testImages.list(tenantId, identityId)).map((one) => `${one.set.number} ${one.type}`);
    expect(shown).toEqual(['1 portrait', '2 portrait', '1 fullbody', '2 lighting']);
    const [lighting] = images;
    expect(await tables.testImages.find(tenantId, lighting?.imageId ?? '')).toEqual({
      id: lighting?.imageId,
      identityId,
      set: roundSet(2),
      type: 'lighting',
      object: lighting?.object,
    });
  });

  test('the call that a token names', async () => {
    const cast = await newCast(client);
    const ledger = createLedger(client, { defaultCapMicros: 10, identityCapMicros: 10 });
    const { call } = await ledger.open(identityCall(cast, { estimate: 7 }));
    expect(await ledger.byToken(call.token)).toEqual(call);
    expect(await ledger.byToken(call.token.toUpperCase())).toBeUndefined();
    expect(await ledger.byToken('')).toBeUndefined();
    expect(await ledger.byToken(`${call.token},id.neq.0`)).toBeUndefined();
    expect(await books.spend(cast.tenantId, identitySubject(cast.identityId))).toEqual({ reserved: 7, charged: 0 });
    expect(await books.spend(cast.tenantId, identitySubject(randomUUID()))).toEqual({ reserved: 0, charged: 0 });
  });

  test('what identities have cost, asked by many at once: to each its own, and nothing of another tenant', async () => {
    const ledger = createLedger(client, { defaultCapMicros: 1000, identityCapMicros: 1000 });
    const casts = await Promise.all(Array.from({ length: 5 }, () => newCast(client)));
    for (const [index, cast] of casts.entries()) {
      await ledger.open(identityCall(cast, { estimate: 10 + index }));
    }
    const requests = vi.spyOn(client, 'rpc');
    const stranger = await newTenant(client);
    const asked = Array.from({ length: 300 }, (_, n) => {
      const cast = casts[n % casts.length];
      if (n % 7 === 0) return books.spend(stranger, identitySubject(cast?.identityId ?? ''));
      if (n % 11 === 0) return books.spend(cast?.tenantId ?? '', identitySubject('ada'));
      return books.spend(cast?.tenantId ?? '', identitySubject(cast?.identityId ?? ''));
    });
    const expected = asked.map((_, n) => ({
      reserved: n % 7 === 0 || n % 11 === 0 ? 0 : 10 + (n % casts.length),
      charged: 0,
    }));
    expect(await Promise.all(asked)).toEqual(expected);
    expect(requests.mock.calls.length).toBeLessThanOrEqual(4);
    requests.mockRestore();
  });

  test('what an operator has to know of calls, in the order asked for, and nothing secret of them', async () => {
    const cast = await newCast(client);
    const ledger = createLedger(client, { defaultCapMicros: 10, identityCapMicros: 10 });
    const { id: profile, endpoint } = GENERATOR;
    const open = async (key: string) =>
      (await ledger.open(identityCall(cast, { key, profile, endpoint, estimate: 3 }))).call;
    const [first, second] = [
      await open(`${cast.identityId}/round/1/80/a`),
      await open(`${cast.identityId}/round/1/80/b`),
    ];
    await ledger.unknown(second, 'the connection broke');
    const keys = [second.key, 'no such key', first.key];
    const subject = identitySubject(cast.identityId);
    const known = { subject, profile, endpoint, estimate: 3, attempts: 1 };
    expect(await ledger.some(cast.tenantId, subject, keys)).toEqual([
      { ...known, key: second.key, postedAt: second.postedAt, reason: 'the connection broke' },
      { ...known, key: first.key, postedAt: first.postedAt, reason: undefined },
    ]);
    expect(await ledger.some(cast.tenantId, subject, [])).toEqual([]);
    expect(await ledger.some(await newTenant(client), subject, keys)).toEqual([]);
  });

  test('an id that is no UUID names nothing', async () => {
    const tenantId = await newTenant(client);
    expect(await tables.characters.find(tenantId, 'ada')).toBeUndefined();
    expect(await tables.photos.of(tenantId, 'ada')).toEqual([]);
    expect(await tables.photos.find(tenantId, 'ada')).toBeUndefined();
    expect(await tables.photos.remove(tenantId, 'ada')).toBeUndefined();
    expect(await tables.identities.find(tenantId, 'ada')).toBeUndefined();
    expect(await tables.identities.list(tenantId, { characterId: 'ada' }, { limit: 5 })).toEqual({ items: [] });
    expect(await tables.testImages.list(tenantId, 'ada')).toEqual([]);
    expect(await tables.testImages.find(tenantId, 'ada')).toBeUndefined();
    expect(await books.spend(tenantId, identitySubject('ada'))).toEqual({ reserved: 0, charged: 0 });
  });
});

describe('pages', () => {
  async function walk<T extends { id: string }>(list: (page: PageRequest) => Promise<Page<T>>, limit: number) {
    const ids: string[] = [];
    const sizes: number[] = [];
    for (let cursor: string | undefined, more = true; more; ) {
      const page = await list({ limit, cursor });
      ids.push(...page.items.map((item) => item.id));
      sizes.push(page.items.length);
      cursor = page.nextCursor;
      more = cursor !== undefined;
    }
    return { ids, sizes };
  }

  test('hold every character once, the newest first, also those of the same moment', async () => {
    const tenantId = await newTenant(client);
    const rows = Array.from({ length: 7 }, (_, i) => ({ tenant_id: tenantId, name: `Extra ${i}` }));
    // One statement gives all seven the same created_at.
    const { data } = await client.from('characters').insert(rows).select('id');
    const newest = await tables.characters.create(tenantId, 'Ada');
    const { ids, sizes } = await walk((page) => tables.characters.list(tenantId, page), 3);
    expect(sizes).toEqual([3, 3, 2]);
    expect(ids[0]).toBe(newest.id);
    expect([...ids].sort()).toEqual([newest.id, ...(data ?? []).map((row) => row.id)].sort());
  });

  test('stay in step while rows are added, and end exactly at the end', async () => {
    const cast = await newCast(client);
    for (let i = 0; i < 3; i++) await newIdentity(client, cast);
    const list = (page: PageRequest) => tables.identities.list(cast.tenantId, { stage: 'validating' }, page);
    const first = await list({ limit: 2 });
    await newIdentity(client, cast);
    const second = await list({ limit: 2, cursor: first.nextCursor });
    expect(new Set([...first.items, ...second.items].map((row) => row.id)).size).toBe(4);
    expect(second.items.at(-1)?.id).toBe(cast.identityId);
    expect(second.nextCursor).toBeUndefined();
  });

  test('do not begin at a cursor that is not ours', async () => {
    const tenantId = await newTenant(client);
    const page = { limit: 2, cursor: 'bm90IG91cnM' };
    await expect(tables.characters.list(tenantId, page)).rejects.toEqual(failure('NotFound'));
    await expect(tables.identities.list(tenantId, {}, page)).rejects.toEqual(failure('NotFound'));
  });
});

describe('a database that cannot be used', () => {
  test('away: StoreUnavailable', async () => {
    const away = createSupabaseClient({ url: 'http://127.0.0.1:1', serviceRoleKey: 'sb_secret_none' });
    await expect(createTables(away).characters.create(randomUUID(), 'Ada')).rejects.toEqual(
      failure('StoreUnavailable'),
    );
  });

  test('a wrong key: StoreUnavailable, and not an empty answer', async () => {
    const locked = createSupabaseClient({ url: supabase.url, serviceRoleKey: 'sb_secret_wrong' });
    const answer = createTables(locked).keys.principal(sha('a'));
    await expect(answer).rejects.toEqual(failure('StoreUnavailable'));
    await expect(answer).rejects.toThrow('SUPABASE_SERVICE_ROLE_KEY');
  });
});
