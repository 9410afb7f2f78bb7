// Batches and stills whose workflow was ended from outside: whoever asks is told the end at once, and a sweep is asked for.

import { describe, expect, test } from 'vitest';
import { RunError } from '../../../core/ports/run-error.ts';
import { batchWorkflowId, stillAgainWorkflowId, stillWorkflowId } from '../../../domain/keys.ts';
import type { WorkflowStatus } from '../../../domain/orphan.ts';
import { addStills, newPicture, recognised } from '../../support/new-stills.ts';
import { addPair, drawn, LOW } from './drawn-stills.ts';
import { problemIn } from './problem-in.ts';
import { newWorld, TENANT } from './world.ts';

const MINUTE = 60_000;
const key = (name: string) => ({ 'idempotency-key': name });

interface Answer {
  state: string;
  closeReason?: string;
  closedAt?: string;
  counts: Record<string, number>;
  stills: { state: string; best?: number; closeReason?: string; closedAt?: string }[];
}

/** A batch of three: the first is being drawn and has a picture, the second is, and the third waits. */
async function running() {
  const world = newWorld();
  const cast = addPair(world);
  const rows = await addStills(world.stills, TENANT, 3, { cast });
  const [first, second] = rows;
  if (!first || !second) throw new Error('No still was written.');
  const { batchId } = first;
  for (const { id } of [first, second]) await world.stills.saveState(TENANT, id, 'drawing');
  await world.stills.savePicture(TENANT, first.id, newPicture(1, { tenantId: TENANT, batchId, stillId: first.id }));
  await world.stills.saveCheck(TENANT, first.id, 1, recognised([93, 61], [LOW]));
  const path = `/v1/stills/${batchId}`;
  const read = async (of = path) => (await world.ask('GET', of)).json() as Promise<Answer>;
  const end = (status: WorkflowStatus, ...numbers: number[]) => {
    world.gone.set(batchWorkflowId(batchId), status);
    for (const number of numbers) world.gone.set(stillWorkflowId(batchId, number), status);
  };
  const names = () => world.told.map(([name]) => name);
  return { ...world, batchId, path, first, second, read, end, names };
}

describe('a batch that was terminated', () => {
  test('is answered as failed at once, with its stills, what they came to, and what to do next', async () => {
    const { read, end, names, stills, batchId } = await running();
    end('terminated', 1, 2);
    const batch = await read();
    expect(batch).toMatchObject({
      state: 'failed',
      closeReason: expect.stringMatching(/The batch was terminated in Temporal. Redraw the stills that are missing/),
      closedAt: expect.any(String),
      counts: { flagged: 1, failed: 2, drawing: 0, queued: 0 },
      stills: [
        { state: 'flagged', best: 1, closeReason: expect.stringMatching(/Redraw it/), closedAt: expect.any(String) },
        { state: 'failed', closeReason: expect.stringMatching(/Redraw it/) },
        { state: 'failed', closeReason: batch.closeReason },
      ],
    });
    expect(names()).toContain('sweepSoon');
    expect((await stills.batch(TENANT, batchId))?.state).toBe('running');
    expect(await read(`/v1/stills/${batchId}/report`)).toMatchObject({ state: 'failed', counts: batch.counts });
  });

  test('shows stills that still run as they are: they end themselves', async () => {
    const { read, end } = await running();
    end('terminated', 2);
    const { state, counts, stills } = await read();
    expect([state, counts.drawing]).toEqual(['failed', 1]);
    expect(stills.map((still) => still.state)).toEqual(['drawing', 'failed', 'failed']);
  });

  test('can be cancelled: a sweep closes it', async () => {
    const { ask, path, end, names } = await running();
    end('terminated', 1, 2);
    expect((await ask('POST', `${path}/cancel`)).status).toBe(202);
    expect(names()).toEqual(['cancelBatch', 'sweepSoon']);
  });

  test('tells whoever watches it or waits for it, and ends the stream', async () => {
    const { ask, path, end } = await running();
    end('terminated', 1, 2);
    const stream = await (await ask('GET', `${path}/events`)).text();
    expect(stream).toContain('event: end\ndata: {"state":"failed"}');
    expect(stream).toMatch(/event: still\ndata: [^\n]*"state":"flagged"/);
    expect(stream).toMatch(/event: batch\ndata: [^\n]*"state":"failed"/);
  });

  test('is answered by a repeat of its start with its end', async () => {
    const world = newWorld();
    const [mara] = addPair(world);
    const frames = [{ prompt: 'a quay', characters: [{ identityId: mara?.identityId }] }];
    const start = async () => (await world.ask('POST', '/v1/stills', { frames }, key('k'))).json();
    const { batchId } = (await start()) as { batchId: string };
    world.gone.set(batchWorkflowId(batchId), 'terminated');
    expect(await start()).toMatchObject({ batchId, state: 'failed', stills: [{ state: 'failed' }] });
    const waited = await world.ask('POST', '/v1/stills?wait=30', { frames }, key('k'));
    expect(await waited.json()).toMatchObject({ batchId, state: 'failed', stills: [{ state: 'failed' }] });
  });
});

