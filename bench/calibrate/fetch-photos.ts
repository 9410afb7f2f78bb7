// Brings the public photos onto this machine: what is missing, into the cache, each checked by its Git blob hash. They
// are read from there and never redistributed.

import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { setTimeout as wait } from 'node:timers/promises';
import { cacheFolder } from '../../engine/paths.mjs';
import { UnusableData } from './labelled-photos.ts';
import { type PublicPhoto, type PublicSet, readPublicSet } from './public-photos.ts';

/** Where GitHub hands out single files: `<base>/<owner>/<name>/<commit>/<path>`. */
export const GITHUB = 'https://raw.githubusercontent.com';

export interface FetchOptions {
  /** Photos lie here under the name of their blob hash. */
  folder: string;
  base: string;
  say: (line: string) => void;
  /** For one photo from the request to its last byte. */
  timeoutMs?: number;
  /** Before the second attempt; twice that before the third. */
  retryMs?: number;
}

export interface Fetched {
  /** Blob hash to file, of all that are here now. */
  files: ReadonlyMap<string, string>;
  came: number;
  missing: readonly { name: string; url: string; reason: string }[];
}

const AT_ONCE = 6;
const ATTEMPTS = 3;
const TIMEOUT_MS = 30_000;
const RETRY_MS = 1_000;
/** The largest of the photos has 0.9 MB. */
const MAX_BYTES = 10_000_000;
/** After so many failures and no photo the others are not asked for: the address cannot be reached. */
const HOPELESS = 20;
/** A figure of fewer of the photos would not be the figure that is promised. */
const MIN_SHARE = 0.9;
const PROGRESS_EVERY_MS = 2_000;

/** An answer that another attempt would not change. */
class Final extends Error {}

/** What is missing is fetched, a few at once. Photos that are here and whole are kept: a second call goes on. */
export async function fetchPhotos(photos: readonly PublicPhoto[], options: FetchOptions): Promise<Fetched> {
  const { folder, base, say } = options;
  mkdirSync(folder, { recursive: true });
  const files = new Map<string, string>();
  const lacking = photos.filter((photo) => {
    const file = fileOf(photo, folder);
    if (!isWhole(file, photo.blob)) return true;
    files.set(photo.blob, file);
    return false;
  });
  const missing: Fetched['missing'][number][] = [];
  let came = 0;
  const waiting = lacking.values();
  const fetchOn = async (): Promise<void> => {
    for (const photo of waiting) {
      const url = urlOf(photo, base);
      try {
        if (came === 0 && missing.length >= HOPELESS) throw new Final('not asked for, as all others before failed');
        const bytes = await patiently(url, options);
        if (blobHash(bytes) !== photo.blob) throw new Final('another file came than the one that was labelled');
        files.set(photo.blob, put(bytes, fileOf(photo, folder)));
        came++;
      } catch (error) {
        missing.push({ name: photo.name, url, reason: reasonOf(error) });
      }
    }
  };
  if (lacking.length > 0) say(`${lacking.length} of ${photos.length} photos are fetched from ${base} into ${folder}`);
  const progress = setInterval(() => say(`  ${came} of ${lacking.length} photos fetched`), PROGRESS_EVERY_MS);
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, fetchOn));
  } finally {
    clearInterval(progress);
  }
  return { files, came, missing };
}

/** The public photos, in the cache. Names those that could not be had; throws UnusableData when these are too many. */
export async function fetchPublicPhotos(
  base: string,
  say: (line: string) => void,
): Promise<{ set: PublicSet; files: Fetched['files'] }> {
  const set = readPublicSet();
  const fetched = await fetchPhotos(set.photos, { folder: join(cacheFolder(process.env), 'calibration'), base, say });
  for (const { url, reason } of fetched.missing) say(`  missing: ${url} (${reason})`);
  requireMost(fetched, set.photos);
  return { set, files: fetched.files };
}

/** Throws UnusableData when too many are missing to say anything by the rest. */
export function requireMost({ missing }: Fetched, photos: readonly PublicPhoto[]): void {
  if (photos.length - missing.length >= MIN_SHARE * photos.length) return;
  const [first] = missing;
  throw new UnusableData(
    `${missing.length} of ${photos.length} photos could not be had, the first: ${first?.url} (${first?.reason}). At least ${MIN_SHARE * 100} % are needed. Run the command again where that address can be reached: what came is kept. --mirror URL asks another address.`,
  );
}

const fileOf = ({ blob, path }: PublicPhoto, folder: string): string =>
  join(folder, blob.slice(0, 2), blob + extname(path).toLowerCase());

const urlOf = ({ repo, commit, path }: PublicPhoto, base: string): string =>
  `${base.replace(/\/+$/, '')}/${repo}/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`;

/** Git's name for a file's content. */
export function blobHash(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

function isWhole(file: string, blob: string): boolean {
  try {
    return blobHash(readFileSync(file)) === blob;
  } catch {
    return false;
  }
}

/** Under its name the file is whole, even if this process dies now. */
function put(bytes: Uint8Array, file: string): string {
  const partial = `${file}.${randomUUID()}`;
  mkdirSync(join(file, '..'), { recursive: true });
  try {
    writeFileSync(partial, bytes);
    renameSync(partial, file);
  } finally {
    rmSync(partial, { force: true });
  }
  return file;
}

async function patiently(url: string, { timeoutMs = TIMEOUT_MS, retryMs = RETRY_MS }: FetchOptions): Promise<Buffer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await bytesAt(url, timeoutMs);
    } catch (error) {
      if (error instanceof Final || attempt === ATTEMPTS) throw error;
      await wait(retryMs * attempt);
    }
  }
}

async function bytesAt(url: string, timeoutMs: number): Promise<Buffer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    const said = `answered ${response.status}`;
    // 429 and 5xx pass; what is not there now is not there later.
    throw response.status >= 500 || response.status === 429 ? new Error(said) : new Final(said);
  }
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of Readable.fromWeb(response.body as WebStream)) {
    size += piece.length;
    if (size > MAX_BYTES) throw new Final(`more than ${MAX_BYTES / 1e6} MB`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** `fetch` hides the reason in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
