// The private buckets against a real storage service.

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSupabaseClient } from '../../adapters/supabase/client.ts';
import { createFileStore } from '../../adapters/supabase/file-store.ts';
import type { FileStore } from '../../core/ports/files.ts';
import { BUCKETS, type ObjectRef } from '../../domain/keys.ts';
import { databaseOf, startTestSupabase, type TestSupabase } from '../support/supabase.ts';

let supabase: TestSupabase;
let files: FileStore;

beforeAll(async () => {
  supabase = await startTestSupabase();
  const client = databaseOf(supabase);
  files = createFileStore(client, { reachableByProvider: false });
});
afterAll(() => supabase?.stop());

const newImage = (): ObjectRef => ({ bucket: BUCKETS.tests, key: `tenant/identity/1/${randomUUID()}.jpg` });
const failure = (code: string) => expect.objectContaining({ name: 'Failure', code });

test('a file comes back as it was put, also when it is put again', async () => {
  const image = newImage();
  const bytes = randomBytes(100_000);
  await files.put(image, bytes, 'image/jpeg');
  await files.put(image, bytes, 'image/jpeg');
  expect((await files.get(image)).equals(bytes)).toBe(true);
});

test('a file is replaced whole, by a shorter one too', async () => {
  const image = newImage();
  await files.put(image, randomBytes(100_000), 'image/jpeg');
  await files.put(image, new Uint8Array([1, 2, 3]), 'image/jpeg');
  expect([...(await files.get(image))]).toEqual([1, 2, 3]);
});

test('a view into a larger buffer is put as the view alone', async () => {
  const image = newImage();
  await files.put(image, Buffer.from('0123456789').subarray(3, 6), 'image/jpeg');
  expect((await files.get(image)).toString()).toBe('345');
});

test('every bucket takes what a run puts into it, a LoRA beyond the default limit of 50 MB too', async () => {
  const lora = Buffer.alloc(60 * 1024 * 1024, 7);
  await files.put({ bucket: BUCKETS.loras, key: 't/i/1.safetensors' }, lora, 'application/octet-stream');
  await files.put({ bucket: BUCKETS.references, key: 't/identities/i/a.zip' }, randomBytes(10), 'application/zip');
  await files.put({ bucket: BUCKETS.references, key: 't/c/photos/p.jpg' }, randomBytes(10), 'image/jpeg');
  expect((await files.get({ bucket: BUCKETS.loras, key: 't/i/1.safetensors' })).equals(lora)).toBe(true);
});

test('a file comes back that was put as a stream, over an older one too', async () => {
  const image = newImage();
  const pieces = [randomBytes(70_000), randomBytes(1), randomBytes(200_000)];
  async function* stream() {
    yield* pieces;
  }
  await files.put(image, Buffer.from('older'), 'image/jpeg');
  await files.put(image, stream(), 'image/jpeg');
  expect((await files.get(image)).equals(Buffer.concat(pieces))).toBe(true);
  const address = await fetch(await files.signedUrl(image, 60));
  expect([address.headers.get('content-type'), await address.arrayBuffer()]).toEqual(['image/jpeg', expect.anything()]);
});

test('the hash of a file is that of its bytes now; a missing file has none', async () => {
  const image = newImage();
  const bytes = randomBytes(300_000);
  await files.put(image, bytes, 'image/jpeg');
  expect(await files.sha256(image)).toBe(createHash('sha256').update(bytes).digest('hex'));
  await files.put(image, Buffer.from('another'), 'image/jpeg');
  expect(await files.sha256(image)).toBe(createHash('sha256').update('another').digest('hex'));
  await expect(files.sha256(newImage())).rejects.toEqual(failure('NotFound'));
});

test('a still and its mask are kept as PNG', async () => {
  const still: ObjectRef = { bucket: BUCKETS.stills, key: `t/b/s/${randomUUID()}.png` };
  await files.put(still, Buffer.from('png'), 'image/png');
  expect(String(await files.get(still))).toBe('png');
  await expect(files.put(still, Buffer.from('jpeg'), 'image/jpeg')).rejects.toMatchObject({ name: 'Failure' });
});

test('a stream that breaks off is not kept: the older file stays, and what broke it is thrown', async () => {
  const [fresh, replaced] = [newImage(), newImage()];
  await files.put(replaced, Buffer.from('older'), 'image/jpeg');
  const broken = new Error('the source broke');
  async function* stream() {
    yield randomBytes(200_000);
    throw broken;
  }
  for (const image of [fresh, replaced]) await expect(files.put(image, stream(), 'image/jpeg')).rejects.toBe(broken);
  await expect(files.get(fresh)).rejects.toEqual(failure('NotFound'));
  expect(String(await files.get(replaced))).toBe('older');
});

