// Reads one file of a zip archive, with nothing but Node.js (APPNOTE.TXT 4.3: the directory is at the end and has the
// place of each file).

import { inflateRawSync } from 'node:zlib';
import { SetUpError } from './machine.mjs';

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const END_LENGTH = 22;
const ENTRY_LENGTH = 46;
const HEADER_LENGTH = 30;
/** A comment may follow the end of the directory. */
const LONGEST_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;

/**
 * @param {Buffer} archive without encryption and smaller than 4 GB
 * @param {(name: string) => boolean} isWanted
 * @returns {Buffer} the first file whose name is wanted
 */
export function readZipEntry(archive, isWanted) {
  let at = directoryStart(archive);
  while (at + ENTRY_LENGTH <= archive.length && archive.readUInt32LE(at) === DIRECTORY_ENTRY) {
    const method = archive.readUInt16LE(at + 10);
    const packed = archive.readUInt32LE(at + 20);
    const size = archive.readUInt32LE(at + 24);
    const nameLength = archive.readUInt16LE(at + 28);
    const further = archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
    const header = archive.readUInt32LE(at + 42);
    const name = archive.toString('utf8', at + ENTRY_LENGTH, at + ENTRY_LENGTH + nameLength);
    if (isWanted(name)) return unpack(archive, header, method, packed, size);
    at += ENTRY_LENGTH + nameLength + further;
  }
  throw new SetUpError('the file that is wanted is not in the archive');
}

/** @param {Buffer} archive */
function directoryStart(archive) {
  const last = archive.length - END_LENGTH;
  for (let at = last; at >= 0 && at >= last - LONGEST_COMMENT; at--) {
    if (archive.readUInt32LE(at) === END_OF_DIRECTORY) return archive.readUInt32LE(at + 16);
  }
  throw new SetUpError('this is no zip archive');
}

/**
 * @param {Buffer} archive
 * @param {number} header where the file's own header begins; its name and extra field may differ from the directory's
 * @param {number} method
 * @param {number} packed
 * @param {number} size
 */
function unpack(archive, header, method, packed, size) {
  if (header + HEADER_LENGTH > archive.length || archive.readUInt32LE(header) !== LOCAL_HEADER) {
    throw new SetUpError('the archive is damaged');
  }
  const from = header + HEADER_LENGTH + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
  const bytes = archive.subarray(from, from + packed);
  if (method !== STORED && method !== DEFLATED) throw new SetUpError(`the archive is packed by method ${method}`);
  const content = method === STORED ? bytes : inflateRawSync(bytes, { maxOutputLength: Math.max(size, 1) });
  if (content.length !== size) throw new SetUpError('the archive is damaged');
  return content;
}
