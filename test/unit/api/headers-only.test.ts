import { Hono } from 'hono';
import { expect, test, vi } from 'vitest';
import { headersOnly } from '../../../api/headers-only.ts';

test('HEAD lets go of whatever a body holds, and answers the headers of GET', async () => {
  const letGo = vi.fn();
  const app = new Hono()
    .use(headersOnly)
    .get('/', (c) => c.body(new ReadableStream({ cancel: letGo }), 200, { 'x-kept': 'yes' }));
  const answer = await app.request('/', { method: 'HEAD' });
  expect([answer.status, answer.headers.get('x-kept'), answer.body]).toEqual([200, 'yes', null]);
  expect(letGo).toHaveBeenCalledOnce();

  const read = await app.request('/');
  expect(read.body).not.toBeNull();
  expect(letGo).toHaveBeenCalledOnce();
});
