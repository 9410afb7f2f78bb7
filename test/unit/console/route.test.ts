import { expect, test } from 'vitest';
import { batchHref, identityHref, routeOf, sceneHref } from '../../../console/route.ts';

test.each([
  ['', { page: 'cast' }],
  ['#/', { page: 'cast' }],
  ['#/operations', { page: 'operations' }],
  ['#/identities/abc', { page: 'identity', identityId: 'abc' }],
  ['#/identities/', { page: 'unknown' }],
  ['#/identities/a/b', { page: 'unknown' }],
  ['#/identities/%E0', { page: 'unknown' }],
  ['#/stills', { page: 'stills' }],
  ['#/stills/abc', { page: 'stills', batchId: 'abc' }],
  ['#/stills/a/b', { page: 'unknown' }],
  ['#/elsewhere', { page: 'unknown' }],
])('the fragment %s means %o', (hash, route) => {
  expect(routeOf(hash)).toEqual(route);
});

test('an identity is found by the address that links name', () => {
  expect(routeOf(identityHref('a b'))).toEqual({ page: 'identity', identityId: 'a b' });
});

test('a batch, and a scene with a character in it, are found by the addresses that links name', () => {
  expect(routeOf(batchHref('a b'))).toEqual({ page: 'stills', batchId: 'a b' });
  expect(routeOf(sceneHref('a&b'))).toEqual({ page: 'stills', characterIds: ['a&b'] });
});
