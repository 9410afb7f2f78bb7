import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ObjectId, type ObjectStore, openObjectStore } from '../../../stack/supabase/object-store.ts';

let root: string;
let store: ObjectStore;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'likeness-objects-'));
  store = await openObjectStore(root);
});
afterEach(() => rm(root, { recursive: true, force: true }));

const PNG = { contentType: 'image/png', cacheControl: 'no-cache' };
const id = (key: string): ObjectId => ({ bucket: 'b', key });
const bodyOf = (text: string) => new Blob([text]).stream();
const put = async (key: string, text: string) => store.put(id(key), await store.receive(bodyOf(text)), PNG);

async function read(key: string): Promise<string | undefined> {
  const object = await store.open(id(key));
  const text = await object?.handle.readFile('utf8');
  await object?.handle.close();
  return text;
}

const filesOnDisk = async () =>
  (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).length;

test('what was put is found with its type, size and MD5 as ETag', async () => {
  await put('a', 'hello');
  expect(await read('a')).toBe('hello');
  expect(await store.find(id('a'))).toMatchObject({
    size: 5,
    contentType: 'image/png',
    eTag: '"5d41402abc4b2a76b9719d911017c592"',
  });
});

test('an object that is replaced or removed leaves no bytes behind, and stays readable for who has it open', async () => {
  await put('a', 'first');
  const open = await store.open(id('a'));
  await put('a', 'second');
  expect(await filesOnDisk()).toBe(2);
  await store.remove(id('a'));
  expect(await filesOnDisk()).toBe(0);
  expect(await open?.handle.readFile('utf8')).toBe('first');
  await open?.handle.close();
  expect(await store.find(id('a'))).toBeNull();
});

test('a replacement that a crash cut off before its record leaves the old object', async () => {
  const { body } = await put('a', 'first');
  const [folder = ''] = await readdir(join(root, 'objects'));
  await writeFile(join(root, 'objects', folder, 'half-written'), 'sec');
  expect(await read('a')).toBe('first');
  await put('a', 'third');
  expect(await filesOnDisk()).toBe(2);
  expect((await store.find(id('a')))?.body).not.toBe(body);
});

test('an upload that breaks off leaves nothing', async () => {
  const broken = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new Uint8Array(10));
    },
    pull() {
      throw new Error('the sender went away');
    },
  });
  await expect(store.receive(broken)).rejects.toThrow('the sender went away');
  expect(await filesOnDisk()).toBe(0);
});

test('uploads that nobody acknowledged are gone after the next start', async () => {
  await put('kept', 'kept');
  await put('unlisted', 'unlisted');
  await store.receive(bodyOf('waiting'));
  store = await openObjectStore(root);
  await store.keepOnly([id('kept')]);
  expect(await filesOnDisk()).toBe(2);
  expect(await read('kept')).toBe('kept');
});
