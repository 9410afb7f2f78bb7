// The workflows, bundled once for a run: Vitest calls this before the files of each kind that needs it (vitest.config.ts),
// and the first call makes the bundle for all.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import type { TestProject } from 'vitest/node';
import { WORKFLOWS_PATH } from '../../worker/workflows-path.ts';
import { quiet } from './quiet-logger.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The file that holds the bundle. */
    workflowBundle: string;
  }
}

/** Each kind of test loads this module anew, in one process. */
const shared = globalThis as { likenessBundle?: Promise<string> | undefined };

export default async function bundleOnce(project: TestProject): Promise<() => Promise<void>> {
  const isFirst = shared.likenessBundle === undefined;
  shared.likenessBundle ??= bundle(mkdtempSync(join(tmpdir(), 'likeness-bundle-')));
  const folder = await shared.likenessBundle;
  if (isFirst) project.onTestsRerun(async () => void (await bundle(folder)));
  project.provide('workflowBundle', join(folder, FILE));
  return async () => {
    if (isFirst) rmSync(folder, { recursive: true, force: true });
  };
}

const FILE = 'workflow-bundle.js';

async function bundle(folder: string): Promise<string> {
  const { code } = await bundleWorkflowCode({ workflowsPath: WORKFLOWS_PATH, logger: quiet });
  writeFileSync(join(folder, FILE), code);
  return folder;
}
