import { expect, test } from 'vitest';
import { apiKeyHash } from '../../../adapters/supabase/keys.ts';

test('a key is known by its SHA-256 in hex', () => {
  // FIPS 180-2, appendix B.1.
  expect(apiKeyHash('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
