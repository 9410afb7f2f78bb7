// The replay gate: every recorded history has to replay on the workflows as they are now. A change that breaks one
// would strand the runs that are open when it is deployed: guard it with patched(), or prove that none is open.
// After a change on purpose: `npm run histories` records the newest anew. Those of a release stay as they are.

import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { quiet } from '../support/quiet-logger.ts';
import '../support/quiet-runtime.ts';
import { HISTORIES, recordingsIn, replay, textOf } from '../support/recordings.ts';

const { newest, released } = recordingsIn(HISTORIES);

/** The ways through a run that must be among the recordings. */
const BRANCHES = [
  'abandoned',
  'approval-expired',
  'approved-after-escalation',
  'approved-by-signal',
  'approved-by-update',
  'bad-signals',
  'batch-cancelled',
  'batch-continued',
  'batch-done',
  'cancelled-while-rescuing',
  'cancelled-while-training',
  'cancelled-while-unclear',
  'cancelled-while-waiting',
  'cancelled-without-worker',
  'gave-up-image',
  'gave-up-training',
  'image-reconciled',
  'one-image-failed',
  'photos-expired',
  'photos-replaced',
  'proxy-call',
  'reconciled',
  'reconciled-by-webhook',
  'regenerated',
  'rescue-refused-by-the-budget',
  'rescue-settled-by-operator',
  'rescued',
  'rescued-to-the-best',
  'retrained',
  'scored-again',
  'settled-by-operator',
  'still-again',
  'still-cancelled',
  'still-drawn',
  'still-flagged',
  'still-of-two',
  'still-reconciled',
  'still-redrawn',
  'still-refused',
  'still-repaired',
  'still-unclear',
  'still-waited-for-budget',
  'test-identity',
  'tested-on-request',
  'training-deadline',
  'training-failed',
  'webhook-delivered',
  'webhook-hint',
];

const ours = { workflowBundle: { codePath: inject('workflowBundle') } };

describe('replay gate', () => {
  it('has a recording of every branch', () => {
    expect(newest.map((name) => name.replace('.json', '')).sort()).toEqual(BRANCHES);
  });

  it.each([...newest, ...released])('%s replays on the workflows as they are', async (name) => {
    await replay(textOf(name, HISTORIES), ours);
  });

  it('catches a history that the workflows would not have written', async () => {
    const text = textOf('approved-by-signal.json', HISTORIES);
    const tampered = text.replaceAll('"packPhotos"', '"packHolidayPhotos"');
    expect(tampered).not.toBe(text);
    await expect(replay(tampered, ours)).rejects.toThrow(DeterminismViolationError);
  });

  it('catches a change that strands the runs of a release, also when its own recordings are made anew', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'likeness-histories-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(join(folder, 'releases/1.0.0'), { recursive: true });
    const recorded = new URL('approved-by-signal.json', HISTORIES);
    copyFileSync(recorded, join(folder, 'releases/1.0.0/approved-by-signal.json'));
    const histories = pathToFileURL(`${folder}/`);
    const gate = recordingsIn(histories);
    expect(gate).toEqual({ newest: [], released: ['releases/1.0.0/approved-by-signal.json'] });
    const workflowsPath = fileURLToPath(new URL('../support/changed-workflows.ts', import.meta.url));
    const changed = await bundleWorkflowCode({ workflowsPath, logger: quiet });
    for (const name of gate.released) {
      await replay(textOf(name, histories), ours);
      await expect(replay(textOf(name, histories), { workflowBundle: changed })).rejects.toThrow(
        DeterminismViolationError,
      );
    }
  });
});

describe('what a history holds', () => {
  it.each([...newest, ...released])('%s holds no picture, no address of one, and no e-mail address', (name) => {
    const decoded = JSON.stringify(JSON.parse(textOf(name, HISTORIES)), (_key, value) =>
      typeof value === 'object' && value !== null && 'data' in value && typeof value.data === 'string'
        ? { ...value, data: Buffer.from(value.data, 'base64').toString('utf8') }
        : value,
    );
    expect(decoded.match(/https?:\/\/|token=|data:image|[\w.]+@[\w-]+\.[a-z]+|"descriptor"/gi) ?? []).toEqual([]);
  });
});
