import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { PROBLEMS } from '../../../api/problem.ts';
import { newWorld } from './world.ts';

const require = createRequire(import.meta.url);

interface Operation {
  operationId?: string;
  summary?: string;
  tags?: string[];
  security?: unknown;
  requestBody?: { content: Content };
  responses: Record<string, { content?: Content }>;
}
type Content = Record<string, { schema?: { $ref?: string; format?: string } }>;
interface Document {
  openapi: string;
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, { properties?: { code?: { enum?: string[] } }; example?: unknown }>;
    securitySchemes: unknown;
  };
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
      expect(operation.security, name).toEqual([{ bearer: expect.any(Array) }]);
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

  test('names every operation once, under a tag that it describes', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(ids.filter((id) => !/^[a-z][A-Za-z]+$/.test(id ?? ''))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    const described = document.tags.map(({ name }) => name);
    for (const { name, operation } of operations) {
      expect(operation.tags, name).toHaveLength(1);
      expect(described, name).toContain(operation.tags?.[0]);
    }
  });

  test('shows an example of every JSON body', () => {
    for (const { name, operation } of operations) {
      for (const body of [operation.requestBody, ...Object.values(operation.responses)]) {
        for (const [type, { schema }] of Object.entries(body?.content ?? {})) {
          if (!type.endsWith('json')) continue;
          const component = /^#\/components\/schemas\/(\w+)$/.exec(schema?.$ref ?? '')?.[1] ?? '';
          expect(document.components.schemas[component]?.example, `${name}, ${type} ${component}`).toBeDefined();
        }
      }
    }
  });

  test('passes the recommended rules of Redocly without an error or a warning', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'likeness-openapi-'));
    try {
      const file = join(folder, 'openapi.json');
      await writeFile(file, JSON.stringify(document));
      expect(await lint(file)).toEqual([]);
      await writeFile(file, JSON.stringify({ ...document, tags: [], servers: [] }));
      expect(await lint(file)).toEqual([expect.stringContaining('error no-empty-servers')]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

/** What the linter finds, a line each. */
async function lint(file: string): Promise<string[]> {
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  const args = [require.resolve('@redocly/cli/bin/cli.js'), 'lint', '--extends=recommended', '--format=json', file];
  // It exits with 1 when there are errors, and prints them all the same.
  const { stdout } = await promisify(execFile)(process.execPath, args, { env }).catch((end: { stdout: string }) => end);
  const { problems } = JSON.parse(stdout) as { problems: { ruleId: string; severity: string; message: string }[] };
  return problems.map(({ severity, ruleId, message }) => `${severity} ${ruleId}: ${message}`);
}
