// The private buckets by the storage service.

import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import type { FileStore } from '../../core/ports/files.ts';
import type { Bucket, ObjectRef } from '../../domain/keys.ts';
import type { Supabase } from './client.ts';
import { lacksBucket, refusesKey, type StoreError } from './errors.ts';
import { unwrap, unwrapNothing } from './unwrap.ts';

/** Names in one request; the service takes at most 1000. */
const REMOVE_CHUNK = 100;
/** Names in one answer of a listing. */
const LIST_PAGE = 1000;
/** Seconds that caches may keep an object. None: a test image is replaced under its name; deleted means gone. */
const CACHE_SECONDS = '0';

/** The caller decides whether the provider can reach the service; see FileStore. */
export function createFileStore(
  client: Supabase,
  { reachableByProvider }: Pick<FileStore, 'reachableByProvider'>,
): FileStore {
  const bucketOf = ({ bucket }: Pick<ObjectRef, 'bucket'>) => client.storage.from(bucket);

  async function remove(bucket: Bucket, keys: readonly string[]): Promise<void> {
    for (let start = 0; start < keys.length; start += REMOVE_CHUNK) {
      const chunk = keys.slice(start, start + REMOVE_CHUNK);
      await unwrapNothing(bucketOf({ bucket }).remove(chunk), `files in ${bucket}`);
    }
  }

  /** The service lists one folder at a time; an entry without an id is a folder. */
  async function keysBelow(bucket: Bucket, folder: string): Promise<string[]> {
    const keys: string[] = [];
    for (let offset = 0; ; offset += LIST_PAGE) {
      const page = await unwrap(
        bucketOf({ bucket }).list(folder, { limit: LIST_PAGE, offset }),
        `the files in ${bucket}`,
      );
      for (const { id, name } of page) {
        if (id === null) keys.push(...(await keysBelow(bucket, `${folder}/${name}`)));
        else keys.push(`${folder}/${name}`);
      }
      if (page.length < LIST_PAGE) return keys;
    }
  }

  /** For a download with a wrong key the service answers that there is no such bucket; signing gives the real error. */
  async function downloadError(object: ObjectRef, found: StoreError): Promise<StoreError> {
    if (!lacksBucket(found)) return found;
    const { error } = await bucketOf(object).createSignedUrl(object.key, 1);
    return error && refusesKey(error) ? error : found;
  }

  return {
    reachableByProvider,

    async put(object, bytes, contentType) {
      const options = { contentType, upsert: true, cacheControl: CACHE_SECONDS };
      if (bytes instanceof Uint8Array)
        return unwrapNothing(bucketOf(object).upload(object.key, bytes, options), fileName(object));
      const { body, broken } = requestBody(bytes);
      const request = bucketOf(object).upload(object.key, body, { ...options, duplex: 'half' });
      await unwrapNothing(request, fileName(object)).catch((error: unknown) => {
        throw broken() ?? error;
      });
    },

    async get(object) {
      const request = async () => {
        const { data, error } = await bucketOf(object).download(object.key);
        if (error) return { data, error: await downloadError(object, error) };
        return { data: Buffer.from(await data.arrayBuffer()), error };
      };
      return unwrap(request(), fileName(object));
    },

    async sha256(object) {
      const request = async () => {
        const { data, error } = await bucketOf(object).download(object.key).asStream();
        if (error) return { data, error: await downloadError(object, error) };
        const hash = createHash('sha256');
        for await (const chunk of Readable.fromWeb(data as WebStream)) hash.update(chunk);
        return { data: hash.digest('hex'), error };
      };
      return unwrap(request(), fileName(object));
    },

    async has(object) {
      const request = async () => {
        const { data, error } = await bucketOf(object).exists(object.key);
        return { data, error: data ? error : null }; // for a missing object it has an error too
      };
      return unwrap(request(), fileName(object));
    },

    async copy(from, to) {
      const { error } = await bucketOf(from).copy(from.key, to.key);
      if (error && isThereAlready(error)) return;
      await unwrapNothing(Promise.resolve({ data: null, error }), fileName(from));
    },

    remove,

    async removeFolder(folder) {
      const keys = await keysBelow(folder.bucket, folder.key);
      await remove(folder.bucket, keys);
    },

    async signedUrl(object, seconds) {
      const { signedUrl } = await unwrap(bucketOf(object).createSignedUrl(object.key, seconds), fileName(object));
      return signedUrl;
    },

    async signedUrls(objects, seconds) {
      const byName = new Map<string, string>();
      for (const bucket of new Set(objects.map((object) => object.bucket))) {
        const keys = [...new Set(objects.filter((object) => object.bucket === bucket).map(({ key }) => key))];
        const signed = await unwrap(bucketOf({ bucket }).createSignedUrls(keys, seconds), `files in ${bucket}`);
        for (const { path, signedUrl } of signed) if (path && signedUrl) byName.set(`${bucket}/${path}`, signedUrl);
      }
      return objects.map(({ bucket, key }) => byName.get(`${bucket}/${key}`));
    },
  };
}

/** A stream as the body of a request, and the error that ended it, which the request does not report. */
function requestBody(bytes: AsyncIterable<Uint8Array>): { body: ReadableStream; broken(): unknown } {
  let broken: unknown;
  async function* watched() {
    try {
      yield* bytes;
    } catch (error) {
      broken = error;
      throw error;
    }
  }
  return { body: Readable.toWeb(Readable.from(watched())) as ReadableStream, broken: () => broken };
}

/** The service's codes for a copy onto an existing object: a status in older versions, a name in newer ones. */
const THERE_CODES = new Set(['409', 'Duplicate', 'KeyAlreadyExists', 'ResourceAlreadyExists']);
const isThereAlready = ({ status, statusCode }: StoreError) => status === 409 || THERE_CODES.has(statusCode ?? '');

const fileName = ({ bucket, key }: ObjectRef): string => `the file ${bucket}/${key}`;
