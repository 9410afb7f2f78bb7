// The files behind storage: one folder an object, named by the hash of bucket and key (keys may be "a" and "a/b",
// longer than a file name, or differ in case only), in it the bytes and `record.json`. The record names the bytes
// and is renamed into place last, so a crash leaves the old object or the new one, never a mixture.

import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import {
  copyFile,
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const RECORD_FILE = 'record.json';
const INCOMING_FOLDER = 'incoming';
const OBJECTS_FOLDER = 'objects';

export interface ObjectId {
  bucket: string;
  key: string;
}

export interface ObjectRecord extends ObjectId {
  /** The name of the file with the bytes, in the folder of the record. */
  body: string;
  /** Bytes. */
  size: number;
  contentType: string;
  cacheControl: string;
  /** The MD5 of the bytes in double quotes, as S3 and so hosted Supabase give it. */
  eTag: string;
  /** ISO time. */
  lastModified: string;
}

/** Bytes that are completely on the disk and belong to no object yet. */
export interface ReceivedBody {
  file: string;
  size: number;
  eTag: string;
}

export interface OpenObject {
  record: ObjectRecord;
  /** Open, so the bytes stay readable when the object is replaced or removed. The holder closes it. */
  handle: FileHandle;
}

export interface ObjectStore {
  /** Writes a body to the disk and syncs it. The caller has to call `discard` in the end. */
  receive(body: ReadableStream<Uint8Array> | null): Promise<ReceivedBody>;
  discard(received: ReceivedBody): Promise<void>;
  put(
    id: ObjectId,
    received: ReceivedBody,
    as: Pick<ObjectRecord, 'contentType' | 'cacheControl'>,
  ): Promise<ObjectRecord>;
  /** The record, or null when there is no such object. */
  find(id: ObjectId): Promise<ObjectRecord | null>;
  open(id: ObjectId): Promise<OpenObject | null>;
  copy(from: ObjectId, to: ObjectId): Promise<ObjectRecord>;
  remove(id: ObjectId): Promise<void>;
  /** Removes all that is not in `known`: uploads that a crash interrupted before they were acknowledged. */
  keepOnly(known: readonly ObjectId[]): Promise<void>;
}

/** Opens the store in `root` (created when missing) and clears half-received uploads of an earlier run. */
export async function openObjectStore(root: string): Promise<ObjectStore> {
  const incoming = join(root, INCOMING_FOLDER);
  const objects = join(root, OBJECTS_FOLDER);
  await rm(incoming, { recursive: true, force: true });
  await mkdir(incoming, { recursive: true });
  await mkdir(objects, { recursive: true });

  const folderOf = (id: ObjectId) => join(objects, folderName(id));

  async function put(id: ObjectId, received: ReceivedBody, as: Pick<ObjectRecord, 'contentType' | 'cacheControl'>) {
    const folder = folderOf(id);
    const body = basename(received.file);
    const record: ObjectRecord = {
      bucket: id.bucket,
      key: id.key,
      body,
      size: received.size,
      contentType: as.contentType,
      cacheControl: as.cacheControl,
      eTag: received.eTag,
      lastModified: new Date().toISOString(),
    };
    await mkdir(folder, { recursive: true });
    await rename(received.file, join(folder, body));
    const draft = join(folder, `${RECORD_FILE}.${randomUUID()}`);
    await writeFile(draft, JSON.stringify(record), { flush: true });
    await rename(draft, join(folder, RECORD_FILE));
    for (const name of await readdir(folder)) {
      if (name !== body && name !== RECORD_FILE) await rm(join(folder, name), { force: true });
    }
    return record;
  }

  async function find(id: ObjectId): Promise<ObjectRecord | null> {
    try {
      return JSON.parse(await readFile(join(folderOf(id), RECORD_FILE), 'utf8')) as ObjectRecord;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
  }

  return {
    put,
    find,

    async receive(body) {
      const file = join(incoming, randomUUID());
      const hash = createHash('md5');
      // Opened before anything can fail: a stream that opens late would create its file after the clean-up.
      const sink = (await open(file, 'wx')).createWriteStream({ flush: true });
      try {
        await pipeline(hashed(body, hash), sink);
      } catch (error) {
        await rm(file, { force: true });
        throw error;
      }
      return { file, size: sink.bytesWritten, eTag: `"${hash.digest('hex')}"` };
    },

    async discard(received) {
      await rm(received.file, { force: true });
    },

    async open(id) {
      const record = await find(id);
      return record && { record, handle: await open(join(folderOf(id), record.body)) };
    },

    async copy(from, to) {
      const source = await find(from);
      if (!source) throw new Error(`The object ${from.key} is listed in ${from.bucket} but its file is missing.`);
      const file = join(incoming, randomUUID());
      await copyFile(join(folderOf(from), source.body), file, constants.COPYFILE_FICLONE);
      const { size } = await stat(file);
      return put(to, { file, size, eTag: source.eTag }, source);
    },

    async remove(id) {
      await rm(join(folderOf(id), RECORD_FILE), { force: true });
      await rm(folderOf(id), { recursive: true, force: true });
    },

    async keepOnly(known) {
      const wanted = new Set(known.map(folderName));
      for (const name of await readdir(objects)) {
        if (!wanted.has(name)) await rm(join(objects, name), { recursive: true, force: true });
      }
    },
  };
}

function folderName(id: ObjectId): string {
  return createHash('sha256')
    .update(JSON.stringify([id.bucket, id.key]))
    .digest('hex');
}

async function* hashed(body: ReadableStream<Uint8Array> | null, hash: ReturnType<typeof createHash>) {
  const reader = body?.getReader();
  try {
    for (;;) {
      const chunk = await reader?.read();
      if (chunk?.value === undefined) return;
      hash.update(chunk.value);
      yield chunk.value;
    }
  } finally {
    reader?.releaseLock();
  }
}
