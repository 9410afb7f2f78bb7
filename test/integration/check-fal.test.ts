// `npm run check:fal` as a person runs it, with a sandbox in the place of fal: what it finds, and what it spends.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { FalReport } from '../../bench/check-fal/check.ts';
import { type RunningSandbox, startSandbox } from '../../sandbox/server.ts';
import { DEFAULT_SETTINGS } from '../../sandbox/settings.ts';
import { quietPorts } from '../../stack/free-ports.ts';
import { type Ran, runNode } from '../support/run-node.ts';

/** As fal's keys look, so that a leak would be one. */
const FAL_KEY = '0f8c2a34-5b6d-4e7f-8a9b-0c1d2e3f4a5b:0123456789abcdef0123456789abcdef';
const QUICK = { queueMs: 800, imageMs: 500 };
const ALL = ['image_units', 'pending_result', 'upload_lifetime', 'lora_uploaded', 'lora_ours', 'webhook', 'cancel'];

let folder: string;
let fal: RunningSandbox;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'likeness-check-fal-'));
});
beforeEach(async () => {
  await fal?.close();
  fal = await startSandbox({ keys: [FAL_KEY], settings: { ...DEFAULT_SETTINGS, ...QUICK } });
});
afterAll(async () => {
  await fal?.close();
  rmSync(folder, { recursive: true, force: true });
});

function run(args: string[], env: Record<string, string> = { FAL_KEY }): Promise<Ran> {
  const { PATH = '', HOME = '' } = process.env;
  const program = ['bench/check-fal/main.ts', '--base', fal.url, '--file-seconds', '1', ...args];
  return runNode(program, { PATH, HOME, ...env });
}

const verdicts = (report: FalReport) => Object.fromEntries(report.rows.map(({ id, verdict }) => [id, verdict]));
const spent = () => fal.books().entries.reduce((sum, { chargedMicros }) => sum + chargedMicros, 0);

test('a fal that answers as the sandbox: every question, exit 0, the report, and the books agree', async () => {
  const { api: port } = await quietPorts();
  const file = join(folder, 'report.json');
  const ours = ['--public-url', `http://127.0.0.1:${port}`, '--port', String(port)];
  const { status, stdout, stderr } = await run(['--max-usd', '0.50', '--json', '--report', file, ...ours]);
  expect(stderr).not.toContain('Error');
  const report = JSON.parse(stdout) as FalReport;
  expect(verdicts(report)).toEqual(Object.fromEntries(ALL.map((id) => [id, 'same'])));
  expect(status).toBe(0);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(report);
  // 0.07 and twice 0.035; the cancelled one is not billed, and its bill does not say so.
  expect(report).toMatchObject({ maxUsd: 0.5, billedUsd: 0.14, spentAtMostUsd: 0.175 });
  expect(spent()).toBe(140_000);
  expect(fal.books().entries).toHaveLength(4);
  for (const output of [stdout, stderr]) expect(output).not.toContain(FAL_KEY.slice(-32));
});

test('a fal that bills another megapixel, and a cancelled request: those rows differ, exit 1', async () => {
  fal.changeSettings({ megapixel: 1_048_576 });
  fal.setFaults([{ fault: 'cancel_race' }]);
  const { status, stdout } = await run(['--max-usd', '0.50']);
  expect(status).toBe(1);
  expect(stdout.match(/differs$/gm)).toHaveLength(2);
  for (const words of [
    '≠ units: 1',
    'LIKENESS_MEGAPIXEL=1048576',
    '≠ then its result: HTTP 200, an image',
    'set --public-url',
  ]) {
    expect(stdout).toContain(words);
  }
});

test('a limit: what no longer fits is left out and said, and the books stay below it', async () => {
  const { status, stdout } = await run(['--max-usd', '0.10', '--json']);
  const report = JSON.parse(stdout) as FalReport;
  expect(verdicts(report)).toEqual({
    image_units: 'same',
    pending_result: 'same',
    upload_lifetime: 'same',
    lora_uploaded: 'left out',
    lora_ours: 'not tried',
    webhook: 'not tried',
    cancel: 'left out',
  });
  expect(status).toBe(0);
  expect(spent()).toBe(70_000);
  expect(fal.books().entries).toHaveLength(1);
});

test('a price that is twice as high: the limit holds all the same', async () => {
  fal.setFaults([{ fault: 'price_change' }]);
  const { status, stdout } = await run(['--max-usd', '0.20', '--json']);
  const report = JSON.parse(stdout) as FalReport;
  expect(verdicts(report)).toMatchObject({ image_units: 'differs', lora_uploaded: 'left out', cancel: 'left out' });
  expect(status).toBe(1);
  expect(spent()).toBe(140_000);
});

test('a limit of nothing: only what is free is asked', async () => {
  const { status, stdout } = await run(['--max-usd', '0', '--json']);
  expect(verdicts(JSON.parse(stdout) as FalReport)).toMatchObject({ image_units: 'left out', upload_lifetime: 'same' });
  expect(status).toBe(0);
  expect(fal.books().entries).toEqual([]);
});

test('a key or an account that is refused, and a fal that is not there: exit 2, the next step, nothing paid', async () => {
  const wrong = await run(['--max-usd', '0.50'], { FAL_KEY: 'wrong' });
  fal.setFaults([{ fault: 'account_locked' }]);
  const locked = await run(['--max-usd', '0.50']);
  // Uploads pass, as they do for a key that may not spend.
  fal.setFaults([{ fault: 'account_locked', endpoint: 'fal-ai/flux-lora' }]);
  const lockedLater = await run(['--max-usd', '0.50']);
  for (const { status, stderr, stdout } of [wrong, locked, lockedLater]) {
    expect(status).toBe(2);
    expect(stderr).toContain('Check FAL_KEY');
    expect(stderr).toContain('Spent at most $0.');
    expect(stdout).toBe('');
  }
  expect(fal.books().entries).toEqual([]);
  const nobody = await run(['--max-usd', '0.50', '--base', 'http://127.0.0.1:9']);
  expect(nobody).toMatchObject({ status: 2, stderr: expect.stringContaining('Try again when fal can be reached') });
});

test('an answer that was lost: its price stays set aside, the others are asked, exit 2', async () => {
  fal.setFaults([{ fault: 'lost_submit_response', times: 1 }]);
  const { status, stdout } = await run(['--max-usd', '0.50', '--json']);
  const report = JSON.parse(stdout) as FalReport;
  // The answer of the first image was lost: it may have been billed, so its price stays set aside.
  expect(verdicts(report)).toMatchObject({ image_units: 'no answer', pending_result: 'no answer', cancel: 'same' });
  expect(report).toMatchObject({ billedUsd: 0.035, spentAtMostUsd: 0.14 });
  expect(status).toBe(2);
});

test('without a limit or a key nothing is sent', async () => {
  const limitless = await run([]);
  expect(limitless).toMatchObject({ status: 2, stderr: expect.stringContaining('--max-usd 0.50') });
  expect(await run(['--max-usd', '0.50'], {})).toMatchObject({ status: 2, stderr: expect.stringContaining('FAL_KEY') });
  expect(fal.books().entries).toEqual([]);
});
