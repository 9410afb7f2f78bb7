// The photos of an upload, read as a stream of multipart/form-data (RFC 7578) in all common forms: names with and
// without quotes, `filename*`, escaped quotes, further parameters after the boundary.

import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import type { UploadedFile } from '../../core/photos/preflight.ts';
import { QUARTER_TURNS } from '../../domain/photo-findings.ts';
import { cleanText } from '../../domain/text.ts';
import { Problem } from '../problem.ts';

export interface PhotosLimits {
  maxFiles: number;
  /** The most bytes of one file that are kept. A larger file is counted and dropped. */
  maxFileBytes: number;
  /** Bytes of the whole body. */
  maxBodyBytes: number;
}

const PART = 'photos';
/** Names that axios, PHP and similar programs give the parts of a list. */
const PART_NAMES = /^photos(\[\d*\])?$/;
/** A text field: degrees for each photo, in their order. */
const TURNS = 'turns';
const MULTIPART = /^multipart\/form-data\s*(;|$)/i;
const MAX_FILE_NAME = 255;
const UNNAMED = 'unnamed';
/** Headers of one part, and bytes that are kept of a text field. */
const PARSER_LIMITS = { headerPairs: 100, fieldSize: 1024 } as const;

/** The most bytes that the body may have. Throws Problem when its own length is over the limit. */
export function expectedBytes({ headers }: Request, limits: PhotosLimits): number {
  const announced = headers.has('transfer-encoding') ? null : headers.get('content-length');
  if (announced === null || !/^\d+$/.test(announced)) return limits.maxBodyBytes;
  if (Number(announced) > limits.maxBodyBytes) throw tooLarge(limits, `it has ${announced}`);
  return Number(announced);
}

/** The files in the order of the body. Throws Problem, which names the wrong header or part. */
export async function readPhotos(request: Request, limits: PhotosLimits): Promise<UploadedFile[]> {
  const parser = newParser(request.headers.get('content-type'), limits);
  const form = collect(parser, limits);
  try {
    await feed(request.body, parser, limits);
  } catch (error) {
    parser.destroy();
    throw error instanceof Problem ? error : broken(error, form.cutOff());
  }
  return form.files();
}

function newParser(contentType: string | null, { maxBodyBytes }: PhotosLimits): BusboyInstance {
  if (contentType === null || !MULTIPART.test(contentType)) {
    const found = contentType === null ? 'is missing' : `is "${cleanText(contentType, MAX_FILE_NAME)}"`;
    const detail = `The header Content-Type ${found}. Send the photos as multipart/form-data, each in a part "${PART}".`;
    throw new Problem('unsupported_media_type', detail);
  }
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      isPartAFile: isFile,
      limits: PARSER_LIMITS,
      // The parser's buffer for unread bytes of a part. It must never fill: when one chunk has a part that it skips and
      // the body's end, the parser would wait forever. Parts are read as they come, so it stays small.
      fileHwm: maxBodyBytes,
    });
  } catch (cause) {
    const detail =
      'The header Content-Type names no boundary. Let your HTTP library set this header together with the body.';
    throw new Problem('malformed_request', detail, { cause });
  }
}

/** A part without a file name has at least a picture type, or no text type. */
function isFile(_name: string | undefined, type: string | undefined, fileName: string | undefined): boolean {
  return fileName !== undefined || type === 'application/octet-stream' || type?.startsWith('image/') === true;
}

