// The real supabase-js against the embedded Supabase: what our adapters rely on, in the behaviour of a hosted project.

import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrationFolder } from '../support/migration-folder.ts';
import { startTestSupabase, type TestSupabase, testClient } from '../support/supabase.ts';

const SCHEMA = `
create type public.stage as enum ('running', 'ready');
create table public.characters (
  id uuid primary key default gen_random_uuid(),
  slug text not null unique,
  name text not null check (char_length(name) > 0),
  stage public.stage not null default 'running',
  created_at timestamptz not null default now()
);
create table public.photos (
  id uuid primary key default gen_random_uuid(),
  character_id uuid not null references public.characters (id) on delete restrict,
  path text not null
);
create table public.budgets (id text primary key, cap bigint not null, spent bigint not null default 0);
create table public.ledger (key text primary key, amount bigint not null);
create table public.closed (id int primary key);
alter table public.characters enable row level security;
alter table public.photos enable row level security;
alter table public.budgets enable row level security;
alter table public.ledger enable row level security;
alter table public.closed enable row level security;
revoke all on public.closed from anon;

create function public.reserve(p_key text, p_amount bigint) returns boolean language plpgsql as $$
declare left_over bigint;
begin
  select cap - spent into left_over from public.budgets where id = 'b' for update;
  insert into public.ledger values (p_key, p_amount);
  if p_amount > left_over then
    raise exception 'the budget has % left', left_over using detail = 'asked for too much', hint = 'raise the cap';
  end if;
  update public.budgets set spent = spent + p_amount where id = 'b';
  return true;
end $$;
revoke all on function public.reserve from public, anon, authenticated;

create function public.who_asks() returns jsonb language sql as $$
  select jsonb_build_object(
    'role', current_user, 'claims', current_setting('request.jwt.claims')::jsonb, 'path', current_setting('request.path'),
    'client', current_setting('request.headers')::jsonb ->> 'x-client-info', 'left_over', current_setting('test.once', true),
    'once', set_config('test.once', 'yes', true));
$$;

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('photos', 'photos', false, 2000, array['image/png', 'image/jpeg'])
on conflict (id) do nothing;
`;

let supabase: TestSupabase;
let db: SupabaseClient;
let anon: SupabaseClient;
let migrations: string;

beforeAll(async () => {
  migrations = await migrationFolder({ '20260101000000_schema.sql': SCHEMA });
  supabase = await startTestSupabase(migrations);
  db = supabase.client;
  anon = testClient(supabase.url, supabase.publishableKey);
});

afterAll(async () => {
  await supabase?.stop();
  await rm(migrations, { recursive: true, force: true });
});

async function character(slug: string): Promise<string> {
  const { data } = await db.from('characters').insert({ slug, name: slug }).select().single().throwOnError();
  return data.id;
}

