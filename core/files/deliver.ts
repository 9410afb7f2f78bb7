// Delivers a file of ours, an archive or a LoRA, to the provider: by a signed address where the provider can reach our
// storage, else by an upload to the provider's storage. Both expire after some hours, so an address is made when it is
// needed and is stored only in the request that names it.

import { webcrypto } from 'node:crypto';
import { Failure } from '../../domain/failure.ts';
import type { ObjectRef } from '../../domain/keys.ts';
import type { StoredLora } from '../ports/identities.ts';
import type { Ports } from '../ports/index.ts';

const { subtle } = webcrypto;

/** Seconds that an address must stay valid: queues can be long, and a training waits for its archive. */
const NEEDED_S = 6 * 60 * 60;
/** Seconds that an uploaded file is kept. Until then all requests share the upload. */
const UPLOAD_LIFETIME_S = 24 * 60 * 60;
/** Seconds until a file at our own address is hashed again: that reads it whole. */
const HASHED_S = 6 * 60 * 60;

export interface Deliverable {
  object: ObjectRef;
  contentType: string;
  fileName: string;
  /** Files of one name have the same bytes, and share an upload. */
  name: string;
  /** SHA-256 of its bytes, hex. With it, a file that was exchanged in our storage is not delivered: InvalidLora. */
  pinned?: string;
}

/** Answers an address at which the provider can fetch the file for some hours from now. NotFound when there is none. */
export type Deliver = (file: Deliverable) => Promise<string>;

interface Upload {
  address: Promise<string>;
  /** Milliseconds since 1970. */
  endsAt: number;
}

/**
 * The delivery of one process. It remembers its uploads. One upload runs at a time, because the file is held in memory.
 */
export function createDelivery(
  { files, provider }: Pick<Ports, 'files' | 'provider'>,
  now: () => number = Date.now,
): Deliver {
  const uploads = new Map<string, Upload>();
  /** The ends of the hashes' validity, by the files' names; milliseconds since 1970. */
  const hashed = new Map<string, number>();
  let last: Promise<unknown> = Promise.resolve();

  async function upload({ object, contentType, fileName, pinned }: Deliverable): Promise<string> {
    const bytes = await files.get(object);
    if (bytes.length === 0) throw new Failure('NotFound', `The file ${fileName} is empty in our storage.`);
    // On a thread: hashing a LoRA takes a tenth of a second.
    if (pinned !== undefined) requirePinned(pinned, hex(await subtle.digest('SHA-256', bytes)));
    return provider.upload({ bytes, contentType, fileName }, UPLOAD_LIFETIME_S);
  }

  function begin(file: Deliverable): Promise<string> {
    for (const [name, { endsAt }] of uploads) if (endsAt <= now()) uploads.delete(name);
    const address = last.then(() => upload(file));
    last = address.catch(() => undefined);
    const begun: Upload = { address, endsAt: now() + UPLOAD_LIFETIME_S * 1000 };
    uploads.set(file.name, begun);
    address.catch(() => {
      if (uploads.get(file.name) === begun) uploads.delete(file.name);
    });
    return address;
  }

  async function signed({ object, name, pinned }: Deliverable): Promise<string> {
    if (pinned !== undefined && (hashed.get(name) ?? 0) <= now()) {
      requirePinned(pinned, await files.sha256(object));
      hashed.set(name, now() + HASHED_S * 1000);
    }
    return files.signedUrl(object, NEEDED_S);
  }

  return async (file) => {
    if (files.reachableByProvider) return signed(file);
    const known = uploads.get(file.name);
    return known && known.endsAt - now() >= NEEDED_S * 1000 ? known.address : begin(file);
  };
}

const hex = (hash: ArrayBuffer): string => Buffer.from(hash).toString('hex');

function requirePinned(pinned: string, found: string): void {
  if (found === pinned) return;
  const message =
    'The LoRA in our storage is not the one that was approved: its SHA-256 differs. Nothing is drawn with it.';
  throw new Failure('InvalidLora', message);
}

export const loraFile = ({ object, sha256 }: Pick<StoredLora, 'object' | 'sha256'>): Deliverable => ({
  object,
  contentType: 'application/octet-stream',
  fileName: `${sha256}.safetensors`,
  name: sha256,
});

/** The LoRA of a version: its bytes are those that a person approved, or it is not delivered. */
export const approvedLoraFile = (lora: Pick<StoredLora, 'object' | 'sha256'>): Deliverable => ({
  ...loraFile(lora),
  pinned: lora.sha256,
});

/**
 * The archive of one training. Each training has its own address for it, even for equal photos: a request whose answer
 * was lost is found by its body, which must be unique.
 */
export const archiveFile = (object: ObjectRef, sha256: string, callKey: string): Deliverable => ({
  object,
  contentType: 'application/zip',
  fileName: `${sha256}.zip`,
  name: `${callKey}/${sha256}`,
});
