// Page cursors: the end of the last page, as (created_at, id), so that new rows neither repeat nor hide others. Opaque
// to clients, and validated strictly: a cursor goes into a filter.

import { Failure } from '../../domain/failure.ts';

interface Position {
  createdAt: string;
  id: string;
}

/** PostgREST's form, with microseconds, which distinguish rows. */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d:\d\d$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SEPARATOR = ' ';

export function encodeCursor({ createdAt, id }: Position): string {
  return Buffer.from(createdAt + SEPARATOR + id).toString('base64url');
}

/** NotFound for a text that `encodeCursor` never wrote: with the first page instead, a client would loop. */
export function decodeCursor(cursor: string): Position {
  const [createdAt = '', id = '', ...rest] = Buffer.from(cursor, 'base64url').toString().split(SEPARATOR);
  if (!TIMESTAMP.test(createdAt) || !UUID.test(id) || rest.length > 0) {
    throw new Failure('NotFound', 'No page begins at this cursor. Ask without a cursor for the first page.');
  }
  return { createdAt, id };
}

/** The filter, for `or()`, of rows after this one, newest first. */
export function olderThan({ createdAt, id }: Position): string {
  return `created_at.lt."${createdAt}",and(created_at.eq."${createdAt}",id.lt.${id})`;
}
