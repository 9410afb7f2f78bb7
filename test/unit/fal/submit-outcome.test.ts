// Only what is surely refused may be posted again; whatever may have been taken is unknown.

import { describe, expect, it } from 'vitest';
import { outcomeOfAnswer, outcomeOfError } from '../../../adapters/fal/submit-outcome.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const ID = '764cabcf-b745-4b3e-ae38-1200304cf45b';

interface Row {
  name: string;
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
  outcome: Record<string, unknown>;
}

const NEVER = { kind: 'refused', retry: 'never' };
const LATER = { kind: 'refused', retry: 'later' };
const locked = (closes: string) => ({ kind: 'refused', retry: 'later', closes });
const ENDPOINT = { kind: 'refused', retry: 'never', closes: 'endpoint' };
const UNKNOWN = { kind: 'unknown' };

const ANSWERS: Row[] = [
  { name: 'a request id', status: 200, body: { request_id: ID }, outcome: { kind: 'accepted', requestId: ID } },
  {
    name: '202 with a request id',
    status: 202,
    body: { request_id: ID },
    outcome: { kind: 'accepted', requestId: ID },
  },
  {
    name: 'the id in the body before the one in the header',
    status: 200,
    body: { request_id: ID },
    headers: { 'x-fal-request-id': 'gateway-attempt' },
    outcome: { kind: 'accepted', requestId: ID },
  },
  {
    name: 'the id in a header when the body broke off',
    status: 200,
    body: '{"request_',
    headers: { 'x-fal-request-id': ID },
    outcome: { kind: 'accepted', requestId: ID },
  },
  { name: 'no id anywhere', status: 200, body: { status: 'IN_QUEUE' }, outcome: UNKNOWN },
  { name: 'an id that is no path segment', status: 200, body: { request_id: '../x' }, outcome: UNKNOWN },
  { name: 'such an id in the header', status: 200, headers: { 'x-fal-request-id': 'a/b' }, outcome: UNKNOWN },
  { name: 'an empty body', status: 200, body: '', outcome: UNKNOWN },
  { name: 'a body of HTML', status: 200, body: '<html>', outcome: UNKNOWN },
  { name: 'a redirect', status: 302, outcome: UNKNOWN },
  { name: '400', status: 400, body: { detail: 'bad', error_type: 'bad_request' }, outcome: NEVER },
  { name: '404', status: 404, body: { detail: 'Application "x" not found' }, outcome: NEVER },
  { name: '422', status: 422, body: { detail: [{ type: 'missing', msg: 'field required' }] }, outcome: NEVER },
  { name: '413', status: 413, outcome: NEVER },
  { name: '401', status: 401, body: { detail: 'invalid key credentials' }, outcome: locked('key') },
  { name: '402', status: 402, outcome: locked('balance') },
  { name: '403', status: 403, body: { detail: 'User is locked.' }, outcome: locked('other') },
  ...[
    ['Exhausted balance. Top up your balance at fal.ai/dashboard/billing.', 'balance'],
    ['TOP_UP', 'balance'],
    ['Admin lock', 'admin'],
  ].map(([reason = '', kind = '']) => ({
    name: `403 of a lock: ${reason}`,
    status: 403,
    body: { detail: `User is locked. Reason: ${reason}` },
    outcome: locked(kind),
  })),
  { name: '400 of a lock', status: 400, body: { detail: 'User is locked' }, outcome: locked('other') },
  { name: '403 for this endpoint', status: 403, body: { detail: 'Access denied' }, outcome: ENDPOINT },
  { name: '403 without a word', status: 403, outcome: ENDPOINT },
  { name: '429', status: 429, outcome: LATER },
  { name: '429 with seconds', status: 429, headers: { 'retry-after': '7' }, outcome: { ...LATER, retryAfterMs: 7000 } },
  {
    name: '429 with a date',
    status: 429,
    headers: { 'retry-after': 'Sun, 22 Nov 2026 12:00:30 GMT' },
    outcome: { ...LATER, retryAfterMs: 30_000 },
  },
  { name: '408, which a proxy may answer after it passed the request on', status: 408, outcome: UNKNOWN },
  { name: '409', status: 409, outcome: UNKNOWN },
  { name: '500', status: 500, outcome: UNKNOWN },
  { name: '502 of a proxy', status: 502, body: '<html>502 Bad Gateway</html>', outcome: UNKNOWN },
  { name: '503', status: 503, outcome: UNKNOWN },
  { name: '504', status: 504, outcome: UNKNOWN },
  {
    name: '504 because the time to start ran out',
    status: 504,
    headers: { 'x-fal-request-timeout-type': 'user' },
    outcome: LATER,
  },
];

