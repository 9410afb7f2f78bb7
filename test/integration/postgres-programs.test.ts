import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { expect, it } from 'vitest';
import { noPostgresHere, unpackPostgres } from '../support/postgres/binaries.ts';

it.skipIf(noPostgresHere)('a copy of the programs needs nothing of the checkout that it came from', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'likeness-programs-'));
  try {
    await unpackPostgres(folder);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const links = entries.filter((entry) => entry.isSymbolicLink()).map((entry) => join(entry.parentPath, entry.name));
    expect(links).not.toEqual([]);
    const targets = await Promise.all(links.map((link) => readlink(link)));
    expect(targets.filter(isAbsolute)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