describe('rows', () => {
  test('times come as ISO 8601, as PostgREST writes them', async () => {
    const { data } = await db.from('characters').insert({ slug: 'time', name: 't' }).select().single().throwOnError();
    expect(data.created_at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/);
  });

  test('an upsert on a unique column updates the row that is there', async () => {
    const id = await character('upsert');
    const { data } = await db
      .from('characters')
      .upsert({ slug: 'upsert', name: 'second' }, { onConflict: 'slug' })
      .select()
      .single()
      .throwOnError();
    expect(data).toMatchObject({ id, name: 'second' });
  });

  test('of two compare-and-set updates one wins', async () => {
    const id = await character('cas');
    const advance = () => db.from('characters').update({ stage: 'ready' }).eq('id', id).eq('stage', 'running').select();
    const rows = (await Promise.all([advance(), advance()])).map(({ data }) => data?.length);
    expect(rows.sort()).toEqual([0, 1]);
  });

  test('related rows are embedded, both ways', async () => {
    const id = await character('embed');
    await db
      .from('photos')
      .insert([
        { character_id: id, path: 'a' },
        { character_id: id, path: 'b' },
      ])
      .throwOnError();
    const down = await db.from('characters').select('slug, photos(path)').eq('id', id).single();
    expect(down.data?.photos).toHaveLength(2);
    const up = await db
      .from('photos')
      .select('path, characters!inner(slug)')
      .eq('characters.slug', 'embed')
      .order('path');
    expect(up.data).toMatchObject([{ path: 'a', characters: { slug: 'embed' } }, { path: 'b' }]);
  });

  test.each([
    ['a duplicate', { slug: 'errors', name: 'x' }, '23505', 409],
    ['a failed check', { slug: 'new', name: '' }, '23514', 400],
    ['a missing value', { slug: 'new' }, '23502', 400],
    ['an unknown column', { slug: 'new', name: 'x', shoe: 1 }, 'PGRST204', 400],
    ['an unknown enum value', { slug: 'new', name: 'x', stage: 'lost' }, '22P02', 400],
  ])('%s answers with the code and status of PostgREST', async (_what, row, code, status) => {
    await db.from('characters').upsert({ slug: 'errors', name: 'x' }, { onConflict: 'slug' }).throwOnError();
    const answer = await db.from('characters').insert(row);
    expect(answer).toMatchObject({ status, error: { code } });
  });

  test('a row that others refer to cannot be deleted', async () => {
    const id = await character('parent');
    await db.from('photos').insert({ character_id: id, path: 'p' }).throwOnError();
    expect(await db.from('characters').delete().eq('id', id)).toMatchObject({ status: 409, error: { code: '23503' } });
  });

  test('single() on nothing answers PGRST116', async () => {
    const answer = await db.from('characters').select().eq('slug', 'nobody').single();
    expect(answer).toMatchObject({ status: 406, error: { code: 'PGRST116' } });
  });

  test('a whole table is neither deleted nor changed by a forgotten filter', async () => {
    await character('kept');
    expect((await db.from('characters').delete()).error?.code).toBe('21000');
    expect((await db.from('characters').update({ name: 'all' })).error?.code).toBe('21000');
    expect((await db.from('characters').select('name').eq('slug', 'kept').single()).data).toEqual({ name: 'kept' });
  });
});

describe('functions', () => {
  test('20 reservations at once take exactly what the budget allows, and what failed leaves no trace', async () => {
    await db.from('budgets').insert({ id: 'b', cap: 600 }).throwOnError();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => db.rpc('reserve', { p_key: `k${i}`, p_amount: 50 })),
    );
    expect(answers.filter(({ data }) => data === true)).toHaveLength(12);
    const budget = await db.from('budgets').select('spent').eq('id', 'b').single();
    expect(budget.data).toEqual({ spent: 600 });
    const ledger = await db.from('ledger').select('amount');
    expect(ledger.data?.reduce((sum, row) => sum + row.amount, 0)).toBe(600);
    expect(answers.find(({ error }) => error)).toMatchObject({
      status: 400,
      error: { code: 'P0001', message: 'the budget has 0 left', details: 'asked for too much', hint: 'raise the cap' },
    });
  });

  test('sees who asks and what, as PostgREST tells it, and nothing of the request before', async () => {
    for (const [client, role] of [[db, 'service_role'] as const, [anon, 'anon'] as const]) {
      const { data } = await client.rpc('who_asks').throwOnError();
      expect(data).toMatchObject({ role, claims: { role }, path: '/rpc/who_asks', once: 'yes' });
      expect(data.client).toMatch(/supabase-js/);
      expect(data.left_over ?? '').toBe('');
    }
  });

  test('a function that was revoked is refused to the public key', async () => {
    const answer = await anon.rpc('reserve', { p_key: 'anon', p_amount: 1 });
    expect(answer).toMatchObject({ status: 401, error: { code: '42501' } });
  });
});

describe('the public key', () => {
  test('sees nothing and writes nothing where row level security has no policy for it', async () => {
    await character('hidden');
    expect((await anon.from('characters').select()).data).toEqual([]);
    const written = await anon.from('characters').insert({ slug: 'anon', name: 'x' });
    expect(written).toMatchObject({ status: 401, error: { code: '42501' } });
    expect((await anon.from('characters').delete().neq('slug', '').select()).data).toEqual([]);
  });

  test("keeps what a migration's revoke took away", async () => {
    expect((await db.from('closed').select()).error).toBeNull();
    expect((await anon.from('closed').select()).error?.code).toBe('42501');
  });

  test('reads, lists, writes and signs nothing in a private bucket', async () => {
    await db.storage.from('photos').upload('anon/a.png', Buffer.from('a'), { contentType: 'image/png' });
    const bucket = anon.storage.from('photos');
    expect((await bucket.download('anon/a.png')).error).not.toBeNull();
    expect((await bucket.list('anon')).data).toEqual([]);
    expect((await bucket.upload('anon/b.png', Buffer.from('b'), { contentType: 'image/png' })).error).not.toBeNull();
    expect((await bucket.createSignedUrl('anon/a.png', 60)).error).not.toBeNull();
  });

  test('another key is refused', async () => {
    expect((await testClient(supabase.url, 'sb_secret_guessed').from('characters').select()).status).toBe(401);
  });
});

