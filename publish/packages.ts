// The three packages that others install, made of their rooms.

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleReact } from './bundle-react.ts';
import { compile, type Output, reachable } from './compile.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A folder for each under `target`, as `npm pack` and `npm publish` take it. Answers the folders. */
export async function buildPackages(target: string): Promise<string[]> {
  const output = compile(ROOT, [
    ...['client/index.ts', 'client/storyboard.ts', 'react/parts/index.ts', 'sandbox/index.ts', 'sandbox/main.ts'],
  ]);
  rmSync(target, { recursive: true, force: true });
  const folder = (room: string) => join(target, room);
  const client = ['client/index.js', 'client/index.d.ts', 'client/storyboard.js', 'client/storyboard.d.ts'];
  write(folder('client'), reachable(output, client));
  await bundleReact(ROOT, join(folder('react'), 'dist/react'));
  write(folder('react'), reachable(ofPackage(output), ['react/parts/index.d.ts']));
  write(folder('sandbox'), reachable(output, ['sandbox/index.js', 'sandbox/index.d.ts', 'sandbox/main.js']));
  return ['client', 'react', 'sandbox'].map((room) => {
    for (const [from, to] of [
      [`${room}/README.md`, 'README.md'],
      ['LICENSE', 'LICENSE'],
    ] as const) {
      cpSync(join(ROOT, from), join(folder(room), to));
    }
    // The rooms themselves are private, because they hold nothing that is built.
    const { private: _, ...manifest } = JSON.parse(readFileSync(join(ROOT, room, 'package.json'), 'utf8'));
    writeFileSync(join(folder(room), 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    return folder(room);
  });
}

/** The declarations of the parts, which know the client by its package. */
function ofPackage(output: Output): Output {
  const pattern = /(["'])(?:\.\.\/)+client\/(?:index|error|types)\.js\1/g;
  return new Map([...output].map(([path, text]) => [path, text.replaceAll(pattern, "'@likeness/client'")]));
}

function write(folder: string, files: Output): void {
  for (const [path, text] of files) {
    const file = join(folder, 'dist', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
