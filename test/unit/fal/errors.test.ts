// fal's errors become ours in one place: the class says who acts next, the message holds nothing that was sent.

import { describe, expect, it } from 'vitest';
import { type FalOperation, failureOfAnswer, failureOfError } from '../../../adapters/fal/errors.ts';
import type { FailureCode } from '../../../domain/failure.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');

function failure(operation: FalOperation, status: number, body: unknown = null, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return failureOfAnswer(operation, { status, headers: new Headers(headers), body: text }, NOW);
}

const MODEL_ERROR = { detail: [{ loc: ['body'], type: 'invalid_archive', msg: 'Not a zip', input: 'secret' }] };
const CRASH = { detail: [{ type: 'internal_server_error', msg: 'Internal server error' }] };

const TABLE: [FalOperation, number, unknown, FailureCode][] = [
  ['status', 401, { detail: 'invalid key credentials' }, 'ProviderAccount'],
  ['status', 403, { detail: 'User is locked.' }, 'ProviderAccount'],
  ['status', 404, { status: 'NOT_FOUND' }, 'ProviderUnavailable'],
  ['status', 405, null, 'ProviderUnavailable'],
  ['status', 429, null, 'ProviderThrottled'],
  ['status', 500, { detail: 'x', error_type: 'internal_error' }, 'ProviderUnavailable'],
  ['status', 502, '<html>502 Bad Gateway</html>', 'ProviderUnavailable'],
  ['result', 202, { status: 'IN_PROGRESS' }, 'NotReadyYet'],
  ['result', 400, { detail: 'Request is still in progress' }, 'NotReadyYet'],
  ['result', 400, { detail: 'x', error_type: 'bad_request' }, 'ProviderFailed'],
  ['result', 400, { detail: [{ type: 'downstream_service_error', msg: 'x' }] }, 'ProviderFailed'],
  ['result', 401, { detail: 'invalid key credentials' }, 'ProviderAccount'],
  ['result', 403, { detail: 'User is locked.' }, 'ProviderAccount'],
  ['result', 404, { detail: 'Request not found' }, 'ProviderUnavailable'],
  ['result', 422, MODEL_ERROR, 'ProviderFailed'],
  ['result', 422, { detail: 'a plain text' }, 'ProviderFailed'],
  ['result', 429, null, 'ProviderThrottled'],
  ['result', 499, { detail: 'x', error_type: 'client_cancelled' }, 'ProviderFailed'],
  ['result', 500, CRASH, 'ProviderFailed'],
  ['result', 503, '<html>', 'ProviderUnavailable'],
  ['cancel', 400, { status: 'ALREADY_COMPLETED' }, 'NotFound'],
  ['cancel', 404, { status: 'NOT_FOUND' }, 'NotFound'],
  ['cancel', 403, null, 'ProviderUnavailable'],
  ['status', 403, { detail: 'Access denied' }, 'ProviderUnavailable'],
  ['result', 403, { detail: 'Access denied' }, 'ProviderUnavailable'],
  ['upload', 403, { detail: 'Forbidden' }, 'ProviderUnavailable'],
  ['listing', 403, null, 'ProviderUnavailable'],
  ['cancel', 500, null, 'ProviderUnavailable'],
  ['upload', 403, { detail: 'User is locked.' }, 'ProviderAccount'],
  ['upload', 413, null, 'SubmissionRejected'],
  ['upload', 503, null, 'ProviderUnavailable'],
  ['upload_bytes', 403, null, 'ProviderUnavailable'],
  ['upload_bytes', 500, null, 'ProviderUnavailable'],
  ['listing', 401, { error: { type: 'authorization_error', message: 'x' } }, 'ProviderAccount'],
  ['listing', 429, { error: { type: 'rate_limited', message: 'x' } }, 'ProviderThrottled'],
  ['listing', 422, { error: { type: 'validation_error', message: 'x' } }, 'Internal'],
  ['download', 404, null, 'NotFound'],
  ['download', 403, null, 'NotFound'],
  ['download', 429, null, 'ProviderThrottled'],
  ['download', 500, null, 'ProviderUnavailable'],
];

