// Where a network cuts a body is chance: the answer is the body's alone, and there always is one.

import { ReadableStream } from 'node:stream/web';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readPhotos } from '../../../api/uploads/read-photos.ts';
import { type Prng, prngOf } from '../../fuzz-photos/prng.ts';

const BOUNDARY = 'a-boundary';
const LIMITS = { maxFiles: 5, maxFileBytes: 1_000_000, maxBodyBytes: 10_000_000 };
const CHUNKS = [LIMITS.maxBodyBytes, 65_536, 8192, 1000];
const BODIES = 400;
/** Nothing outside is waited for: whoever has no answer after these turns of the event loop will have none. */
const PATIENCE = 5000;

/** Beside what is taken, parts that are skipped: no disposition, another, none that can be read. */
const HEADERS = [
  'Content-Disposition: form-data; name="photos"; filename="a.jpg"\r\nContent-Type: image/jpeg',
  'Content-Disposition: form-data; name="note"',
  'Content-Type: image/jpeg',
  'content-disqosition: form-data; name="photos"; filename="a.jpg"',
  'Content-Disposition: attachment; filename=a.jpg',
  'Content-Disposition: form-data; name="a\rb"; filename="a.jpg"',
  '',
];
const LENGTHS = [0, 1, 100, 9000, 17_000, 70_000, 200_000];

const END = Buffer.from(`--${BOUNDARY}--\r\n`);

function partOf(header: string, bytes: number): Buffer {
  const head = Buffer.from(`--${BOUNDARY}\r\n${header}\r\n\r\n`);
  return Buffer.concat([head, Buffer.alloc(bytes, 'b'), Buffer.from('\r\n')]);
}

/** One to four parts, most with a few bits flipped, some cut off. */
function bodyOf(chance: Prng): Buffer {
  const parts = Array.from({ length: 1 + chance.below(4) }, () => partOf(chance.oneOf(HEADERS), chance.oneOf(LENGTHS)));
  const body = Buffer.concat([...parts, END]);
  for (let flips = chance.below(6); flips > 0; flips -= 1) {
    const at = chance.below(chance.oneOf([body.length, 300]));
    body.writeUInt8(body.readUInt8(at % body.length) ^ (1 << chance.below(8)), at % body.length);
  }
  return chance.below(5) === 0 ? body.subarray(0, chance.below(body.length)) : body;
}

async function answerTo(body: Buffer, chunk: number): Promise<string> {
  const cut = Array.from({ length: Math.ceil(body.length / chunk) }, (_, at) =>
    body.subarray(at * chunk, (at + 1) * chunk),
  );
  const request = new Request('http://localhost/', {
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    body: ReadableStream.from(cut),
    duplex: 'half',
  } as RequestInit);
  let answer: string | undefined;
  readPhotos(request, LIMITS).then(
    (files) => {
      answer = JSON.stringify(files.map(({ fileName, size }) => [fileName, size]));
    },
    (error) => {
      answer = String(error);
    },
  );
  for (let turns = 0; turns < PATIENCE && answer === undefined; turns += 1) await turn();
  return answer ?? 'no answer';
}

test('every body is answered, and the same however it is cut', { timeout: 120_000 }, async () => {
  const answers = new Set<string>();
  for (let index = 0; index < BODIES; index += 1) {
    const body = bodyOf(prngOf(1, index));
    const [whole, ...others] = await Promise.all(CHUNKS.map((chunk) => answerTo(body, chunk)));
    expect(others, `body ${index}`).toEqual(others.map(() => whole));
    answers.add(whole ?? '');
  }
  expect(answers).not.toContain('no answer');
  expect([...answers].some((answer) => answer.startsWith('[['))).toBe(true);
});

test('a part that is skipped, larger than the parser keeps, does not hold up the photo beside it', async () => {
  const [photo = '', , skipped = ''] = HEADERS;
  const body = Buffer.concat([partOf(photo, 3), partOf(skipped, 20_000), END]);
  expect(await answerTo(body, LIMITS.maxBodyBytes)).toBe('[["a.jpg",3]]');
});
