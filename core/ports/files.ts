// The private buckets.

import type { Bucket, ObjectRef } from '../../domain/keys.ts';

/** The private buckets. */
export interface FileStore {
  /**
   * Writes the object whole, over an older one of the same key. Bytes that come as a stream are held a piece at a time;
   * what the stream throws is thrown, and an older object then stays as it was.
   */
  put(object: ObjectRef, bytes: Uint8Array | AsyncIterable<Uint8Array>, contentType: string): Promise<void>;
  /** NotFound when there is none. */
  get(object: ObjectRef): Promise<Buffer>;
  /** SHA-256 of the bytes as they are now, hex; they are read whole, a piece at a time. NotFound when there is none. */
  sha256(object: ObjectRef): Promise<string>;
  has(object: ObjectRef): Promise<boolean>;
  /** Copies an object inside its bucket; one that is there already stays. NotFound when there is nothing to copy. */
  copy(from: ObjectRef, to: ObjectRef): Promise<void>;
  /** Removing a missing object is no error. */
  remove(bucket: Bucket, keys: readonly string[]): Promise<void>;
  /** Removes every object whose key begins with the folder's and a slash. */
  removeFolder(folder: ObjectRef): Promise<void>;
  /** A short-lived address of the object. It works only where the storage can be reached. */
  signedUrl(object: ObjectRef, seconds: number): Promise<string>;
  /** Addresses of several objects in one request, in their order; undefined for a missing one. */
  signedUrls(objects: readonly ObjectRef[], seconds: number): Promise<(string | undefined)[]>;
  /** Whether a provider on the internet can fetch a signed address of this storage. */
  readonly reachableByProvider: boolean;
}
