// The files of fal's CDN: bytes in the data folder, what is known about them in the journal.
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Journal, JournalEntry } from './journal.ts';

export interface StoredFile {
  token: string;
  name: string;
  contentType: string;
  /** Milliseconds since 1970; null: never. */
  expiresAt: number | null;
  /** The request that made it, for outputs. */
  job?: string;
  /** Undefined until the bytes have arrived. */
  size?: number;
}

/** Far above any LoRA, so that a runaway upload cannot fill the disk. */
const MAX_FILE_BYTES = 1024 ** 3;

export class FileStore {
  readonly #folder: string;
  readonly #journal: () => Journal;
  readonly #files = new Map<string, StoredFile>();

  constructor(folder: string, journal: () => Journal) {
    this.#folder = folder;
    this.#journal = journal;
  }

  /** Makes the folders; the journal must have been replayed. Bytes of expired files go. */
  async open(now: number): Promise<void> {
    await mkdir(join(this.#folder, 'parts'), { recursive: true });
    for (const file of this.#files.values()) {
      if (isExpired(file, now)) await rm(this.#path(file.token), { force: true });
    }
  }

  apply(entry: JournalEntry): void {
    if (entry.type === 'file_opened') {
      const { type: _, ...file } = entry;
      this.#files.set(file.token, { ...file });
    } else if (entry.type === 'file_stored') {
      const file = this.#files.get(entry.token);
      if (file) file.size = entry.size;
    } else if (entry.type === 'file_removed') {
      this.#files.delete(entry.token);
    }
  }

  /** Announces a file; it can be read once its bytes have arrived. An upload's token is drawn at random. */
  async announce(file: Omit<StoredFile, 'size' | 'token'> & { token?: string }): Promise<StoredFile> {
    const announced = { ...file, token: file.token ?? randomUUID() };
    await this.#record({ type: 'file_opened', ...announced });
    return announced;
  }

  /** The announced file, whether or not its bytes are there. */
  announced(token: string): StoredFile | undefined {
    return this.#files.get(token);
  }

  /** The file if it can be read now: its bytes are there and it has not expired. */
  readable(token: string, now: number): (StoredFile & { size: number }) | undefined {
    const file = this.#files.get(token);
    if (file?.size === undefined) return undefined;
    if (isExpired(file, now)) {
      void rm(this.#path(token), { force: true });
      return undefined;
    }
    return { ...file, size: file.size };
  }

  outputsOf(job: string): StoredFile[] {
    return [...this.#files.values()].filter((file) => file.job === job);
  }

  /** Stores the bytes of an announced file, whole or not at all. */
  async store(token: string, bytes: Readable): Promise<void> {
    const size = await this.#write(this.#path(token), bytes);
    await this.#record({ type: 'file_stored', token, size });
  }

  /** Stores one part of a multipart upload and answers its ETag. */
  async storePart(token: string, part: number, bytes: Readable): Promise<string> {
    await this.#write(this.#partPath(token, part), bytes);
    return createHash('md5').update(`${token}/${part}`).digest('hex');
  }

  /** Joins the parts, in the order given, into the announced file. */
  async joinParts(token: string, parts: number[]): Promise<void> {
    const paths = parts.map((part) => this.#partPath(token, part));
    async function* bytes() {
      for (const path of paths) yield* createReadStream(path);
    }
    await this.store(token, Readable.from(bytes()));
    await Promise.all(paths.map((path) => rm(path, { force: true })));
  }

  /** The first `bytes` of a file. */
  read(token: string, bytes: number): Readable {
    return bytes === 0 ? Readable.from([]) : createReadStream(this.#path(token), { end: bytes - 1 });
  }

  async remove(token: string): Promise<void> {
    await this.#record({ type: 'file_removed', token });
    await rm(this.#path(token), { force: true });
  }

  async #write(path: string, bytes: Readable): Promise<number> {
    const temporary = `${path}.${randomUUID()}.new`;
    let size = 0;
    const counted = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        size += chunk.length;
        done(size > MAX_FILE_BYTES ? new Error(`A file may hold at most ${MAX_FILE_BYTES} bytes`) : null, chunk);
      },
    });
    try {
      await pipeline(bytes, counted, createWriteStream(temporary));
      const written = await open(temporary, 'r+');
      await written.datasync();
      await written.close();
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    return size;
  }

  async #record(entry: JournalEntry): Promise<void> {
    this.apply(entry);
    await this.#journal().append(entry);
  }

  #path(token: string): string {
    return join(this.#folder, token);
  }

  #partPath(token: string, part: number): string {
    return join(this.#folder, 'parts', `${token}.${part}`);
  }
}

function isExpired(file: StoredFile, now: number): boolean {
  return file.expiresAt !== null && file.expiresAt <= now;
}
