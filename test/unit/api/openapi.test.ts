import { describe, expect, test } from 'vitest';
import { PROBLEMS } from '../../../api/problem.ts';
import { newWorld } from './world.ts';

interface Operation {
  summary?: string;
  security?: unknown;
  responses: Record<string, { content?: Record<string, unknown> }>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { properties?: { code?: { enum?: string[] } } }>; securitySchemes: unknown };
}

const { app } = newWorld();
const document = (await (await app.request('/openapi.json')).json()) as Document;
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
);

describe('the OpenAPI document', () => {
  test('covers exactly the registered /v1 routes', () => {
    const registered = app.routes
      .filter((route) => route.path.startsWith('/v1/') && route.method !== 'ALL')
      .map((route) => `${route.method} ${route.path.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect(operations.map((o) => o.name).sort()).toEqual([...new Set(registered)].sort());
    expect(operations.length).toBeGreaterThan(15);
  });

  test('says of every route what it does, that it wants a key, and that it can answer 401', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.components.securitySchemes).toMatchObject({ bearer: { type: 'http', scheme: 'bearer' } });
    for (const { name, operation } of operations) {
      expect(operation.summary, name).toBeTruthy();
      expect(operation.security, name).toEqual([{ bearer: [] }]);
      expect(operation.responses['401']?.content, name).toHaveProperty('application/problem+json');
    }
  });

  test('lists every problem code', () => {
    expect(document.components.schemas.Problem?.properties?.code?.enum).toEqual(Object.keys(PROBLEMS));
  });

  test('points nowhere that is not in it', () => {
    const text = JSON.stringify(document);
    const names = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1] ?? '');
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) expect(document.components.schemas).toHaveProperty(name);
  });
});
