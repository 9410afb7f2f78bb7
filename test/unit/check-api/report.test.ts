import { expect, test } from 'vitest';
import { answersOf, unreached } from '../../check-api/report.ts';

const har = (...asked: [method: string, url: string, status: number][]) =>
  JSON.stringify({
    log: { entries: asked.map(([method, url, status]) => ({ request: { method, url }, response: { status } })) },
  });

const PATHS = {
  '/v1/photos/{id}': { delete: {}, get: {} },
  '/v1/photos/inspect': { post: {} },
  '/v1/budget': { get: {} },
};

test('answers are counted by operation, a name of its own before a parameter', () => {
  const answers = answersOf(
    har(
      ['POST', 'http://api.test/v1/photos/inspect', 200],
      ['POST', 'http://api.test/v1/photos/inspect?x=1', 200],
      ['GET', 'http://api.test/v1/photos/1', 404],
      ['TRACE', 'http://api.test/v1/budget', 405],
      ['GET', 'http://api.test/v1/elsewhere/1', 200],
    ),
    PATHS,
  );
  expect(Object.fromEntries([...answers].map(([name, counts]) => [name, Object.fromEntries(counts)]))).toEqual({
    'POST /v1/photos/inspect': { 200: 2 },
    'GET /v1/photos/{id}': { 404: 1 },
    'DELETE /v1/photos/{id}': {},
    'GET /v1/budget': {},
  });
});

test('an operation that was only ever refused was not reached', () => {
  const answers = answersOf(
    har(
      ['DELETE', 'http://api.test/v1/photos/1', 204],
      ['GET', 'http://api.test/v1/photos/1', 404],
      ['POST', 'http://api.test/v1/photos/inspect', 409],
      ['GET', 'http://api.test/v1/budget', 401],
    ),
    PATHS,
  );
  expect(unreached(answers).toSorted()).toEqual(['GET /v1/budget', 'GET /v1/photos/{id}']);
});
