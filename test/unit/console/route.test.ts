import { expect, test } from 'vitest';
import { identityHref, routeOf } from '../../../console/route.ts';

test.each([
  ['', { page: 'cast' }],
  ['#/', { page: 'cast' }],
  ['#/operations', { page: 'operations' }],
  ['#/identities/abc', { page: 'identity', identityId: 'abc' }],
  ['#/identities/', { page: 'unknown' }],
  ['#/identities/a/b', { page: 'unknown' }],
  ['#/identities/%E0', { page: 'unknown' }],
  ['#/elsewhere', { page: 'unknown' }],
])('the fragment %s means %o', (hash, route) => {
  expect(routeOf(hash)).toEqual(route);
});

test('an identity is found by the address that links name', () => {
  expect(routeOf(identityHref('a b'))).toEqual({ page: 'identity', identityId: 'a b' });
});
