import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { readZipEntry } from '../../../engine/zip.mjs';

const LONG = 'a line that repeats itself\n'.repeat(20_000);

const archiveOf = (files: Record<string, string>, level: 0 | 9 = 9) =>
  Buffer.from(
    zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])), { level }),
  );

const named = (wanted: string) => (name: string) => name === wanted;

test.each([
  ['deflated', 9],
  ['stored', 0],
] as const)('the file that is wanted comes out whole, %s, whatever stands around it', (_, level) => {
  const archive = archiveOf(
    { 'first.txt': 'first', 'a folder/größe.txt': LONG, last: '', 'after.txt': 'after' },
    level,
  );
  expect(readZipEntry(archive, named('a folder/größe.txt')).toString()).toBe(LONG);
  expect(readZipEntry(archive, named('last')).toString()).toBe('');
  expect(readZipEntry(archive, named('after.txt')).toString()).toBe('after');
});

test('a comment at the end hides nothing', () => {
  const archive = archiveOf({ file: 'content' });
  const comment = Buffer.from('says who packed it');
  archive.writeUInt16LE(comment.length, archive.length - 2);
  expect(readZipEntry(Buffer.concat([archive, comment]), named('file')).toString()).toBe('content');
});

test.each([
  ['a file that is not in it', archiveOf({ file: 'content' }), 'not in the archive'],
  ['an archive that was cut', archiveOf({ other: LONG, wanted: LONG }).subarray(0, 500), 'no zip archive'],
  ['a page in place of an archive', Buffer.from('<html>Sign in</html>'), 'no zip archive'],
  ['nothing', Buffer.alloc(0), 'no zip archive'],
])('%s is refused', (_, archive, message) => {
  expect(() => readZipEntry(archive, named('wanted'))).toThrow(message);
});

test('a directory that lies about a size is refused, and no more than it says is unpacked', () => {
  const lying = (size: number) => {
    const archive = archiveOf({ wanted: LONG });
    const entry = archive.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
    archive.writeUInt32LE(size, entry + 24);
    return archive;
  };
  expect(() => readZipEntry(lying(10), named('wanted'))).toThrow(/larger than 10 bytes/);
  expect(() => readZipEntry(lying(LONG.length + 1), named('wanted'))).toThrow('damaged');
});
