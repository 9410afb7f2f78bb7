import { describe, expect, test } from 'vitest';
import { mayScrape } from '../../../adapters/telemetry/metrics-access.ts';

const from = (remoteAddress: string | undefined, headers: Record<string, string> = {}) => ({
  remoteAddress,
  header: (name: string) => headers[name],
});

describe('without a token, this machine alone', () => {
  test.each(['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1'])('%s may', (address) => {
    expect(mayScrape(from(address), undefined)).toBe(true);
  });
  test.each(['10.0.0.1', '::ffff:10.0.0.1', '::2', '127.0.0.1.evil.test', '', undefined])('%s may not', (address) => {
    expect(mayScrape(from(address), undefined)).toBe(false);
  });
  test.each(['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'])('a proxy that says so by %s may not', (name) => {
    expect(mayScrape(from('127.0.0.1', { [name]: 'x' }), undefined)).toBe(false);
  });
});

describe('with a token, whoever has it', () => {
  test('from anywhere', () => {
    expect(mayScrape(from('10.0.0.1', { authorization: 'Bearer t0ken' }), 't0ken')).toBe(true);
  });
  test.each(['', 'Bearer t0ke', 't0ken', 'Bearer t0ken2'])(
    'and not by "%s", even from this machine',
    (authorization) => {
      expect(mayScrape(from('127.0.0.1', { authorization }), 't0ken')).toBe(false);
    },
  );
  test('and not without any', () => {
    expect(mayScrape(from('127.0.0.1'), 't0ken')).toBe(false);
  });
});
