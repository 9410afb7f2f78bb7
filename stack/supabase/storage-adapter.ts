// Our object store in the form that @supabase/lite needs. Bytes do not pass through it: an upload is on the disk before
// lite allows it, and a download is read after lite has allowed it.

import type { App } from '@supabase/lite';
import type { ObjectRecord, ObjectStore } from './object-store.ts';
import { currentScope } from './request-scope.ts';

type StorageAdapter = NonNullable<App['_storageAdapter']>;
type ObjectMetadata = Awaited<ReturnType<StorageAdapter['headObject']>>;

export function createStorageAdapter(store: ObjectStore): StorageAdapter {
  return {
    driver: store,

    async getObject(bucket, key) {
      const found = await store.open({ bucket, key });
      // Without a body lite answers 404.
      if (!found) return { httpStatusCode: 404, metadata: NO_METADATA };
      const scope = currentScope();
      if (scope) scope.outgoing = found;
      else await found.handle.close();
      return { httpStatusCode: 200, metadata: metadataOf(found.record), body: Buffer.alloc(0) };
    },

    async uploadObject(bucket, key, _version, _body, contentType, cacheControl) {
      const incoming = currentScope()?.incoming;
      if (!incoming)
        throw new Error('An upload reached storage without its body: it did not come through the gateway.');
      return metadataOf(await store.put({ bucket, key }, incoming, { contentType, cacheControl }));
    },

    async deleteObject(bucket, key) {
      await store.remove({ bucket, key });
    },

    async deleteObjects(bucket, keys) {
      for (const key of keys) await store.remove({ bucket, key });
    },

    async copyObject(sourceBucket, source, _version, destinationBucket, destination) {
      const copy = await store.copy(
        { bucket: sourceBucket, key: source },
        { bucket: destinationBucket, key: destination },
      );
      return { httpStatusCode: 200, eTag: copy.eTag, lastModified: new Date(copy.lastModified) };
    },

    async headObject(bucket, key) {
      const record = await store.find({ bucket, key });
      if (!record) throw new Error(`The object ${key} is listed in ${bucket} but its file is missing.`);
      return metadataOf(record);
    },

    async privateAssetUrl() {
      throw new Error('Image transformation is not part of the embedded stack.');
    },
  };
}

const NO_METADATA: ObjectMetadata = { cacheControl: '', contentLength: 0, size: 0, mimetype: '', eTag: '' };

function metadataOf(record: ObjectRecord): ObjectMetadata {
  return {
    cacheControl: record.cacheControl,
    contentLength: record.size,
    size: record.size,
    mimetype: record.contentType,
    lastModified: new Date(record.lastModified),
    eTag: record.eTag,
  };
}