describe('the outcome of an answered submit', () => {
  it.each(ANSWERS)('$name → $outcome.kind $outcome.retry', ({ status, headers, body, outcome }) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body ?? null);
    expect(outcomeOfAnswer({ status, headers: new Headers(headers), body: text }, NOW)).toMatchObject(outcome);
  });

  it('names the request id of a 5xx, for the person who looks it up', () => {
    const answer = { status: 502, headers: new Headers({ 'x-fal-request-id': ID }), body: '' };
    expect(outcomeOfAnswer(answer, NOW)).toMatchObject({ kind: 'unknown', reason: expect.stringContaining(ID) });
  });

  it('tells fal’s reason without addresses', () => {
    const detail = [
      { type: 'file_download_error', msg: 'No file at https://files.test/a.zip?token=secret', input: 'x' },
    ];
    const outcome = outcomeOfAnswer({ status: 422, headers: new Headers(), body: JSON.stringify({ detail }) }, NOW);
    expect(outcome).toMatchObject({ reason: 'fal refused the request: file_download_error: No file at [address]' });
  });
});

/** As fetch throws it: the socket's error is the cause. */
function fetchFailed(cause: unknown): Error {
  return new TypeError('fetch failed', { cause });
}

const coded = (code: string, more: object = {}) => Object.assign(new Error(`socket: ${code}`), { code, ...more });

describe('the outcome of a submit without an answer', () => {
  const NOT_SENT = [
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'UND_ERR_CONNECT_TIMEOUT',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ];
  it.each(NOT_SENT)('%s: nothing was sent, it may be tried later', (code) => {
    expect(outcomeOfError(fetchFailed(coded(code)))).toEqual({
      kind: 'refused',
      reason: `fal cannot be reached: ${code}`,
      retry: 'later',
    });
  });

  const MAYBE_SENT = [
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'EPROTO',
    'UND_ERR_SOCKET',
    'UND_ERR_HEADERS_TIMEOUT',
    'UND_ERR_BODY_TIMEOUT',
    'SOMETHING_NEW',
  ];
  it.each(MAYBE_SENT)('%s: it may have been taken', (code) => {
    expect(outcomeOfError(fetchFailed(coded(code)))).toMatchObject({ kind: 'unknown' });
  });

  it.each([
    ['our own time-out', new DOMException('timed out', 'TimeoutError')],
    ['a redirect that was not followed', fetchFailed(new Error('unexpected redirect'))],
    ['an error without a code', new TypeError('fetch failed')],
    ['something that is no error', 'boom'],
  ])('%s: it may have been taken', (_name, error) => {
    expect(outcomeOfError(error)).toMatchObject({ kind: 'unknown' });
  });

  it('a time-out while connecting to each of several addresses: nothing was sent', () => {
    const connect = () => coded('ETIMEDOUT', { syscall: 'connect' });
    const all = Object.assign(new AggregateError([connect(), connect()]), { code: 'ETIMEDOUT' });
    expect(outcomeOfError(fetchFailed(all))).toMatchObject({ kind: 'refused', retry: 'later' });
    const some = Object.assign(new AggregateError([connect(), coded('ETIMEDOUT', { syscall: 'read' })]), {
      code: 'ETIMEDOUT',
    });
    expect(outcomeOfError(fetchFailed(some))).toMatchObject({ kind: 'unknown' });
  });
});
