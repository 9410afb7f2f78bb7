// What the pages say of the code, where a program can tell: commands, links, settings, routes, error codes and times.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../api/config.ts';
import { newWorld } from '../api/world.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const unique = (found: Iterable<string>) => [...new Set(found)].sort();

const PAGES = [
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'client/README.md', 'react/README.md', 'sandbox/README.md'],
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const TEXT = PAGES.map(read).join('\n');
const found = (pattern: RegExp, text = TEXT) => unique([...text.matchAll(pattern)].flatMap((match) => match[1] ?? []));

/** Variables of set-up and of examples: `.env.example` is for what runs later. */
const ELSEWHERE = ['LIKENESS_API_KEY', 'LIKENESS_CACHE', 'LIKENESS_KEY'];

/** As GitHub makes the anchor of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
const anchorsOf = (page: string) =>
  [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading ?? ''));

describe('the pages', () => {
  it('name only commands that package.json has', () => {
    const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts);
    const named = found(/\bnpm run (?:--silent )?([a-z][\w:-]*)/g);
    expect(named).toEqual(expect.arrayContaining(['demo', 'check:api', 'histories']));
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
  });

  it.each(PAGES)('%s links to what there is', (page) => {
    for (const [link, target = '', anchor] of read(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)) {
      const file = join(dirname(page), target);
      const path = target === '' ? page : file;
      expect(existsSync(join(ROOT, path)), link).toBe(true);
      if (anchor) expect(anchorsOf(path), link).toContain(anchor);
    }
  });

  it('name only settings that .env.example has', () => {
    const known = found(/^#?([A-Z][A-Z0-9_]+)=/gm, read('.env.example'));
    const named = found(/\b(LIKENESS_[A-Z0-9_]*[A-Z0-9])\b(?!_)/g);
    expect(named).toContain('LIKENESS_MAX_OPEN_RUNS');
    expect(named.filter((name) => !known.includes(name) && !ELSEWHERE.includes(name))).toEqual([]);
  });

  it('name only routes that the API has', async () => {
    const answer = await newWorld().app.request('/openapi.json');
    const { paths } = (await answer.json()) as { paths: Record<string, object> };
    const known = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{\w+\}/g, '{}')}`),
    );
    const named = [...TEXT.matchAll(/\b(GET|POST|PUT|DELETE)\s+(\/v1\/[\w/{}-]+)/g)].map(
      ([, method, path = '']) => `${method} ${path.replace(/\{\w+\}/g, '{}').replace(/\/$/, '')}`,
    );
    expect(named).toContain('GET /v1/identities/{}');
    expect(unique(named).filter((route) => !known.includes(route))).toEqual([]);
  });

  it('name only error codes that the API answers', () => {
    const known = found(/\b([a-z]+(?:_[a-z]+)+): /g, read('api/problem.ts'));
    // The sandbox answers with fal's codes.
    const ours = PAGES.filter((page) => !page.startsWith('sandbox'))
      .map(read)
      .join('\n');
    const named = found(/\b[45]\d\d\s`?([a-z]+_[a-z_]+)`/g, ours);
    expect(named).toContain('budget_exceeded');
    expect(named.filter((code) => !known.includes(code))).toEqual([]);
  });

  it('name the times after which steps give up, as workflows/steps.ts has them', () => {
    const steps = read('workflows/steps.ts');
    expect(steps).toMatch(/const PATIENCE = '24h'/);
    expect(steps).toMatch(/export const loraCopy = [\s\S]*?scheduleToCloseTimeout: '1h'[\s\S]*?\}\);/);
    expect(steps).toMatch(/export const images = [^;]*scheduleToCloseTimeout: PATIENCE/);
    expect(read('docs/production.md')).toMatch(/copy of a LoRA is given up after an hour.*a test image after a day/);
  });
});

it('.env.example shows the defaults of the API as they are', () => {
  const needed = {
    SUPABASE_URL: 'http://a.test',
    SUPABASE_SERVICE_ROLE_KEY: 'key',
    LIKENESS_SANDBOX_URL: 'http://b.test',
  };
  const shown = Object.fromEntries(
    [...read('.env.example').matchAll(/^#(LIKENESS_\w+)=(.+)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
  const { LIKENESS_MONTHLY_CAP_USD, LIKENESS_MAX_OPEN_RUNS } = shown;
  expect([LIKENESS_MONTHLY_CAP_USD, LIKENESS_MAX_OPEN_RUNS]).not.toContain(undefined);
  const { host, port, caps, limits, settings } = readConfig({ ...shown, ...needed });
  expect({ host, port, caps, limits, settings }).toEqual(pickDefaults(readConfig(needed)));
});

function pickDefaults({ host, port, caps, limits, settings }: ReturnType<typeof readConfig>) {
  return { host, port, caps, limits, settings };
}