describe('an answer that is no success', () => {
  it.each(TABLE)('%s HTTP %i %j → %s', (operation, status, body, code) => {
    expect(failure(operation, status, body).code).toBe(code);
  });

  it('names the type and the words of a model’s error, and nothing that was sent', () => {
    const detail = [
      { type: 'file_download_error', msg: 'Cannot get https://x.test/a.zip?token=abc', input: 'https://x.test/a.zip' },
      { type: 'missing', msg: 'Field required', input: { prompt: 'TOK person' }, url: 'https://errors.test/missing' },
    ];
    expect(failure('result', 422, { detail }).message).toBe(
      'fal could not finish the job: file_download_error: Cannot get [address]; missing: Field required',
    );
  });

  it('repeats no key and no data URI, and stays short', () => {
    const key = `${'8'.repeat(8)}-aaaa-bbbb-cccc-${'1'.repeat(12)}:${'f'.repeat(32)}`;
    const { message } = failure('status', 500, { detail: `${key} data:image/png;base64,AAAA ${'long '.repeat(500)}` });
    expect(message).not.toContain('ffff');
    expect(message).not.toContain('AAAA');
    expect(message.length).toBeLessThan(400);
  });

  it('carries the wait that fal asks for', () => {
    expect(failure('status', 429, null, { 'retry-after': '12' }).retryAfterMs).toBe(12_000);
    expect(failure('status', 503, null, { 'retry-after': '3' }).retryAfterMs).toBe(3000);
    expect(failure('status', 429, null, { 'retry-after': '86400' }).retryAfterMs).toBe(600_000);
    expect(failure('status', 429).retryAfterMs).toBeUndefined();
    expect(failure('status', 429, null, { 'retry-after': 'soon' }).retryAfterMs).toBeUndefined();
  });
});

describe('a job that failed', () => {
  const units = (operation: FalOperation, status: number, value: string | undefined) =>
    failure(operation, status, MODEL_ERROR, value === undefined ? {} : { 'x-fal-billable-units': value }).billableUnits;

  it('carries what fal bills for it all the same', () => {
    expect(units('result', 422, '0')).toBe(0);
    expect(units('result', 422, '12.5')).toBe(12.5);
    expect(units('result', 500, '3')).toBe(3);
  });

  it('carries nothing where fal does not say, or not in numbers', () => {
    for (const value of [undefined, '', ' ', 'many', '-1', 'Infinity'])
      expect(units('result', 422, value)).toBeUndefined();
  });
});

describe('a request without an answer', () => {
  it('is a provider that cannot be reached, told by the code alone', () => {
    const quoting = new TypeError('Headers.append: "Key my-secret" is an invalid header value.');
    const told = failureOfError('status', Object.assign(quoting, { code: 'ECONNRESET' }));
    expect(told.code).toBe('ProviderUnavailable');
    expect(told.cause).toBeUndefined();
    expect(told.message).toContain('ECONNRESET');
    expect(told.message).not.toContain('my-secret');
  });
});

it('a policy refusal keeps its categories and its field, for people and for programs, and nothing that was sent', () => {
  const detail = [
    {
      type: 'content_policy_violation',
      loc: ['body', 'prompt'],
      msg: 'The content was flagged by a content checker.',
      input: 'secret prompt',
      categories: ['sexual', 'model_moderated'],
    },
  ];
  const answer = { status: 422, headers: new Headers(), body: JSON.stringify({ detail }) };
  const failure = failureOfAnswer('result', answer, 0);
  expect(failure.message).toBe(
    'fal could not finish the job: content_policy_violation (sexual, model_moderated; body.prompt): The content was flagged by a content checker.',
  );
  expect(failure.problems).toEqual([
    { type: 'content_policy_violation', field: 'body.prompt', categories: ['sexual', 'model_moderated'] },
  ]);
  expect(JSON.stringify(failure)).not.toContain('secret');
});
