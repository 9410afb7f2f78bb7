// Projects of others: a folder of their own with our packages in it, as `npm install` puts them there.

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { packPackages } from '../../publish/pack.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Workshop {
  folder: string;
  /** The tarballs of the packages by their rooms. */
  tarballs: Record<string, string>;
  /** A project with these packages of ours, and those of others in the versions that we have. */
  newProject(name: string, rooms: string[], packages: string[], files: Record<string, string>): Promise<Project>;
  remove(): void;
}

export interface Project {
  folder: string;
  /** Runs a program of the project; answers what it printed. Throws with that when it fails. */
  run(command: string, ...args: string[]): Promise<string>;
}

export async function openWorkshop(): Promise<Workshop> {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-elsewhere-'));
  const tarballs = await packPackages(join(folder, 'packages'));
  return {
    folder,
    tarballs,
    async newProject(name, rooms, packages, files) {
      const project = projectIn(join(folder, name));
      const manifest = { name, private: true, dependencies: Object.fromEntries(packages.map(withVersion)) };
      const ours = {
        'package.json': JSON.stringify(manifest),
        'package-lock.json': JSON.stringify({ name, lockfileVersion: 3, requires: true, packages: LOCKED }),
      };
      for (const [path, text] of Object.entries({ ...ours, ...files })) {
        const file = join(project.folder, path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
      const flags = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
      await project.run('npm', 'install', ...flags, ...rooms.map((room) => tarballs[room] ?? room));
      return project;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function projectIn(folder: string): Project {
  return {
    folder,
    async run(command, ...args) {
      try {
        return (await promisify(execFile)(command, args, { cwd: folder, maxBuffer: 64 * 1024 * 1024 })).stdout;
      } catch (error) {
        const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
        throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`, { cause: error });
      }
    },
  };
}

/**
 * The packages of others as we have them. So an installation takes what `npm ci` has put into npm's cache, and a release of
 * theirs changes no test. npm leaves out what a project does not need.
 */
const LOCKED = Object.fromEntries(
  Object.entries<object>(JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages).filter(
    ([path, entry]) => path.startsWith('node_modules/') && !('link' in entry),
  ),
);

const { dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

function withVersion(name: string): [string, string] {
  const version: unknown = dependencies[name] ?? devDependencies[name];
  if (typeof version !== 'string') throw new Error(`package.json does not name ${name}`);
  return [name, version];
}
