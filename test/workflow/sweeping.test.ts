// A sweep, on the time-skipping server: page after page, and one row that cannot be closed holds up no other.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { createIdentityRuns } from '../../adapters/temporal/identity-runs.ts';
import { identityWorkflowId } from '../../domain/keys.ts';
import type { Orphan, SweepCursor } from '../../domain/steps.ts';
import { SWEEP_ON_SIGHT_ID, SWEEP_ORPHANS, TASK_QUEUES } from '../../workflows/messages.ts';
import { failure, fakeSteps } from '../support/fake-steps.ts';
import { startWorkflowBench, untilStage, type WorkflowBench } from '../support/workflow-bench.ts';

let bench: WorkflowBench;
beforeAll(async () => {
  bench = await startWorkflowBench();
});
afterAll(async () => {
  await bench?.stop();
});

const call = (callKey: string): Orphan => ({ kind: 'call', callKey, subjectKind: 'identity' });
const next: SweepCursor = { kind: 'call', after: 'a' };

it('closes every orphan of every page; what fails is left to the next sweep', async () => {
  const steps = fakeSteps({
    findOrphans: async ({ from }) => (from ? { orphans: [call('c')] } : { orphans: [call('a'), call('b')], next }),
    closeOrphan: async (orphan) => {
      if (orphan.kind === 'call' && orphan.callKey === 'a') throw failure('Internal');
    },
  });
  await bench.play(steps, async (run) => {
    await run.terminate();
    const start = { workflowId: 'sweep', taskQueue: TASK_QUEUES.workflow };
    const report = await bench.env.client.workflow.execute(SWEEP_ORPHANS, start);
    expect(report).toEqual({ closed: 2, left: 1 });
  });
  expect(steps.calls('findOrphans')).toEqual([{}, { from: next }]);
  expect(steps.calls('closeOrphan').map((orphan) => 'callKey' in orphan && orphan.callKey)).toContain('c');
});

it('that is asked for by many who look is one', async () => {
  const steps = fakeSteps();
  await bench.play(steps, async (run) => {
    await run.terminate();
    const { sweepSoon } = createIdentityRuns(bench.env.client);
    await Promise.all([sweepSoon(), sweepSoon(), sweepSoon()]);
    await bench.env.client.workflow.getHandle(SWEEP_ON_SIGHT_ID).result();
  });
  expect(steps.calls('findOrphans')).toHaveLength(1);
});

it('a run that was terminated is no open run, and what it said last can still be read', async () => {
  await bench.play(fakeSteps(), async (handle) => {
    const { identityId } = await untilStage(handle, 'awaiting_approval');
    const runs = createIdentityRuns(bench.env.client);
    expect((await runs.state(identityId)).stage).toBe('awaiting_approval');
    expect(await runs.lookUp(identityWorkflowId(identityId))).toMatchObject({ status: 'running' });
    await handle.terminate();
    await expect(runs.state(identityId)).rejects.toMatchObject({ trouble: 'gone' });
    expect((await runs.lastState(identityId)).stage).toBe('awaiting_approval');
    expect(await runs.lookUp(identityWorkflowId(identityId))).toMatchObject({ status: 'terminated' });
    expect(await runs.lookUp('identity/never')).toMatchObject({ status: 'not_found' });
  });
});
