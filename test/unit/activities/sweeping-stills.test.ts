// A sweep over batches and stills: which are orphans, what is kept of them, and that nobody is told twice.

import { describe, expect, it } from 'vitest';
import { closeOrphan } from '../../../core/orphans/close-orphan.ts';
import { findOrphans } from '../../../core/orphans/find-orphans.ts';
import type { OpenWork } from '../../../core/ports/open-work.ts';
import type { WorkflowLook } from '../../../core/ports/runs.ts';
import { closeBatch } from '../../../core/stills/still-records.ts';
import { batchWorkflowId, stillAgainWorkflowId, stillWorkflowId } from '../../../domain/keys.ts';
import type { Orphan } from '../../../domain/steps.ts';
import type { Finding } from '../../../domain/stills/still.ts';
import { createFakePorts, TENANT } from '../../support/fake-ports.ts';
import { addStills, newPicture, recognised } from '../../support/new-stills.ts';
import { run } from './run-step.ts';

const LONG_AGO = '2026-01-01T00:00:00.000Z';
const LOW: Finding = { code: 'low_likeness', member: 1, face: 1 };
const GONE: WorkflowLook = { status: 'terminated', closedForMs: 60_000 };

/** A batch of three: the first is being drawn and has a picture, the second too and has none, the third waits. */
async function newBatch(known: Record<string, Partial<WorkflowLook>> = {}) {
  const ports = createFakePorts();
  const rows = await addStills(ports.stills, TENANT, 3);
  const batchId = rows[0]?.batchId ?? '';
  const ids = rows.map(({ id }) => id);
  const [first = '', second = ''] = ids;
  for (const stillId of [first, second]) await ports.stills.saveState(TENANT, stillId, 'drawing');
  await ports.stills.savePicture(TENANT, first, newPicture(1, { tenantId: TENANT, batchId, stillId: first }));
  await ports.stills.saveCheck(TENANT, first, 1, recognised([93, 61], [LOW]));
  const looks: Record<string, Partial<WorkflowLook>> = known;
  const callsOf: OpenWork['callsOf'] = async (workflowId) => [`of ${workflowId}`];
  const world = {
    ...ports,
    openWork: { ...ports.openWork, callsOf },
    lookUp: async (workflowId: string): Promise<WorkflowLook> => {
      return { status: 'running', closedForMs: undefined, ...looks[workflowId] };
    },
  };
  const orphan: Orphan = { kind: 'batch', tenantId: TENANT, batchId, stage: 'failed', reason: 'It was terminated.' };
  const stills = () => world.stills.list(TENANT, batchId, 0, 10);
  const events = () => [...world.happened.values()].map(({ event, data }) => [event, data]);
  return { world, looks, batchId, ids, first, second, orphan, stills, events };
}

describe('a page of a sweep', () => {
  const page = (open: Partial<OpenWork>, looks: Record<string, WorkflowLook>) => {
    const ports = createFakePorts();
    const lookUp = async (id: string): Promise<WorkflowLook> =>
      looks[id] ?? { status: 'running', closedForMs: undefined };
    return run(findOrphans({ openWork: { ...ports.openWork, ...open }, lookUp }), {});
  };
  const still = (number: number, again = 0, createdAt = LONG_AGO) => ({
    id: `s${number}`,
    tenantId: TENANT,
    batchId: 'b1',
    number,
    again,
    createdAt,
  });

  it('finds batches and stills whose own workflow is gone, each with what to do next', async () => {
    const { orphans } = await page(
      {
        batches: async () => ['b1', 'b2', 'b3'].map((id) => ({ id, tenantId: TENANT, createdAt: LONG_AGO })),
        stills: async () => [still(1), still(2), still(3, 2)],
      },
      {
        [batchWorkflowId('b2')]: GONE,
        [batchWorkflowId('b3')]: { status: 'unclear', closedForMs: undefined },
        [stillWorkflowId('b1', 2)]: { ...GONE, closedForMs: 1000 },
        // Its further pass runs no more, whatever its first workflow came to.
        [stillAgainWorkflowId('b1', 3, 2)]: GONE,
      },
    );
    expect(orphans).toEqual([
      expect.objectContaining({ kind: 'batch', batchId: 'b2', stage: 'failed' }),
      expect.objectContaining({ kind: 'still', batchId: 'b1', stillId: 's3', number: 3, again: 2, stage: 'failed' }),
    ]);
    expect(orphans).toMatchObject([
      { reason: expect.stringMatching(/batch was terminated in Temporal. Redraw the stills/) },
      { reason: expect.stringMatching(/still was terminated in Temporal. Redraw it/) },
    ]);
  });

  it('leaves a batch and a further pass that may still be begun', async () => {
    const now = new Date().toISOString();
    const young = {
      batches: async () => [{ id: 'b1', tenantId: TENANT, createdAt: now }],
      stills: async () => [still(1, 1, now)],
    };
    const unknown: WorkflowLook = { status: 'not_found', closedForMs: undefined };
    const looks = { [batchWorkflowId('b1')]: unknown, [stillAgainWorkflowId('b1', 1, 1)]: unknown };
    expect((await page(young, looks)).orphans).toEqual([]);
  });
});

