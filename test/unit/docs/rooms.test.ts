// The drawing of the rooms in ARCHITECTURE.md has an arrow for every room that imports another, and no other arrow.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const ROOMS = readdirSync(ROOT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && hasCode(entry.name))
  .map(({ name }) => name);

/** Rooms that hold TypeScript; tests may import everything, and are not drawn. */
function hasCode(name: string): boolean {
  if (name.startsWith('.') || ['node_modules', 'dist', 'test'].includes(name)) return false;
  return readdirSync(join(ROOT, name), { recursive: true }).some((file) => /\.tsx?$/.test(String(file)));
}

function imports(): Set<string> {
  const found = new Set<string>();
  for (const room of ROOMS) {
    for (const entry of readdirSync(join(ROOT, room), { recursive: true })) {
      const path = join(ROOT, room, String(entry));
      if (!/\.tsx?$/.test(path) || path.includes('node_modules')) continue;
      for (const [, to = ''] of readFileSync(path, 'utf8').matchAll(/(?:from|import\() ?'(\.{1,2}\/[^']+)'/g)) {
        const other = relative(ROOT, join(dirname(path), to)).split('/')[0] ?? '';
        if (other !== room && ROOMS.includes(other)) found.add(`${room} --> ${other}`);
      }
    }
  }
  return found;
}

test('every arrow between two rooms is drawn, and every one that is drawn is there', () => {
  const [, drawing = ''] = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8').match(/```mermaid\n([\s\S]*?)```/) ?? [];
  const drawn = drawing.matchAll(/^ *(\w+) --(?: [^->]+ --)?> (\w+)$/gm);
  expect([...drawn].map(([, from, to]) => `${from} --> ${to}`).sort()).toEqual([...imports()].sort());
});
