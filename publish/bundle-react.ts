// The React parts as one script and one style sheet, with what the page around them brings left out.

import { join } from 'node:path';
import { build } from 'vite';

/** Packages that a page installs: of React and of the client there must be one. */
const OUTSIDE =
  /^(react|react-dom|react-dropzone|@tanstack\/react-query|@radix-ui\/react-dialog|@likeness\/client)($|\/)/;

/** Into `folder`: index.js and style.css. */
export async function bundleReact(root: string, folder: string): Promise<void> {
  await build({
    root: join(root, 'react'),
    configFile: false,
    logLevel: 'warn',
    mode: 'production',
    // Whatever NODE_ENV is, no page gets React's runtime for development.
    oxc: { jsx: { runtime: 'automatic', development: false } },
    plugins: [
      {
        name: 'client-is-a-package',
        enforce: 'pre',
        resolveId: (source) => (isClient(source) ? { id: '@likeness/client', external: true } : undefined),
      },
    ],
    build: {
      outDir: folder,
      emptyOutDir: true,
      minify: false,
      // As the console has it: the first versions that know light-dark().
      target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
      lib: { entry: 'parts/index.ts', formats: ['es'], fileName: 'index', cssFileName: 'style' },
      // The parts hold state: a page of React Server Components has them on its client's side.
      rolldownOptions: { external: OUTSIDE, output: { banner: "'use client';" } },
    },
  });
}

/** What the client exports by its name; a random id is not among it, and comes into the script. */
export function isClient(source: string): boolean {
  return /^(\.\.\/)+client\/(index|error|types)\.(ts|js)$/.test(source);
}