test('a copy is a file of its own, and is made once', async () => {
  const from: ObjectRef = { bucket: BUCKETS.references, key: `t/c/photos/${randomUUID()}.jpg` };
  const to: ObjectRef = { bucket: BUCKETS.references, key: `t/identities/i/references/${randomUUID()}.jpg` };
  await files.put(from, Buffer.from('a photo'), 'image/jpeg');
  expect(await files.has(to)).toBe(false);
  await files.copy(from, to);
  await files.copy(from, to);
  await files.remove(from.bucket, [from.key]);
  expect([await files.has(from), await files.has(to)]).toEqual([false, true]);
  expect(String(await files.get(to))).toBe('a photo');
  expect((await fetch(await files.signedUrl(to, 60))).headers.get('content-type')).toBe('image/jpeg');
  await expect(files.copy(from, { ...to, key: `${to.key}.other` })).rejects.toEqual(failure('NotFound'));
});

test('a type that the bucket is not for is refused', async () => {
  await expect(files.put(newImage(), randomBytes(10), 'text/html')).rejects.toEqual(failure('Internal'));
});

test('what is not there is NotFound', async () => {
  await expect(files.get(newImage())).rejects.toEqual(failure('NotFound'));
  await expect(files.signedUrl(newImage(), 60)).rejects.toEqual(failure('NotFound'));
});

test('removing takes more files than one request holds, and is no error twice', async () => {
  const images = Array.from({ length: 103 }, newImage);
  const keys = images.map((image) => image.key);
  const kept = newImage();
  for (const image of [...images.slice(0, 2), ...images.slice(-2), kept]) {
    await files.put(image, randomBytes(10), 'image/jpeg');
  }
  await files.remove(BUCKETS.tests, keys);
  await files.remove(BUCKETS.tests, keys);
  await files.remove(BUCKETS.tests, []);
  for (const image of [...images.slice(0, 2), ...images.slice(-2)]) {
    await expect(files.get(image)).rejects.toEqual(failure('NotFound'));
  }
  expect(await files.get(kept)).toHaveLength(10);
});

test('a signed address serves the file to anybody, with its type, and nothing else does', async () => {
  const image = newImage();
  await files.put(image, Buffer.from('a picture'), 'image/jpeg');
  const address = await files.signedUrl(image, 60);

  const answer = await fetch(address);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('image/jpeg');
  expect(await answer.text()).toBe('a picture');

  const forged = `${address.slice(0, -5)}AAAAA`;
  expect((await fetch(forged)).status).toBe(400);
  expect((await fetch(`${supabase.url}/storage/v1/object/public/${image.bucket}/${image.key}`)).ok).toBe(false);
  expect((await fetch(`${supabase.url}/storage/v1/object/${image.bucket}/${image.key}`)).ok).toBe(false);
});

test('a signed address ends', async () => {
  const image = newImage();
  await files.put(image, Buffer.from('a picture'), 'image/jpeg');
  const address = await files.signedUrl(image, 3);
  expect((await fetch(address)).status).toBe(200);
  await expect.poll(async () => (await fetch(address)).status, { timeout: 10_000, interval: 250 }).toBe(400);
});

test('storage that cannot be reached is StoreUnavailable', async () => {
  const url = 'http://127.0.0.1:1';
  const away = createFileStore(createSupabaseClient({ url, serviceRoleKey: 'sb_secret_none' }), {
    reachableByProvider: false,
  });
  await expect(away.get(newImage())).rejects.toEqual(failure('StoreUnavailable'));
  await expect(away.put(newImage(), randomBytes(10), 'image/jpeg')).rejects.toEqual(failure('StoreUnavailable'));
  await expect(away.has(newImage())).rejects.toEqual(failure('StoreUnavailable'));
  await expect(away.copy(newImage(), newImage())).rejects.toEqual(failure('StoreUnavailable'));
});

test('signs many addresses at once, in their order, and knows which file is missing', async () => {
  const [first, missing, second] = [newImage(), newImage(), newImage()];
  for (const image of [first, second]) await files.put(image, Buffer.from(image.key), 'image/jpeg');
  const signed = await files.signedUrls([first, missing, second, first], 60);
  expect(signed[1]).toBeUndefined();
  const read = async (address: string | undefined) => (await fetch(address ?? '')).text();
  expect(await Promise.all([signed[0], signed[2], signed[3]].map(read))).toEqual([first.key, second.key, first.key]);
});