describe('a batch whose workflow is gone', () => {
  it('ends with its stills: each keeps its best picture, calls are settled, the tenant is told once', async () => {
    const { world, looks, batchId, orphan, stills, events } = await newBatch();
    looks[batchWorkflowId(batchId)] = GONE;
    for (const number of [1, 2]) looks[stillWorkflowId(batchId, number)] = GONE;
    await run(closeOrphan(world), orphan);
    expect(await stills()).toMatchObject([
      { state: 'flagged', best: 1, closeReason: expect.stringMatching(/still was terminated.*Redraw it/) },
      { state: 'failed', best: undefined, closeReason: expect.stringMatching(/still was terminated/) },
      { state: 'failed', closeReason: 'It was terminated.' },
    ]);
    expect(await world.stills.batch(TENANT, batchId)).toMatchObject({
      state: 'failed',
      closeReason: 'It was terminated.',
      counts: { flagged: 1, failed: 2, drawing: 0, queued: 0 },
    });
    expect(world.settled).toEqual([1, 2].map((number) => `of ${stillWorkflowId(batchId, number)}`));
    const told = [
      ['still.flagged', expect.objectContaining({ number: 1, findings: ['low_likeness'] })],
      ['batch.done', { state: 'failed', counts: expect.objectContaining({ flagged: 1, failed: 2 }) }],
    ];
    expect(events()).toEqual(told);
    await run(closeOrphan(world), orphan);
    expect(events()).toEqual(told);
  });

  it('waits for its stills that still run: they stop and settle what they have paid for', async () => {
    const { world, looks, batchId, orphan, stills, events } = await newBatch();
    looks[batchWorkflowId(batchId)] = GONE;
    looks[stillWorkflowId(batchId, 2)] = { ...GONE, closedForMs: 1000 };
    await run(closeOrphan(world), orphan);
    expect((await stills()).map(({ state }) => state)).toEqual(['drawing', 'drawing', 'queued']);
    expect([world.settled, events()]).toEqual([[], []]);
    const end = { state: 'cancelled', best: 1, repairs: 0, reason: 'Cancelled on request.' } as const;
    for (const { id, number } of (await stills()).slice(0, 2)) {
      await world.stills.close(TENANT, id, end);
      looks[stillWorkflowId(batchId, number)] = GONE;
    }
    await run(closeOrphan(world), orphan);
    expect((await stills()).map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'failed']);
  });

  it('that was reset meanwhile is left alone', async () => {
    const { world, batchId, orphan, events } = await newBatch();
    await run(closeOrphan(world), orphan);
    expect((await world.stills.batch(TENANT, batchId))?.state).toBe('running');
    expect([world.settled, events()]).toEqual([[], []]);
  });

  it('leaves a further pass that a person asked for, which has a workflow of its own', async () => {
    const { world, looks, batchId, first, second, orphan, stills } = await newBatch();
    looks[batchWorkflowId(batchId)] = GONE;
    looks[stillWorkflowId(batchId, 1)] = GONE;
    looks[stillWorkflowId(batchId, 2)] = GONE;
    await world.stills.close(TENANT, first, { state: 'flagged', best: 1, repairs: 0, reason: undefined });
    await world.stills.again(TENANT, first, { id: 'r1', kind: 'repair', price: 1 });
    await run(closeOrphan(world), orphan);
    expect((await stills()).map(({ state }) => state)).toEqual(['repairing', 'failed', 'failed']);
    expect(await world.stills.find(TENANT, second)).toMatchObject({ best: undefined });
  });
});

