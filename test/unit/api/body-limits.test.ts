// No route reads more of a body than it has use for, whether the sender says how long it is or not.

import { expect, test } from 'vitest';
import { operations, readDocument } from '../../support/foreign-requests.ts';
import { problemIn } from './problem-in.ts';
import { KEY, newWorld } from './world.ts';

const KB = 1024;
const CHUNK = new Uint8Array(64 * KB).fill(0x20);
const MOST = 20 * 10 * KB * KB;
/** A whole storyboard. */
const STILLS = 4 * KB * KB;
const ID = '99999999-9999-4999-8999-999999999999';

const document = await readDocument(newWorld().app);
const BODIES = (['withId', 'others'] as const)
  .flatMap((which) => operations(document, which))
  .flatMap(({ method, path }) => {
    const types = Object.keys(document.paths[path]?.[method.toLowerCase()]?.requestBody?.content ?? {});
    return types.map((type) => [method, path, type] as const);
  });

/** Spaces without end, sent in chunks; counts what was taken of it. */
function endless() {
  const taken = { bytes: 0 };
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      taken.bytes += CHUNK.length;
      controller.enqueue(CHUNK);
    },
  });
  return { taken, body };
}

test.each(BODIES)('%s %s (%s) stops reading a body without a length', async (method, path, type) => {
  const { app } = newWorld();
  const { taken, body } = endless();
  const contentType = type === 'application/json' ? type : `${type}; boundary=x`;
  const headers = { authorization: `Bearer ${KEY}`, 'content-type': contentType, 'idempotency-key': 'k' };
  const init: RequestInit & { duplex: 'half' } = { method, headers, body, duplex: 'half' };
  const answer = await app.request(path.replaceAll(/\{\w+\}/g, ID), init);
  expect(await problemIn(answer)).toMatchObject({ status: 413, code: 'body_too_large' });
  const json = path === '/v1/stills' ? STILLS : 64 * KB;
  expect(taken.bytes).toBeLessThanOrEqual((type === 'application/json' ? json : MOST) + 4 * CHUNK.length);
});

test.each(BODIES)('%s %s (%s) reads nothing of a body that says it is too long', async (method, path, type) => {
  const { app } = newWorld();
  const { taken, body } = endless();
  const headers = { authorization: `Bearer ${KEY}`, 'content-type': type, 'content-length': String(2 * MOST) };
  const init: RequestInit & { duplex: 'half' } = { method, headers, body, duplex: 'half' };
  const answer = await app.request(path.replaceAll(/\{\w+\}/g, ID), init);
  expect(await problemIn(answer)).toMatchObject({ status: 413, code: 'body_too_large' });
  expect(taken.bytes).toBeLessThanOrEqual(CHUNK.length);
});

test('there are such routes', () => {
  expect(BODIES.length).toBeGreaterThanOrEqual(10);
});
