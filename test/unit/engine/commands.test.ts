import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { countResults } from '../../../engine/results.mjs';
import { slowestFiles } from '../../../engine/slowest-files.mjs';
import { type FakeMachine, fakeMachine, repository } from './fake-machine.ts';
import { CONTENTS, folderWith } from './fake-networks.ts';

/** A checkout whose packages are this repository's, so that TypeScript programs and Vitest run in it. */
function checkout(): FakeMachine {
  const machine = fakeMachine();
  rmSync(join(machine.root, 'node_modules'), { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(machine.root, 'node_modules'));
  // Nothing is to be installed here: the lock file asks for nothing.
  writeFileSync(join(machine.root, 'package-lock.json'), '{"packages":{}}');
  return machine;
}

function start(machine: FakeMachine, command: string, ...args: string[]) {
  const chosen = machine.install('chosen', 'exit 0');
  const child = spawn(process.execPath, [join(machine.root, 'engine', command), ...args], {
    cwd: machine.root,
    env: {
      ...machine.env,
      PATH: `${machine.env.PATH}:${process.env.PATH}`,
      LIKENESS_CACHE: machine.cache,
      TEMPORAL_CLI: chosen,
      TEMPORAL_TEST_SERVER: chosen,
      CHROMIUM_PATH: chosen,
      LIKENESS_MODELS: folderWith(join(machine.folder, 'models'), CONTENTS),
    },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** What a program printed and the code it ended with. */
async function outcome(child: ReturnType<typeof start>) {
  const [output, [code, signal]] = await Promise.all([child.stdout.toArray(), once(child, 'exit')]);
  return { output: output.join(''), code, signal };
}

const reportOf = (success: boolean, passed: number, failed: number, testResults: object[] = []) => ({
  success,
  numPassedTests: passed,
  numFailedTests: failed,
  testResults,
});

test('run gives the program its arguments, the engine and the time of the start, and ends with its exit code', async () => {
  const machine = checkout();
  writeFileSync(
    join(machine.root, 'hello.ts'),
    `const { TEMPORAL_CLI, LIKENESS_MODELS, LIKENESS_STARTED_AT } = process.env;
     console.log(JSON.stringify([process.argv.slice(2), TEMPORAL_CLI, LIKENESS_MODELS, Date.now() - Number(LIKENESS_STARTED_AT)]));
     process.exit(7 as number);`,
  );
  const { output, code } = await outcome(start(machine, 'run.mjs', 'hello.ts', '--for', 'me', 'b.ts'));
  const [args, cli, models, waitedMs] = JSON.parse(output);
  expect(args).toEqual(['--for', 'me', 'b.ts']);
  expect(cli).toBe(join(String(machine.env.PATH), 'chosen'));
  expect(models).toBe(join(machine.folder, 'models'));
  expect(waitedMs).toBeGreaterThan(0);
  expect(waitedMs).toBeLessThan(60_000);
  expect(code).toBe(7);
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s reaches the program once, and run waits for its orderly end',
  async (signal) => {
    const machine = checkout();
    writeFileSync(
      join(machine.root, 'server.ts'),
      `let count = 0;
     process.on('${signal}', () => { if (++count === 1) setTimeout(() => { console.log('heard ' + count); process.exit(3); }, 300); });
     console.log('ready');
     setTimeout(() => {}, 20_000);`,
    );
    const child = start(machine, 'run.mjs', 'server.ts');
    child.stdout.once('data', () => child.kill(signal));
    const { output, code } = await outcome(child);
    expect(output).toBe('ready\nheard 1\n');
    expect(code).toBe(3);
  },
);

test('run ends by the signal that ended the program', async () => {
  const machine = checkout();
  writeFileSync(join(machine.root, 'dies.ts'), `process.kill(process.pid, 'SIGKILL');`);
  expect((await outcome(start(machine, 'run.mjs', 'dies.ts'))).signal).toBe('SIGKILL');
});

test('test closes with the counts of the real run and fails as Vitest fails', async () => {
  const machine = checkout();
  writeFileSync(
    join(machine.root, 'some.test.ts'),
    `import { expect, test } from 'vitest';
     test('a', () => { expect(process.env.CHROMIUM_PATH).toContain('chosen'); });
     test('b', () => { expect(1).toBe(2); });`,
  );
  const { output, code } = await outcome(start(machine, 'test.mjs', 'some.test.ts'));
  expect(output.trimEnd().split('\n').at(-1)).toBe('1 passed, 1 failed');
  expect(code).toBe(1);
});

test('test names the slowest files of a run of many', async () => {
  const machine = checkout();
  const write = (name: string, body: string) =>
    writeFileSync(join(machine.root, `${name}.test.ts`), `import { test } from 'vitest'; test('a', ${body});`);
  for (let number = 0; number < 10; number++) write(`quick-${number}`, '() => {}');
  write('slow', '() => new Promise((resolve) => setTimeout(resolve, 1000))');
  const { output } = await outcome(start(machine, 'test.mjs', '--no-isolate'));
  const [, lines] = output.split('The slowest files:\n');
  expect(lines).toMatch(/^ +\d+\.\d s {2}slow\.test\.ts$/m);
  expect(output.trimEnd().split('\n').at(-1)).toBe('11 passed, 0 failed');
});

test('the slowest files: the ten that took longest with what they load, the longest first, and none for a few', () => {
  const files = Array.from({ length: 12 }, (_, n) => ({ name: `test/${n}.test.ts`, testsMs: 1000 * n, loadMs: 500 }));
  const lines = slowestFiles([...files, { name: 'test/loads.test.ts', testsMs: 0, loadMs: 75_000 }]);
  expect(lines).toHaveLength(10);
  expect(lines.slice(0, 2)).toEqual(['   75.0 s  test/loads.test.ts', '   11.5 s  test/11.test.ts']);
  expect(lines.at(-1)).toBe('    3.5 s  test/3.test.ts');
  expect(slowestFiles(files.slice(0, 10))).toEqual([]);
});

test('without arguments, test checks the code as well, and a failed check fails the run though all tests pass', async () => {
  const machine = checkout();
  writeFileSync(
    join(machine.root, 'package.json'),
    '{"type":"module","engines":{"node":">=20"},"scripts":{"check":"exit 5"}}',
  );
  writeFileSync(join(machine.root, 'some.test.ts'), `import { test } from 'vitest'; test('a', () => {});`);
  const { output, code } = await outcome(start(machine, 'test.mjs'));
  expect(output.trimEnd().split('\n').at(-1)).toBe('1 passed, 0 failed');
  expect(code).toBe(5);
});

test.each([
  ['all passed', reportOf(true, 3, 0), { passed: 3, failed: 0 }],
  ['some failed', reportOf(false, 2, 1), { passed: 2, failed: 1 }],
  [
    'a file that cannot be loaded',
    reportOf(false, 2, 1, [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{ status: 'failed' }] },
      { status: 'passed', assertionResults: [{ status: 'passed' }] },
    ]),
    { passed: 2, failed: 2 },
  ],
  ['an error outside every test', reportOf(false, 2, 0), { passed: 2, failed: 1 }],
  ['no report at all', undefined, { passed: 0, failed: 1 }],
])('the counts of a run: %s', (_, report, counts) => {
  expect(countResults(report)).toEqual(counts);
});
