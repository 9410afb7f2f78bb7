import { expect, test } from 'vitest';
import { decodeCursor, encodeCursor, olderThan } from '../../../adapters/supabase/cursor.ts';

const POSITION = { createdAt: '2026-11-22T10:00:00.123456+00:00', id: '5f0c1c9e-0000-4000-8000-0123456789ab' };
const encode = (text: string) => Buffer.from(text).toString('base64url');

test('a cursor comes back as the position that it was made of, microseconds included', () => {
  const cursor = encodeCursor(POSITION);
  expect(cursor).toMatch(/^[\w-]+$/);
  expect(decodeCursor(cursor)).toEqual(POSITION);
});

test.each([
  ['empty', ''],
  ['no base64url', '%%%'],
  ['without an id', encode(POSITION.createdAt)],
  ['with an id that is none', encode(`${POSITION.createdAt} 1`)],
  ['with a time that is none', encode(`yesterday ${POSITION.id}`)],
  ['with something behind it', encode(`${POSITION.createdAt} ${POSITION.id} x`)],
  ['with a filter inside it', encode(`2026-11-22T10:00:00+00:00",tenant_id.neq.0 ${POSITION.id}`)],
])('a cursor %s begins no page', (_name, cursor) => {
  expect(() => decodeCursor(cursor)).toThrow(expect.objectContaining({ code: 'NotFound' }));
});

test('the rows after a position are the older ones, and those of the same moment by id', () => {
  expect(olderThan(POSITION)).toBe(
    `created_at.lt."${POSITION.createdAt}",and(created_at.eq."${POSITION.createdAt}",id.lt.${POSITION.id})`,
  );
});
