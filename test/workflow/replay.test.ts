// The replay gate: every recorded history has to replay on the workflows as they are now. A change that breaks one
// would strand the runs that are open when it is deployed: guard it with patched(), or prove that none is open.
// After a change on purpose: `npm run histories` records them anew.

import { readdirSync, readFileSync } from 'node:fs';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { describe, expect, inject, it } from 'vitest';
import '../support/quiet-runtime.ts';
import { HISTORIES } from '../support/workflow-bench.ts';

const names = readdirSync(HISTORIES).filter((name) => name.endsWith('.json'));
const history = (name: string): unknown => JSON.parse(readFileSync(new URL(name, HISTORIES), 'utf8'));

/** The ways through a run that must be among the recordings. */
const BRANCHES = [
  'abandoned',
  'approval-expired',
  'approved-after-escalation',
  'approved-by-signal',
  'approved-by-update',
  'bad-signals',
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
  'test-identity',
  'tested-on-request',
  'training-deadline',
  'training-failed',
  'webhook-delivered',
  'webhook-hint',
];

const workflowBundle = { codePath: inject('workflowBundle') };

describe('replay gate', () => {
  it('has a recording of every branch', () => {
    expect(names.map((name) => name.replace('.json', '')).sort()).toEqual(BRANCHES);
  });

  it.each(names)('%s replays on the workflows as they are', async (name) => {
    await Worker.runReplayHistory({ workflowBundle, replayName: name }, history(name), workflowId(name));
  });

  it('catches a history that the workflows would not have written', async () => {
    const text = readFileSync(new URL('approved-by-signal.json', HISTORIES), 'utf8');
    const tampered = text.replaceAll('"packPhotos"', '"packHolidayPhotos"');
    expect(tampered).not.toBe(text);
    const replay = Worker.runReplayHistory({ workflowBundle }, JSON.parse(tampered), workflowId('approved-by-signal'));
    await expect(replay).rejects.toThrow(DeterminismViolationError);
  });
});

describe('what a history holds', () => {
  it.each(names)('%s holds no picture, no address of one, and no e-mail address', (name) => {
    const decoded = JSON.stringify(history(name), (_key, value) =>
      typeof value === 'object' && value !== null && 'data' in value && typeof value.data === 'string'
        ? { ...value, data: Buffer.from(value.data, 'base64').toString('utf8') }
        : value,
    );
    expect(decoded.match(/https?:\/\/|token=|data:image|[\w.]+@[\w-]+\.[a-z]+|"descriptor"/gi) ?? []).toEqual([]);
  });
});

/** Children get their ids from the run's: the replayed run has to have the id that it was recorded with. */
function workflowId(name: string): string {
  const match = /"(identity\/[0-9a-f-]+)/.exec(
    readFileSync(new URL(name.endsWith('.json') ? name : `${name}.json`, HISTORIES), 'utf8'),
  );
  return match?.[1] ?? 'replayed';
}
