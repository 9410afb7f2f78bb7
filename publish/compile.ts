// What TypeScript makes of the sources that are published: JavaScript, and the declarations of its types.

import { join, relative } from 'node:path';
import ts from 'typescript';
import { plainTypes } from './plain-types.ts';

/** Rooms whose files may come into a package. The server's schemas, which the client's types are made of, do not. */
const ROOMS = /^(client|domain|react|sandbox)\//;

/** Files by their path in the repository, with the endings that they have once they are built: `client/index.d.ts`. */
export type Output = ReadonlyMap<string, string>;

/** Takes the types as they are: `npm run check` is what checks them. */
export function compile(root: string, entries: readonly string[]): Output {
  const { config } = ts.readConfigFile(join(root, 'console/tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, join(root, 'console'));
  const program = ts.createProgram(
    entries.map((entry) => join(root, entry)),
    {
      ...options,
      noEmit: false,
      declaration: true,
      rewriteRelativeImportExtensions: true,
      rootDir: root,
      outDir: root,
    },
  );
  const output = new Map<string, string>();
  for (const source of program.getSourceFiles()) {
    const path = relative(root, source.fileName);
    if (!ROOMS.test(path)) continue;
    const { diagnostics } = program.emit(source, (file, text) => output.set(relative(root, file), withEndings(text)));
    if (diagnostics.length > 0) throw new Error(ts.formatDiagnostics(diagnostics, ts.createCompilerHost(options)));
    if (path === 'client/types.ts') output.set('client/types.d.ts', plainTypes(program.getTypeChecker(), source));
  }
  return output;
}

/** The files that these need, and they themselves. */
export function reachable(output: Output, entries: readonly string[]): Output {
  const found = new Map<string, string>();
  const add = (path: string) => {
    const text = output.get(path);
    if (found.has(path)) return;
    if (text === undefined) throw new Error(`${path} is needed, and nothing is built of it.`);
    found.set(path, text);
    for (const [, to = ''] of text.matchAll(/(?:from|import\() ?["'](\.[^"']+)["']/g)) {
      const file = join(path, '..', to);
      add(path.endsWith('.d.ts') ? file.replace(/\.js$/, '.d.ts') : file);
    }
  };
  for (const entry of entries) add(entry);
  return found;
}

/** TypeScript leaves the imports in declarations as they are written, and nobody else reads our CSS as types. */
function withEndings(text: string): string {
  return text
    .replaceAll(/^import '[^']+\.css';\n/gm, '')
    .replaceAll(/((?:from|import\() ?["']\.[^"']+)\.tsx?(["'])/g, '$1.js$2');
}