describe('a still whose workflow is gone', () => {
  const orphanOf = (batchId: string, stillId: string, again = 0): Orphan => ({
    kind: 'still',
    tenantId: TENANT,
    batchId,
    stillId,
    number: 1,
    again,
    stage: 'failed',
    reason: 'It was terminated.',
  });

  it('is closed while its batch goes on', async () => {
    const { world, looks, batchId, first, stills, events } = await newBatch();
    looks[stillWorkflowId(batchId, 1)] = GONE;
    await run(closeOrphan(world), orphanOf(batchId, first));
    expect((await stills()).map(({ state }) => state)).toEqual(['flagged', 'drawing', 'queued']);
    expect((await world.stills.batch(TENANT, batchId))?.state).toBe('running');
    expect(events().map(([event]) => event)).toEqual(['still.flagged']);
  });

  it('in a further pass is what it was before, and a picture of that pass counts', async () => {
    const { world, looks, batchId, first } = await newBatch();
    await world.stills.close(TENANT, first, { state: 'flagged', best: 1, repairs: 2, reason: undefined });
    await world.stills.accept(TENANT, first, 'key:k1', 'Seen from behind.');
    await world.stills.again(TENANT, first, { id: 'r1', kind: 'redraw', price: 1 });
    looks[stillAgainWorkflowId(batchId, 1, 1)] = GONE;
    await run(closeOrphan(world), orphanOf(batchId, first, 1));
    const accepted = { reason: 'Seen from behind.' };
    expect(await world.stills.find(TENANT, first)).toMatchObject({ state: 'passed', best: 1, repairs: 2, accepted });

    await world.stills.again(TENANT, first, { id: 'r2', kind: 'redraw', price: 1 });
    await world.stills.savePicture(TENANT, first, newPicture(2, { tenantId: TENANT, batchId, stillId: first }));
    await world.stills.saveCheck(TENANT, first, 2, recognised([93, 91]));
    looks[stillAgainWorkflowId(batchId, 1, 2)] = GONE;
    await run(closeOrphan(world), orphanOf(batchId, first, 2));
    expect(await world.stills.find(TENANT, first)).toMatchObject({ state: 'passed', best: 2, accepted: undefined });
  });

  it('that a person opened again meanwhile is left alone', async () => {
    const { world, looks, batchId, first } = await newBatch();
    looks[stillWorkflowId(batchId, 1)] = GONE;
    await world.stills.close(TENANT, first, { state: 'flagged', best: 1, repairs: 0, reason: undefined });
    await world.stills.again(TENANT, first, { id: 'r1', kind: 'repair', price: 1 });
    await run(closeOrphan(world), orphanOf(batchId, first));
    expect((await world.stills.find(TENANT, first))?.state).toBe('repairing');
  });
});

it('a batch that ends by itself keeps the best picture of a still whose own workflow was ended', async () => {
  const { world, batchId, stills } = await newBatch();
  await run(closeBatch(world), { tenantId: TENANT, batchId, state: 'done' });
  expect(await stills()).toMatchObject([
    { state: 'flagged', best: 1, closeReason: expect.stringMatching(/Redraw it/) },
    { state: 'failed', closeReason: expect.stringMatching(/Redraw it/) },
    { state: 'failed' },
  ]);
});