test('while Temporal does not answer nothing is taken for ended', async () => {
  const { read, end, broken, names } = await running();
  end('terminated', 1, 2);
  broken.runs = new RunError('unavailable', 'Temporal cannot be reached.');
  expect(await read()).toMatchObject({ state: 'running', counts: { drawing: 2, queued: 1 } });
  expect(names()).not.toContain('sweepSoon');
});

test('a batch that ends while it is being read is answered with its own end', async () => {
  const { read, deps, stills, batchId, first, second } = await running();
  const { lookUp } = deps.runs;
  let isEnded = false;
  deps.runs.lookUp = async (workflowId) => {
    if (!isEnded) {
      isEnded = true;
      for (const { id } of [first, second])
        await stills.close(TENANT, id, { state: 'passed', best: 1, repairs: 0, reason: undefined });
      await stills.closeBatch(TENANT, batchId, { state: 'done', reason: undefined });
    }
    return { ...(await lookUp(workflowId)), status: 'completed' };
  };
  expect(await read()).toMatchObject({ state: 'done', counts: { passed: 2 } });
});

describe('a batch that never began', () => {
  test('has failed after a while, and not before', async () => {
    const { read, end, stills, batchId, names } = await running();
    end('not_found');
    expect((await read()).state).toBe('running');
    expect(names()).not.toContain('sweepSoon');
    stills.age(batchId, 16 * MINUTE);
    expect(await read()).toMatchObject({ state: 'failed', closeReason: expect.stringMatching(/never started/) });
  });

  test('is begun before it is cancelled', async () => {
    const { ask, path, end, names } = await running();
    end('not_found');
    expect((await ask('POST', `${path}/cancel`)).status).toBe(202);
    expect(names()).toEqual(['cancelBatch', 'startBatch', 'cancelBatch']);
  });
});

describe('a still whose workflow is gone', () => {
  test('is answered with its end, while its batch goes on', async () => {
    const { read, gone, batchId, first, names } = await running();
    gone.set(stillWorkflowId(batchId, 1), 'terminated');
    const path = `/v1/stills/${batchId}/frames/${first.id}`;
    const reason = expect.stringMatching(/The still was terminated in Temporal. Redraw it/);
    expect(await read(path)).toMatchObject({ state: 'flagged', best: 1, closeReason: reason });
    expect(await read()).toMatchObject({ state: 'running', counts: { flagged: 1, drawing: 1, queued: 1 } });
    expect(names()).toContain('sweepSoon');
  });

  test('in a further pass is what it was before', async () => {
    const world = newWorld();
    const { batchId, first, path } = await drawn(world, 1, [93, 61], [LOW]);
    await world.stills.again(TENANT, first.id, { id: 'r1', kind: 'redraw', price: 1 });
    world.gone.set(stillAgainWorkflowId(batchId, 1, 1), 'terminated');
    const still = await world.ask('GET', `${path}/frames/${first.id}`);
    expect(await still.json()).toMatchObject({ state: 'flagged', best: 1 });
    const stream = await (await world.ask('GET', `${path}/events`)).text();
    expect(stream).toContain('event: end\ndata: {"state":"done"}');
  });

  test('says when it can be repaired or accepted', async () => {
    const { ask, gone, batchId, first } = await running();
    const act = (action: string) =>
      ask(
        'POST',
        `/v1/stills/${batchId}/frames/${first.id}/${action}`,
        action === 'accept' ? { reason: 'r' } : undefined,
        key('k'),
      );
    const repair = async () => problemIn(await act('redraw'));
    expect(await repair()).toMatchObject({ code: 'still_running', detail: expect.stringMatching(/is being drawn/) });
    gone.set(stillWorkflowId(batchId, 1), 'terminated');
    const detail = expect.stringMatching(/about to be closed: The still was terminated .* Try again in a minute/);
    expect(await repair()).toMatchObject({ status: 409, code: 'still_running', detail });
    expect(await problemIn(await act('accept'))).toMatchObject({ status: 409, code: 'still_running', detail });
  });
});