/** Collects the parts that the parser finds. */
function collect(parser: BusboyInstance, limits: PhotosLimits) {
  const files: UploadedFile[] = [];
  let count = 0;
  let wrong: string | undefined;
  let cutOff: string | undefined;
  let turns: string | undefined;

  parser.on('file', (name: string | undefined, content: Readable, fileName: string | undefined) => {
    // The parser reports the reason.
    content.on('error', () => {
      cutOff = `the part "${shown(name)}" (${nameOf(fileName)})`;
    });
    let chunks: Buffer[] = [];
    let size = 0;
    content.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limits.maxFileBytes || count >= limits.maxFiles) chunks = [];
      else chunks.push(chunk);
    });
    content.on('end', () => {
      // Browsers send this for a field without a chosen file.
      if (fileName === '' && size === 0) return;
      count += 1;
      if (!PART_NAMES.test(name ?? '')) {
        wrong ??= `A file came in a part named "${shown(name)}": name it "${PART}", one part for each photo`;
      } else if (count <= limits.maxFiles) {
        files.push({ fileName: nameOf(fileName), bytes: Buffer.concat(chunks), size });
      }
      chunks = [];
    });
  });
  parser.on('field', (name: string, value: string) => {
    if (name === TURNS) turns = value;
    if (PART_NAMES.test(name ?? '')) wrong ??= `The part "${PART}" is text, not a file: give it a filename`;
  });

  return {
    /** The part in which the body ended, in words. */
    cutOff: () => cutOff,
    files(): UploadedFile[] {
      if (wrong !== undefined) throw invalid(`${wrong}.`);
      if (count === 0) throw invalid(`No photo came. Send each in a part named "${PART}", with a filename.`);
      if (count > limits.maxFiles) {
        const most = `Send at most ${limits.maxFiles} photos in one request`;
        throw invalid(`${most}; these are ${count}: remove ${count - limits.maxFiles}.`);
      }
      return turns === undefined ? files : turned(files, turns);
    },
  };
}

/** `0,90,0`: the degrees by which each photo is turned. */
function turned(files: readonly UploadedFile[], turns: string): UploadedFile[] {
  const asked = turns.split(',').map((degrees) => degrees.trim());
  const known = asked.map((degrees) => (degrees === '0' ? 0 : QUARTER_TURNS.find((turn) => String(turn) === degrees)));
  if (known.length !== files.length || known.includes(undefined)) {
    const rule = 'give 0, 90, 180 or 270 for each photo, in the order of the photos, separated by commas';
    throw invalid(`The part "${TURNS}" is "${shown(turns)}", and ${files.length} photos came: ${rule}.`, TURNS);
  }
  return files.map((file, index) => {
    const turnBy = known[index];
    return turnBy ? { ...file, turnBy } : file;
  });
}

async function feed(body: Request['body'], parser: BusboyInstance, limits: PhotosLimits): Promise<void> {
  const ended = new Promise<void>((resolve, reject) => {
    parser.once('finish', resolve);
    parser.on('error', reject);
  });
  ended.catch(() => undefined); // The await below handles it, also when it comes later.
  let size = 0;
  // The DOM types leave out that a stream can be iterated; Node's do not.
  for await (const chunk of (body ?? []) as ReadableStream<Uint8Array>) {
    size += chunk.byteLength;
    if (size > limits.maxBodyBytes) throw tooLarge(limits, 'it has more');
    if (!parser.write(chunk)) await Promise.race([once(parser, 'drain'), ended]);
  }
  parser.end();
  await ended;
}

function broken(cause: unknown, at: string | undefined): Problem {
  const where = at === undefined ? '' : ` in ${at}`;
  const detail =
    `The multipart body ends too early${where}: it was cut off during the upload, or its boundary is not the one ` +
    'that the header Content-Type names. Send it again.';
  return new Problem('malformed_request', detail, { cause });
}

function tooLarge({ maxBodyBytes }: PhotosLimits, found: string): Problem {
  const detail = `The photos of one request may have ${maxBodyBytes} bytes together, and ${found}. Send fewer at a time.`;
  return new Problem('body_too_large', detail);
}

function invalid(detail: string, path = PART): Problem {
  return new Problem('invalid_request', detail, { members: { errors: [{ path, message: detail }] } });
}

/** Browsers write three characters of a name as percent codes (WHATWG HTML, "multipart/form-data encoding"). */
function nameOf(fileName: string | undefined): string {
  const decoded = (fileName ?? '').replace(/%22/g, '"').replace(/%0[DA]/gi, '');
  return shown(decoded) || UNNAMED;
}

const shown = (text: string | undefined): string => cleanText((text ?? '').replace(/\p{Cc}/gu, ''), MAX_FILE_NAME);
