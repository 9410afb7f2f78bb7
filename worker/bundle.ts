// Bundles the workflows once, ahead of time: `tsx worker/bundle.ts FILE`. A worker that is given the file starts
// without webpack; it must be the same version of the Temporal SDK that runs it.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { WORKFLOWS_PATH } from './workflows-path.ts';

const target = process.argv[2];
if (!target) throw new Error('Name the file to write: tsx worker/bundle.ts dist/workflow-bundle.js');
const { code } = await bundleWorkflowCode({ workflowsPath: WORKFLOWS_PATH });
mkdirSync(dirname(target), { recursive: true });
writeFileSync(target, code);
