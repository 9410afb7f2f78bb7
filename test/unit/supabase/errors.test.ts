import { describe, expect, test } from 'vitest';
import { failureOf, type StoreError } from '../../../adapters/supabase/errors.ts';
import type { FailureCode } from '../../../domain/failure.ts';

const SECRET = 'ada@example.org https://x.supabase.co/storage/v1/object/sign/a?token=ey.J0 sb_secret_1';
const budget = (details: string | null): StoreError => ({
  code: 'P0001',
  status: 400,
  message: 'budget exceeded',
  details,
});

const TABLE: [name: string, error: StoreError, code: FailureCode][] = [
  ['no connection', { message: 'TypeError: fetch failed', code: '', details: SECRET, status: 0 }, 'StoreUnavailable'],
  ['no connection to the storage', { message: `fetch failed ${SECRET}` }, 'StoreUnavailable'],
  ['a gateway error without JSON', { message: '<html>502</html>', status: 502 }, 'StoreUnavailable'],
  ['a server error of the database', { code: 'XX000', message: SECRET, status: 500 }, 'StoreUnavailable'],
  ['too many requests', { message: 'slow down', status: 429 }, 'StoreUnavailable'],
  ['too many requests, in HTTP 400', { message: SECRET, status: 400, statusCode: '429' }, 'StoreUnavailable'],
  ['PostgREST without its database', { code: 'PGRST002', message: SECRET, status: 503 }, 'StoreUnavailable'],
  ['a deadlock', { code: '40P01', message: SECRET, status: 500 }, 'StoreUnavailable'],
  ['a statement that took too long', { code: '57014', message: SECRET, status: 500 }, 'StoreUnavailable'],
  ['a wrong key', { message: `Invalid API key ${SECRET}`, status: 401 }, 'StoreUnavailable'],
  ['a wrong key, in HTTP 400', { message: SECRET, status: 400, statusCode: '403' }, 'StoreUnavailable'],
  ['the key of another role', { code: '42501', message: SECRET, status: 403 }, 'StoreUnavailable'],
  ['a database without our functions', { code: 'PGRST202', message: SECRET, status: 404 }, 'StoreUnavailable'],
  ['a missing bucket', { message: 'Bucket not found', status: 400, statusCode: '404' }, 'StoreUnavailable'],
  ['an address that is not Supabase', { message: `<html>${SECRET}</html>`, status: 404 }, 'StoreUnavailable'],
  ['no row', { code: 'PGRST116', message: SECRET, status: 406 }, 'NotFound'],
  ['a row that a function misses', { code: 'PT404', message: 'no such identity', status: 404 }, 'NotFound'],
  ['a parent that is gone', { code: '23503', message: SECRET, details: SECRET, status: 409 }, 'NotFound'],
  ['an id that is none', { code: '22P02', message: 'invalid input syntax for type uuid: "x"' }, 'NotFound'],
  ['a missing file', { message: 'Object not found', status: 400, statusCode: '404' }, 'NotFound'],
  ['a missing file, by name', { message: 'Object not found', status: 404, statusCode: 'NoSuchKey' }, 'NotFound'],
  [
    'a budget that is used up',
    budget('{"scope":"month","cap":1,"reserved":1,"charged":0,"wanted":1}'),
    'BudgetExceeded',
  ],
  ['a LoRA that changed', { code: 'P0001', message: 'lora differs', status: 400 }, 'InvalidLora'],
  ['a closed identity', { code: 'P0001', message: 'identity is closed', status: 400 }, 'Internal'],
  ['another refusal', { code: 'P0001', message: SECRET, status: 400 }, 'Internal'],
  ['the same row twice', { code: '23505', message: SECRET, details: SECRET, status: 409 }, 'Internal'],
  ['a broken rule', { code: '23514', message: SECRET, details: SECRET, status: 400 }, 'Internal'],
  ['another value that is none', { code: '22P02', message: 'invalid input syntax for type json' }, 'InvalidInput'],
  ['U+0000 in a text', { code: '22021', message: SECRET, status: 400 }, 'InvalidInput'],
  ['U+0000 in jsonb', { code: '22P05', message: SECRET, details: SECRET, status: 400 }, 'InvalidInput'],
  ['a text that is too long', { code: '22001', message: SECRET, status: 400 }, 'InvalidInput'],
  ['a number out of range', { code: '22003', message: SECRET, status: 400 }, 'InvalidInput'],
  ['a time that is none', { code: '22007', message: SECRET, status: 400 }, 'InvalidInput'],
  ['a file that is too large', { message: SECRET, status: 400, statusCode: '413' }, 'Internal'],
  ['a type that the bucket refuses', { message: SECRET, status: 400, statusCode: '415' }, 'Internal'],
  ['a request that PostgREST refuses', { code: 'PGRST100', message: SECRET, status: 400 }, 'Internal'],
];

describe('an error of the store', () => {
  test.each(TABLE)('%s', (_name, error, code) => {
    const failure = failureOf(error, 'the identity 1');
    expect(failure.code).toBe(code);
    for (const part of SECRET.split(' ')) expect(failure.message).not.toContain(part);
    expect(failure.cause).toBeUndefined();
  });

  test('names what is missing', () => {
    expect(failureOf({ code: 'PGRST116', message: '' }, 'the identity 1').message).toBe('Not found: the identity 1.');
  });
});

describe('a budget that is used up', () => {
  const amounts = '"cap": 10000000, "reserved": 500000, "charged": 9000000, "wanted": 2000000';

  test('of the month is told in dollars, with the next step', () => {
    const { message } = failureOf(budget(`{"scope": "month", ${amounts}}`), 'the identity 1');
    expect(message).toBe(
      'This may cost $2.00, but only $0.50 of the monthly budget of $10.00 is left: $9.00 is charged, and open requests ' +
        'reserve $0.50. Raise it with PUT /v1/budget, or wait for the next month (UTC).',
    );
  });

  test('of one identity is told as such', () => {
    const { message } = failureOf(budget(`{"scope": "identity", ${amounts}}`), 'the identity 1');
    expect(message).toBe(
      'This may cost $2.00, but only $0.50 of the $10.00 that one identity may cost is left: $9.00 is charged, and open ' +
        'requests reserve $0.50. Raise LIKENESS_IDENTITY_CAP_USD of the API and the workers, or take fewer ' +
        'training steps.',
    );
  });

  test.each([
    null,
    '',
    'not JSON',
    '{"scope":"month","cap":"x"}',
    'null',
    `{${amounts}}`,
    `{"scope":"day",${amounts}}`,
  ])('is told without amounts when they came as %j', (details) => {
    const { code, message } = failureOf(budget(details), 'the identity 1');
    expect(code).toBe('BudgetExceeded');
    expect(message).toBe('The budget does not allow this request. Look at GET /v1/budget, and raise what is used up.');
  });
});
