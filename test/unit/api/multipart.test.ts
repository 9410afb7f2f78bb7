// Uploads as programs send them: header and part in each of the forms that RFC 7578 and its users know.

import { describe, expect, test } from 'vitest';
import { PHOTO_LIMITS } from '../../../domain/photo-limits.ts';
import { DEFAULT_SETTINGS } from '../../../domain/settings.ts';
import { problemIn } from './problem-in.ts';
import { KEY, newWorld } from './world.ts';

const HEADER = 'multipart/form-data; boundary=x';
const PART = 'Content-Disposition: form-data; name="photos"; filename="a.jpg"';
const MB = 1024 * 1024;

interface Form {
  header?: string;
  /** Header lines of the one part. */
  part?: string[];
  fileName?: string;
}

/** As each of these programs sends it, or is free to by the standard. */
const FORMS: Record<string, Form> = {
  'a browser': {},
  '.NET HttpClient': { part: ["Content-Disposition: form-data; name=photos; filename=a.jpg; filename*=utf-8''a.jpg"] },
  '.NET, type first': {
    part: [
      'Content-Type: image/jpeg',
      "Content-Disposition: form-data; name=photos; filename=a.jpg; filename*=utf-8''a.jpg",
    ],
  },
  'tokens without quotes': { part: ['Content-Disposition: form-data; name=photos; filename=a.jpg'] },
  'urllib3 before 1.25': {
    part: ['Content-Disposition: form-data; name="photos"; filename*=utf-8\'\'Foto%20Zo%C3%AB.jpg'],
    fileName: 'Foto Zoë.jpg',
  },
  'Go and old curl': {
    part: ['Content-Disposition: form-data; name="photos"; filename="a\\"b.jpg"'],
    fileName: 'a"b.jpg',
  },
  'a browser, a quote in the name': {
    part: ['Content-Disposition: form-data; name="photos"; filename="a%22b.jpg"'],
    fileName: 'a"b.jpg',
  },
  'UTF-8 in the name': {
    part: ['Content-Disposition: form-data; name="photos"; filename="Foto Zoë 私.jpg"'],
    fileName: 'Foto Zoë 私.jpg',
  },
  'a path in the name': { part: ['Content-Disposition: form-data; name="photos"; filename="C:\\fakepath\\a.jpg"'] },
  'a charset before the boundary': { header: 'multipart/form-data; charset=utf-8; boundary=x' },
  'a charset after the boundary': { header: 'multipart/form-data; boundary=x; charset=utf-8' },
  'a semicolon at the end': { header: 'multipart/form-data; boundary=x;' },
  'two spaces': { header: 'multipart/form-data;  boundary=x' },
  'no space': { header: 'multipart/form-data;boundary=x' },
  'a boundary in quotes': { header: 'multipart/form-data; boundary="x"' },
  'another parameter': { header: 'multipart/form-data; type="image/jpeg"; boundary=x' },
  'upper case': {
    header: 'Multipart/Form-Data; Boundary=x',
    part: [PART.toUpperCase().replace('"PHOTOS"', '"photos"').replace('"A.JPG"', '"a.jpg"')],
  },
  'lower case': { part: [PART.toLowerCase()] },
  'no space in the part': { part: ['Content-Disposition:form-data;name="photos";filename="a.jpg"'] },
  'the filename first': { part: ['Content-Disposition: form-data; filename="a.jpg"; name="photos"'] },
  'more parameters in the part': { part: ['Content-Disposition: form-data; name="photos"; size=3; filename="a.jpg"'] },
  'a semicolon at the end of the part': { part: [`${PART};`] },
  'a folded header': { part: ['Content-Disposition: form-data;\r\n name="photos"; filename="a.jpg"'] },
  'no type of the part': { part: [PART] },
  'a transfer encoding': { part: [PART, 'Content-Type: image/jpeg', 'Content-Transfer-Encoding: binary'] },
  'axios and PHP': { part: ['Content-Disposition: form-data; name="photos[]"; filename="a.jpg"'] },
  'axios with indexes': { part: ['Content-Disposition: form-data; name="photos[0]"; filename="a.jpg"'] },
  'no file name': {
    part: ['Content-Disposition: form-data; name="photos"', 'Content-Type: image/jpeg'],
    fileName: 'unnamed',
  },
};

const crlf = (...lines: string[]) => Buffer.from(lines.join('\r\n'), 'utf8');
const bodyOf = (part: string[]) => crlf('--x', ...part, '', 'a', '--x--', '');

