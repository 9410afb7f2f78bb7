// The workflows, bundled once for all files of a project: Vitest runs this before them (vitest.config.ts).

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import type { TestProject } from 'vitest/node';
import { WORKFLOWS_PATH } from '../../worker/workflows-path.ts';
import { quiet } from './quiet-runtime.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The file that holds the bundle. */
    workflowBundle: string;
  }
}

export default async function bundleOnce(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-bundle-'));
  const file = join(folder, 'workflow-bundle.js');
  const bundle = async () => {
    const { code } = await bundleWorkflowCode({ workflowsPath: WORKFLOWS_PATH, logger: quiet });
    writeFileSync(file, code);
  };
  await bundle();
  project.onTestsRerun(bundle);
  project.provide('workflowBundle', file);
  return () => rmSync(folder, { recursive: true, force: true });
}