describe('storage', () => {
  const bytes = randomBytes(1_000);
  const bucket = () => db.storage.from('photos');
  const upload = (key: string, body: Buffer | Blob | ReadableStream = bytes, options = {}) =>
    bucket().upload(key, body, { contentType: 'image/png', duplex: 'half', ...options });
  const contentOf = async (key: string) => {
    const { data } = await bucket().download(key);
    return data && Buffer.from(await data.arrayBuffer());
  };
  const signed = async (key: string, seconds = 60, options = {}) => {
    const { data } = await bucket().createSignedUrl(key, seconds, options);
    return data?.signedUrl ?? 'https://unsigned.invalid';
  };

  test.each([
    ['a buffer', () => bytes],
    ['a stream', () => new Blob([bytes]).stream()],
    ['a blob', () => new Blob([bytes], { type: 'image/png' })],
    ['a file', () => new File([bytes], 'f.png', { type: 'image/png' })],
  ])('%s comes back byte for byte, with its type', async (what, body) => {
    const key = `forms/${what.replace(' ', '-')}`;
    expect((await upload(key, body())).error).toBeNull();
    const { data } = await bucket().download(key);
    expect(data?.type).toBe('image/png');
    expect(await contentOf(key)).toEqual(bytes);
  });

  test('a key that is taken answers 409 and keeps its bytes, also when ten come at once', async () => {
    const bodies = Array.from({ length: 10 }, () => randomBytes(500));
    const answers = await Promise.all(bodies.map((body) => upload('taken.png', body)));
    const winner = answers.findIndex(({ error }) => error === null);
    expect(answers.filter(({ error }) => error === null)).toHaveLength(1);
    expect(answers.find(({ error }) => error)?.error).toMatchObject({ statusCode: '409' });
    expect(await contentOf('taken.png')).toEqual(bodies[winner]);
  });

  test('an upsert replaces the bytes', async () => {
    await upload('replaced.png');
    await upload('replaced.png', Buffer.from('second'), { upsert: true });
    expect((await contentOf('replaced.png'))?.toString()).toBe('second');
  });

  test('a key and a folder may have the same name', async () => {
    await upload('same');
    await upload('same/below.png', Buffer.from('below'));
    expect(await contentOf('same')).toEqual(bytes);
    expect((await contentOf('same/below.png'))?.toString()).toBe('below');
  });

  test("the bucket's limits from the migration hold for every form of upload", async () => {
    const large = Buffer.alloc(2_001);
    expect((await upload('large.png', large)).error).toMatchObject({ statusCode: '413' });
    expect((await upload('large.png', new Blob([large]).stream())).error).toMatchObject({ statusCode: '413' });
    expect((await upload('large.png', new Blob([large], { type: 'image/png' }))).error).toMatchObject({
      statusCode: '413',
    });
    expect((await upload('text.txt', bytes, { contentType: 'text/plain' })).error).toMatchObject({ statusCode: '415' });
    expect(await contentOf('large.png')).toBeNull();
  });

  test('folders are listed as folders, names relative to them', async () => {
    for (const key of ['tree/b.png', 'tree/a.png', 'tree/deep/c.png', 'treehouse/d.png']) await upload(key);
    const inside = await bucket().list('tree', { sortBy: { column: 'name', order: 'asc' } });
    expect(inside.data?.map(({ name, id }) => [name, id !== null])).toEqual([
      ['a.png', true],
      ['b.png', true],
      ['deep', false],
    ]);
    expect((await bucket().list('', { search: 'TREE' })).data?.map(({ name }) => name)).toEqual(['tree', 'treehouse']);
    expect((await bucket().list('tree', { limit: 1, offset: 1 })).data?.map(({ name }) => name)).toEqual(['b.png']);
  });

  test('what is removed is gone from the list, the downloads and the signed addresses', async () => {
    await upload('gone.png');
    const address = await signed('gone.png');
    expect((await bucket().remove(['gone.png', 'never.png'])).data?.map(({ name }) => name)).toEqual(['gone.png']);
    expect(await contentOf('gone.png')).toBeNull();
    expect((await fetch(address)).status).toBe(400);
    expect((await bucket().exists('gone.png')).data).toBe(false);
  });

  test('copy, move, info and exists tell the truth', async () => {
    await upload('facts/a.png');
    expect((await bucket().copy('facts/a.png', 'facts/b.png')).data).toEqual({ path: 'photos/facts/b.png' });
    expect((await bucket().move('facts/b.png', 'facts/c.png')).error).toBeNull();
    expect(await contentOf('facts/b.png')).toBeNull();
    expect(await contentOf('facts/c.png')).toEqual(bytes);
    expect((await bucket().info('facts/c.png')).data).toMatchObject({ size: 1_000, contentType: 'image/png' });
    expect((await bucket().exists('facts/c.png')).data).toBe(true);
  });

  test('keys that climb out of the bucket are refused', async () => {
    expect((await upload('../evil.png')).error).not.toBeNull();
    const raw = await fetch(`${supabase.url}/storage/v1/object/photos/..%2f..%2fevil.png`, {
      method: 'POST',
      headers: { apikey: supabase.secretKey, 'content-type': 'image/png' },
      body: new Uint8Array(bytes),
    });
    expect(raw.status).toBe(400);
  });

  describe('signed addresses', () => {
    test('work over plain fetch, whole and in parts', async () => {
      await upload('signed.png');
      const address = await signed('signed.png');
      const whole = await fetch(address);
      expect(whole.headers.get('content-type')).toBe('image/png');
      expect(Buffer.from(await whole.arrayBuffer())).toEqual(bytes);

      const part = await fetch(address, { headers: { range: 'bytes=10-19' } });
      expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 10-19/1000']);
      expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(10, 20));
      expect((await fetch(address, { headers: { range: 'bytes=1000-' } })).status).toBe(416);

      const known = await fetch(address, { headers: { 'if-none-match': whole.headers.get('etag') ?? '' } });
      expect(known.status).toBe(304);
      const head = await fetch(address, { method: 'HEAD' });
      expect(head.headers.get('content-length')).toBe('1000');
    });

    test('name the file when asked to', async () => {
      await upload('named.png');
      const answer = await fetch(await signed('named.png', 60, { download: 'Mara 1.png' }));
      expect(answer.headers.get('content-disposition')).toContain("filename*=UTF-8''Mara%201.png");
    });

    test('answer 400 when forged, used for another object or expired', async () => {
      await upload('mine.png');
      await upload('other.png');
      const address = await signed('mine.png');
      const refused = async (url: string) => {
        const answer = await fetch(url);
        return [answer.status, ((await answer.json()) as { error: string }).error];
      };
      // The middle of the signature: its last letter may hold bits that count for nothing.
      const forged = `${address.slice(0, -20)}${address.at(-20) === 'A' ? 'B' : 'A'}${address.slice(-19)}`;
      expect(await refused(forged)).toEqual([400, 'InvalidJWT']);
      expect(await refused(address.replace('mine.png', 'other.png'))).toEqual([400, 'InvalidSignature']);
      expect(await refused(await signed('mine.png', -1))).toEqual([400, 'InvalidJWT']);
      expect((await fetch(address.replace(/\?.*/, ''))).status).toBe(400);
    });

    test('in bulk, a missing object fails alone', async () => {
      await upload('bulk a+b.png');
      const { data } = await bucket().createSignedUrls(['bulk a+b.png', 'bulk-none.png'], 60);
      expect((await fetch(data?.[0]?.signedUrl ?? '')).status).toBe(200);
      expect(data?.[1]).toMatchObject({ signedUrl: null, error: expect.any(String) });
    });

    test('for uploads take one file, within the limits of the bucket', async () => {
      const { data } = await bucket().createSignedUploadUrl('up.png');
      const put = (body: Uint8Array<ArrayBuffer>, type = 'image/png') =>
        fetch(data?.signedUrl ?? '', { method: 'PUT', headers: { 'content-type': type }, body });
      expect((await put(new Uint8Array(2_001))).status).toBe(400);
      expect((await put(new Uint8Array(bytes), 'text/html')).status).toBe(400);
      const stored = await bucket().uploadToSignedUrl('up.png', data?.token ?? '', bytes, { contentType: 'image/png' });
      expect(stored.data).toMatchObject({ path: 'up.png', fullPath: 'photos/up.png' });
      expect((await put(new Uint8Array(bytes))).status).toBe(400);
      expect(await contentOf('up.png')).toEqual(bytes);
    });
  });
});
