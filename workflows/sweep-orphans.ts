// One sweep: closes open rows whose workflow is gone, and settles paid requests that nothing open waits for. A Schedule
// starts it regularly. The next sweep retries what this one could not do.

import { log, workflowInfo } from '@temporalio/workflow';
import type { Orphan, SweepCursor } from '../domain/steps.ts';
import { isCancelled } from './failure-code.ts';
import { sweep } from './steps.ts';

/** Pages of one sweep; the next sweep continues there. */
const MOST_PAGES = 25;

export interface SweepReport {
  closed: number;
  /** How many could not be closed this time. */
  left: number;
  /** Where the next sweep continues; absent when all open rows were seen. */
  next?: SweepCursor;
}

export async function sweepOrphans(): Promise<SweepReport> {
  // The Schedule hands each sweep the result of the one before.
  const before = workflowInfo().lastResult as SweepReport | undefined;
  const report: SweepReport = { closed: 0, left: 0 };
  let from = before?.next;
  for (let page = 1; page <= MOST_PAGES; page++) {
    const { orphans, next } = await sweep.findOrphans.executeWithOptions(
      { summary: 'Find open rows without a workflow' },
      [{ from }],
    );
    const ends = await Promise.all(orphans.map(close));
    const closed = ends.filter(Boolean).length;
    report.closed += closed;
    report.left += orphans.length - closed;
    from = next;
    if (!from) return report;
  }
  return { ...report, ...(from ? { next: from } : {}) };
}

async function close(orphan: Orphan): Promise<boolean> {
  const name = nameOf(orphan);
  try {
    await sweep.closeOrphan.executeWithOptions({ summary: `Close ${name}` }, [orphan]);
    return true;
  } catch (error) {
    if (isCancelled(error)) throw error;
    log.error('an orphan could not be closed; the next sweep tries again', { orphan: name, error: String(error) });
    return false;
  }
}

function nameOf(orphan: Orphan): string {
  switch (orphan.kind) {
    case 'identity':
      return `identity ${orphan.identityId}`;
    case 'retest':
      return `test ${orphan.number} of identity ${orphan.identityId}`;
    case 'batch':
      return `batch ${orphan.batchId}`;
    case 'still':
      return `still ${orphan.number} of batch ${orphan.batchId}`;
    case 'call':
      return `request ${orphan.callKey}`;
  }
}
