// The steps of a sweep: which rows are orphans, and how one is closed, once or twice.

import { describe, expect, it } from 'vitest';
import { closeOrphan } from '../../../core/orphans/close-orphan.ts';
import { findOrphans } from '../../../core/orphans/find-orphans.ts';
import type { OpenWork } from '../../../core/ports/open-work.ts';
import type { WorkflowLook } from '../../../core/ports/runs.ts';
import { archiveObject, identityWorkflowId, loraObject, retestWorkflowId } from '../../../domain/keys.ts';
import type { CallSubjectKind } from '../../../domain/provider-call.ts';
import type { Orphan } from '../../../domain/steps.ts';
import { createFakePorts, IDENTITY, pathOf, TENANT } from '../../support/fake-ports.ts';
import { run } from './run-step.ts';

const LONG_AGO = '2026-01-01T00:00:00.000Z';
const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

function sweptWorld(open: Partial<OpenWork>, known: Record<string, Partial<WorkflowLook>>) {
  const ports = createFakePorts();
  const asked: string[] = [];
  return {
    ...ports,
    asked,
    openWork: { ...ports.openWork, ...open },
    lookUp: async (workflowId: string): Promise<WorkflowLook> => {
      asked.push(workflowId);
      return { status: 'running', closedForMs: undefined, ...known[workflowId] };
    },
  };
}

describe('a page of a sweep', () => {
  const identities = (count: number): OpenWork['identities'] => {
    const all = Array.from({ length: count }, (_, n) => ({ id: idOf(n + 1), tenantId: TENANT, createdAt: LONG_AGO }));
    return async (after = '', limit) => all.filter(({ id }) => id > after).slice(0, limit);
  };

  it('finds what was terminated, and leaves what runs, what just closed and what nobody can tell', async () => {
    const world = sweptWorld(
      { identities: identities(4) },
      {
        [identityWorkflowId(idOf(1))]: { status: 'terminated', closedForMs: 60_000 },
        [identityWorkflowId(idOf(2))]: { status: 'terminated', closedForMs: 1000 },
        [identityWorkflowId(idOf(3))]: { status: 'unclear' },
      },
    );
    const { orphans, next } = await run(findOrphans(world), {});
    expect(orphans).toMatchObject([{ kind: 'identity', identityId: idOf(1), stage: 'failed' }]);
    expect(next).toBeUndefined();
  });

  it('closes nothing while Temporal does not answer', async () => {
    const world = sweptWorld({ identities: identities(30) }, {});
    world.lookUp = async () => ({ status: 'unclear', closedForMs: undefined });
    expect(await run(findOrphans(world), {})).toEqual({ orphans: [] });
  });

  it('is bounded, and the next page goes on behind it until every row was seen once', async () => {
    const world = sweptWorld({ identities: identities(450) }, {});
    let from: Awaited<ReturnType<ReturnType<typeof findOrphans>>>['next'];
    const pages: number[] = [];
    do {
      const before = world.asked.length;
      ({ next: from } = await run(findOrphans(world), from ? { from } : {}));
      pages.push(world.asked.length - before);
    } while (from);
    expect(pages).toEqual([200, 200, 50]);
    expect(new Set(world.asked).size).toBe(450);
  });

  it('finds tests on request, and requests that nobody follows', async () => {
    const call = (n: number, subjectKind: CallSubjectKind, createdAt = LONG_AGO) => {
      return { id: idOf(n), key: `call-${n}`, subjectKind, createdAt };
    };
    const world = sweptWorld(
      {
        retests: async () => [{ id: idOf(1), tenantId: TENANT, identityId: IDENTITY, number: 2, createdAt: LONG_AGO }],
        calls: async () => [
          call(1, 'identity'),
          call(2, 'identity'),
          call(3, 'app'),
          call(4, 'identity', new Date().toISOString()),
        ],
      },
      {
        [retestWorkflowId(IDENTITY, 2)]: { status: 'not_found' },
        'leftover/call-1': { status: 'not_found' },
        'follow/call-3': { status: 'terminated', closedForMs: 60_000 },
        'leftover/call-4': { status: 'not_found' },
      },
    );
    expect((await run(findOrphans(world), {})).orphans).toEqual([
      expect.objectContaining({ kind: 'retest', identityId: IDENTITY, number: 2, stage: 'failed' }),
      { kind: 'call', callKey: 'call-1', subjectKind: 'identity' },
      { kind: 'call', callKey: 'call-3', subjectKind: 'app' },
    ]);
  });
});

describe('an orphan', () => {
  const orphan: Orphan = { kind: 'identity', tenantId: TENANT, identityId: IDENTITY, stage: 'failed', reason: 'gone' };
  const workflowId = identityWorkflowId(IDENTITY);
  const waiting = { [workflowId]: ['of the run'], [retestWorkflowId(IDENTITY, 1)]: ['of the test'] };
  const callsOf: OpenWork['callsOf'] = async (id) => waiting[id] ?? [];
  const endOf: OpenWork['endOf'] = async () => ({ stage: 'failed', reason: 'gone' });

  it('has its requests settled, its files removed and its end told, as its own last step would have', async () => {
    const world = sweptWorld({ callsOf, endOf }, { [workflowId]: { status: 'terminated' } });
    const archive = archiveObject(TENANT, IDENTITY, 'a');
    const lora = loraObject(TENANT, IDENTITY, 1);
    for (const object of [archive, lora]) await world.files.put(object, Buffer.from('x'), 'application/zip');
    await run(closeOrphan(world), orphan);
    // Not that of a test on request, which has a workflow of its own.
    expect(world.settled).toEqual(['of the run']);
    expect(world.store.writes).toEqual([['close', TENANT, IDENTITY, 'failed', 'gone']]);
    expect(world.files.paths()).toEqual([pathOf(lora)]);
    expect([...world.happened.values()]).toMatchObject([{ event: 'identity.failed', data: { stage: 'failed' } }]);
  });

  it('closed by two sweeps, or by one twice, is told once', async () => {
    const world = sweptWorld({ callsOf, endOf }, { [workflowId]: { status: 'terminated' } });
    await run(closeOrphan(world), orphan);
    await run(closeOrphan(world), orphan);
    expect(world.happened.size).toBe(1);
  });

  it('whose own last step was faster keeps its files, and nothing else is told', async () => {
    const ready = async () => ({ stage: 'ready' as const, reason: undefined });
    const world = sweptWorld({ callsOf, endOf: ready }, { [workflowId]: { status: 'terminated' } });
    await world.files.put(archiveObject(TENANT, IDENTITY, 'a'), Buffer.from('x'), 'application/zip');
    await run(closeOrphan(world), orphan);
    expect(world.files.paths()).toHaveLength(1);
    expect(world.happened.size).toBe(0);
  });

  it.each(['running', 'unclear'] as const)('is left alone when its workflow is %s by now', async (status) => {
    const world = sweptWorld({ callsOf, endOf }, { [workflowId]: { status } });
    await run(closeOrphan(world), orphan);
    expect([world.store.writes, world.settled, world.happened.size]).toEqual([[], [], 0]);
  });

  it('that is a test on request ends with the reason, and its requests are settled', async () => {
    const id = retestWorkflowId(IDENTITY, 1);
    const world = sweptWorld({ callsOf }, { [id]: { status: 'terminated' } });
    await run(closeOrphan(world), { ...orphan, kind: 'retest', number: 1 });
    expect(world.settled).toEqual(['of the test']);
    expect(world.store.writes).toEqual([
      ['closeRetest', TENANT, IDENTITY, 1, { state: 'failed', failedImages: [], reason: 'gone' }],
    ]);
  });
});
