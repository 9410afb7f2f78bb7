// Tarballs of the three packages.

import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { buildPackages } from './packages.ts';

/** Builds the packages and packs them into `target`. Answers the paths of the tarballs by `client`, `react`, `sandbox`. */
export async function packPackages(target: string): Promise<Record<string, string>> {
  mkdirSync(target, { recursive: true });
  const tarballs: Record<string, string> = {};
  for (const folder of await buildPackages(join(target, 'unpacked'))) {
    const { stdout } = await promisify(execFile)('npm', ['pack', folder, '--json', '--pack-destination', target]);
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
    tarballs[basename(folder)] = join(target, filename);
  }
  return tarballs;
}