function send(path: string, body: Buffer | ReadableStream, header: string | undefined = HEADER, world = newWorld()) {
  const url = path.replace('{id}', world.addCharacter().id);
  const headers = { authorization: `Bearer ${KEY}`, ...(header === '' ? {} : { 'content-type': header }) };
  return world.app.request(url, { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
}

describe.each(['/v1/characters/{id}/photos', '/v1/photos/inspect'])('%s', (path) => {
  test.each(Object.entries(FORMS))('takes multipart as sent by: %s', async (_, form) => {
    const { header, part = [PART, 'Content-Type: image/jpeg'], fileName = 'a.jpg' } = form;
    const answer = await send(path, bodyOf(part), header);
    expect(answer.status).toBe(200);
    const { photos } = (await answer.json()) as { photos: unknown[] };
    expect(photos).toMatchObject([{ fileName, verdict: 'accepted' }]);
  });

  test('takes a preamble, an epilogue, text fields beside, and an empty file field', async () => {
    const field = ['--x', 'Content-Disposition: form-data; name="note"', '', 'holiday'];
    const empty = ['--x', 'Content-Disposition: form-data; name="more"; filename=""', '', ''];
    const body = crlf('Sent by a mail program.', ...field, ...empty, '--x', PART, '', 'a', '--x--', 'the end');
    const answer = await send(path, body);
    expect(await answer.json()).toMatchObject({ photos: [{ fileName: 'a.jpg' }] });
  });

  test('cleans a file name', async () => {
    const part = `Content-Disposition: form-data; name="photos"; filename*=utf-8''a%00%07b${'%F0%9F%98%80'.repeat(300)}`;
    const { photos } = (await (await send(path, bodyOf([part]))).json()) as { photos: { fileName: string }[] };
    expect(photos[0]?.fileName).toMatch(/^ab(\u{1f600}){253}$/u);
  });

  test.each([
    ['JSON', 'application/json', 415, 'unsupported_media_type', 'application/json'],
    ['no type', '', 415, 'unsupported_media_type', 'Content-Type'],
    ['no boundary', 'multipart/form-data', 400, 'malformed_request', 'names no boundary'],
    ['another boundary than the body', 'multipart/form-data; boundary=y', 400, 'malformed_request', 'boundary'],
  ])('names the header that is wrong: %s', async (_, header, status, code, says) => {
    const problem = await problemIn(await send(path, bodyOf([PART]), header));
    expect(problem).toMatchObject({ status, code });
    expect(problem.detail).toContain(says);
  });

  test.each([
    ['in a file', crlf('--x', PART, '', 'half of a pho'), 'the part "photos" (a.jpg)'],
    ['after a file', crlf('--x', PART, '', 'a', '--x'), 'ends too early'],
    ['in the headers of a part', crlf('--x', 'Content-Dispo'), 'ends too early'],
    ['at once', Buffer.alloc(0), 'ends too early'],
  ])('a body that breaks off %s is refused, and nothing is stored', async (_, body, says) => {
    const world = newWorld();
    const problem = await problemIn(await send(path, body, HEADER, world));
    expect(problem).toMatchObject({ status: 400, code: 'malformed_request' });
    expect(problem.detail).toContain(says);
    expect(world.rows.photos.size).toBe(0);
  });

  test.each(['photo', 'file', 'images'])(
    'a part named "%s" is named, with the name that it should have',
    async (name) => {
      const world = newWorld();
      const other = `Content-Disposition: form-data; name="${name}"; filename="b.jpg"`;
      const problem = await problemIn(
        await send(path, crlf('--x', PART, '', 'a', '--x', other, '', 'b', '--x--', ''), HEADER, world),
      );
      expect(problem).toMatchObject({ status: 422, code: 'invalid_request' });
      expect(problem.detail).toContain(`named "${name}": name it "photos"`);
      expect(world.rows.photos.size).toBe(0);
    },
  );

  test('too many files: says how many to remove, and reads none of them', async () => {
    let read = 0;
    const prepare = async () => {
      read += 1;
      throw new Error('It was read.');
    };
    const parts = Array.from({ length: 23 }, () => ['--x', PART, '', 'a']).flat();
    const world = newWorld({ vision: { prepare, read: prepare } });
    const problem = await problemIn(await send(path, crlf(...parts, '--x--', ''), HEADER, world));
    expect(problem).toMatchObject({ status: 422, code: 'invalid_request', errors: [{ path: 'photos' }] });
    expect(problem.detail).toBe('Send at most 20 photos in one request; these are 23: remove 3.');
    expect(read).toBe(0);
  });

  test('a file over 10 MB has its verdict, with its size, and the others theirs', async () => {
    const large = Buffer.alloc(PHOTO_LIMITS.maxBytes + 7, 'b');
    const body = Buffer.concat([crlf('--x', PART, '', ''), large, crlf('', '--x', PART, '', 'c', '--x--', '')]);
    const answer = (await (await send(path, body)).json()) as { photos: { verdict: string; findings: unknown[] }[] };
    const finding = { code: 'too_many_bytes', value: large.length, limit: PHOTO_LIMITS.maxBytes };
    expect(answer.photos).toMatchObject([{ verdict: 'rejected', findings: [finding] }, { verdict: 'accepted' }]);
  });

  test('a body may have what as many photos as a run takes can have, however it comes', async () => {
    const settings = { ...DEFAULT_SETTINGS, maxPhotos: 3 };
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        const chunk = sent === 0 ? crlf('--x', PART, '', '') : Buffer.alloc(MB, 'b');
        sent += chunk.length;
        controller.enqueue(chunk);
      },
    });
    const problem = await problemIn(await send(path, endless, HEADER, newWorld({ settings })));
    expect(problem).toMatchObject({ status: 413, code: 'body_too_large' });
    expect(sent).toBeLessThan(33 * MB);
  });
});
