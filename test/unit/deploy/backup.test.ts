// The backup that docs/production.md tells: its own commands, cut out of the page, with a `docker` that runs each on a
// folder in place of a volume. The storage service keeps a file's content type in extended attributes, and answers 500 for
// every file that has lost them.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs/production.md'), 'utf8');
const VOLUMES = ['temporal-db', 'supabase-db', 'supabase-db-config', 'storage'];
const ATTRIBUTES = { 'user.supabase.content-type': 'image/jpeg', 'user.supabase.cache-control': 'max-age=3600' };
const PHOTO = 'storage/stub/character-references/one/portrait.jpg';

/** The shell blocks of the page's chapter "Backup": the copy, then the return. */
const CHAPTER = /^## Backup\n([\s\S]*?)^## /m.exec(PAGE)?.[1] ?? '';
const [copy = '', restore = ''] = [...CHAPTER.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap((block) => block[1] ?? []);

/** `docker run -v volume:/place … image command` on this machine; whatever else is asked of it succeeds. */
const FAKE_DOCKER = `#!${process.execPath}
const { spawnSync } = require('node:child_process');
const { appendFileSync } = require('node:fs');
const [command, ...args] = process.argv.slice(2);
appendFileSync(process.env.FAKE_CALLS, [command, ...args].join(' ') + '\\n');
if (command !== 'run') process.exit(0);
const places = {};
while (args[0].startsWith('-')) {
  const flag = args.shift();
  if (flag !== '-v') continue;
  const [from, to] = args.shift().split(':');
  places[to] = from.startsWith('/') ? from : process.env.FAKE_VOLUMES + '/' + from.replace(/^likeness_/, '');
}
const [, program, ...rest] = args;
const inside = rest.map((arg) => arg.replace(/(?<![\\w./])\\/(from|to)\\b/g, (place) => places[place] ?? '/nowhere'));
process.exit(spawnSync(program, inside, { stdio: 'inherit' }).status ?? 1);
`;

const READ = `import json, os, sys
print(json.dumps({name: os.getxattr(sys.argv[1], name).decode() for name in os.listxattr(sys.argv[1])}))`;
const WRITE = `import json, os, sys
for name, value in json.loads(sys.argv[2]).items(): os.setxattr(sys.argv[1], name, value.encode())`;

const python = (script: string, ...args: string[]) =>
  execFileSync('python3', ['-c', script, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
const attributesOf = (file: string): unknown => JSON.parse(python(READ, file));

/** Whether files in this folder can have attributes, and Python is there to see them: Node.js has no call for it. */
function hasAttributes(parent: string): boolean {
  const folder = mkdtempSync(join(parent, 'likeness-backup-'));
  try {
    python(WRITE, folder, JSON.stringify(ATTRIBUTES));
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
const home = process.platform === 'linux' ? [tmpdir(), join(ROOT, 'node_modules')].find(hasAttributes) : undefined;
const title = home ? '' : ' (left out: it takes Linux, Python 3, and a file system with user attributes)';

let folder: string;
let volumes: string;

beforeEach(() => {
  folder = mkdtempSync(join(home ?? tmpdir(), 'likeness-backup-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  volumes = join(folder, 'volumes');
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'backup'));
  writeFileSync(join(folder, 'bin', 'docker'), FAKE_DOCKER, { mode: 0o755 });
  for (const volume of VOLUMES) write(`${volume}/of-${volume}`, volume);
});

function write(path: string, content: string): void {
  const file = join(volumes, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

function runAsWritten(commands: string): string {
  const calls = join(folder, 'calls');
  rmSync(calls, { force: true });
  const env = { PATH: `${join(folder, 'bin')}:${process.env.PATH}`, FAKE_CALLS: calls, FAKE_VOLUMES: volumes };
  const { status, stderr } = spawnSync('sh', ['-ec', commands], { cwd: folder, env, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return readFileSync(calls, 'utf8');
}

describe('the backup of docs/production.md', () => {
  it.skipIf(!home)(`brings every file back with its content type${title}`, () => {
    write(PHOTO, 'a photo');
    python(WRITE, join(volumes, PHOTO), JSON.stringify(ATTRIBUTES));
    const calls = runAsWritten(copy);
    expect(calls.indexOf('compose stop')).toBeLessThan(calls.indexOf('run '));
    expect(readdirSync(join(folder, 'backup')).sort()).toEqual(VOLUMES.map((volume) => `${volume}.tgz`).sort());

    rmSync(volumes, { recursive: true });
    for (const volume of VOLUMES) write(`${volume}/what-a-new-volume-holds`, 'new');
    runAsWritten(restore);
    for (const volume of VOLUMES) {
      expect(readFileSync(join(volumes, volume, `of-${volume}`), 'utf8')).toBe(volume);
      expect(existsSync(join(volumes, volume, 'what-a-new-volume-holds'))).toBe(false);
    }
    expect(readFileSync(join(volumes, PHOTO), 'utf8')).toBe('a photo');
    expect(attributesOf(join(volumes, PHOTO))).toEqual(ATTRIBUTES);
  });

  it('copies every volume that docker-compose.yml makes', () => {
    const made = /^volumes:\n((?: {2}.*\n)+)/m.exec(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8'))?.[1] ?? '';
    expect([...made.matchAll(/^ {2}([\w-]+):/gm)].map(([, name]) => name).sort()).toEqual([...VOLUMES].sort());
    for (const commands of [copy, restore]) expect(commands).toContain(`for volume in ${VOLUMES.join(' ')}; do`);
  });
});
