// Compares a page of open rows with Temporal: finds rows whose workflow is gone, and paid requests that nothing open
// waits for. Changes nothing.

import {
  batchWorkflowId,
  identityWorkflowId,
  leftoverWorkflowId,
  newestStillWorkflowId,
  proxyWorkflowId,
  retestWorkflowId,
} from '../../domain/keys.ts';
import { endOfOrphan, isSettled, type OrphanEnd, type OrphanKind } from '../../domain/orphan.ts';
import type { Orphan, SweepSteps } from '../../domain/steps.ts';
import type { Work } from '../ports/attempt.ts';
import type { Ports } from '../ports/index.ts';
import type { OpenBatch, OpenCall, OpenIdentity, OpenRetest, OpenStill } from '../ports/open-work.ts';

/** Open rows in one page, of all kinds. */
const PAGE = 200;
/** Concurrent queries to Temporal. */
const AT_ONCE = 8;
/** Milliseconds for which a paid request is left to its caller. */
const FRESH_CALL_MS = 60_000;

/** Stills before calls: those of a still that is closed are settled then. */
const KINDS = ['identity', 'retest', 'batch', 'still', 'call'] as const satisfies readonly Orphan['kind'][];

export function findOrphans(ports: Pick<Ports, 'openWork' | 'lookUp'>): Work<SweepSteps['findOrphans']> {
  const { openWork } = ports;

  async function page(kind: Orphan['kind'], after: string | undefined, limit: number) {
    switch (kind) {
      case 'identity':
        return judged(await openWork.identities(after, limit), (row) => orphanIdentity(ports, row));
      case 'retest':
        return judged(await openWork.retests(after, limit), (row) => orphanRetest(ports, row));
      case 'batch':
        return judged(await openWork.batches(after, limit), (row) => orphanBatch(ports, row));
      case 'still':
        return judged(await openWork.stills(after, limit), (row) => orphanStill(ports, row));
      case 'call':
        return judged(await openWork.calls(after, limit), (row) => orphanCall(ports, row));
    }
  }

  return async ({ from }) => {
    const orphans: Orphan[] = [];
    let room = PAGE;
    let after = from?.after;
    for (const kind of KINDS.slice(KINDS.indexOf(from?.kind ?? 'identity'))) {
      const { found, seen, last } = await page(kind, after, room);
      orphans.push(...found);
      room -= seen;
      if (room <= 0 && last !== undefined) return { orphans, next: { kind, after: last } };
      after = undefined;
    }
    return { orphans };
  };
}

/** The orphans among these rows, queried a few at a time. */
async function judged<Row extends { id: string }>(
  rows: readonly Row[],
  judge: (row: Row) => Promise<Orphan | undefined>,
): Promise<{ found: Orphan[]; seen: number; last: string | undefined }> {
  const found: Orphan[] = [];
  for (let place = 0; place < rows.length; place += AT_ONCE) {
    const orphans = await Promise.all(rows.slice(place, place + AT_ONCE).map(judge));
    found.push(...orphans.filter((orphan) => orphan !== undefined));
  }
  return { found, seen: rows.length, last: rows.at(-1)?.id };
}

async function orphanIdentity(ports: Pick<Ports, 'lookUp'>, row: OpenIdentity): Promise<Orphan | undefined> {
  const { id: identityId, tenantId } = row;
  const end = await settledEnd(ports, 'run', identityWorkflowId(identityId), row.createdAt);
  return end && { kind: 'identity', tenantId, identityId, ...end };
}

async function orphanRetest(ports: Pick<Ports, 'lookUp'>, row: OpenRetest): Promise<Orphan | undefined> {
  const { tenantId, identityId, number } = row;
  const end = await settledEnd(ports, 'test', retestWorkflowId(identityId, number), row.createdAt);
  return end && { kind: 'retest', tenantId, identityId, number, ...end };
}

async function orphanBatch(ports: Pick<Ports, 'lookUp'>, row: OpenBatch): Promise<Orphan | undefined> {
  const { id: batchId, tenantId } = row;
  const end = await settledEnd(ports, 'batch', batchWorkflowId(batchId), row.createdAt);
  return end && { kind: 'batch', tenantId, batchId, ...end };
}

async function orphanStill(ports: Pick<Ports, 'lookUp'>, row: OpenStill): Promise<Orphan | undefined> {
  const { id: stillId, tenantId, batchId, number, again } = row;
  const end = await settledEnd(ports, 'still', newestStillWorkflowId(row), row.createdAt);
  return end && { kind: 'still', tenantId, batchId, stillId, number, again, ...end };
}

async function orphanCall({ lookUp }: Pick<Ports, 'lookUp'>, row: OpenCall): Promise<Orphan | undefined> {
  const { key: callKey, subjectKind } = row;
  if (Date.now() - Date.parse(row.createdAt) < FRESH_CALL_MS) return undefined;
  const { status } = await lookUp(subjectKind === 'app' ? proxyWorkflowId(callKey) : leftoverWorkflowId(callKey));
  return status === 'running' || status === 'unclear' ? undefined : { kind: 'call', callKey, subjectKind };
}

/** The end of a row whose workflow closed long enough ago; undefined where it is no orphan, or not yet. */
export async function settledEnd(
  { lookUp }: Pick<Ports, 'lookUp'>,
  what: OrphanKind,
  workflowId: string,
  createdAt: string,
): Promise<OrphanEnd | undefined> {
  const { status, closedForMs } = await lookUp(workflowId);
  const end = endOfOrphan(what, status, Date.now() - Date.parse(createdAt));
  return end && isSettled(closedForMs) ? end : undefined;
}
