// What a person does with a still that has ended: one more repair, a new drawing, or accepting it as it is.

import type { MicroUsd } from '../../domain/money.ts';
import { nameUuid } from '../name-uuid.ts';
import { mayBegin } from '../orphans/as-it-is.ts';
import { stillAsItIs } from '../orphans/stills-as-they-are.ts';
import { requireAffordable } from '../payments/afford.ts';
import type { Ports } from '../ports/index.ts';
import type { StillRow } from '../ports/stills.ts';
import { notFound, Refusal } from '../refusal.ts';
import { refuseUnusable } from './find-cast.ts';

export interface AskedAgain {
  kind: 'repair' | 'redraw';
  key: string;
  price: MicroUsd;
}

type World = Pick<Ports, 'stills' | 'stillRuns' | 'identities' | 'books' | 'runs' | 'log'>;

/**
 * The still with one more pass begun, once for a key; a repeat begins a pass that a crash left out. Its highest price rises
 * by that of the pass. Refusals: still_running, budget_exceeded, invalid_request for the repair of a still that has no
 * picture, version_not_found, version_retired, version_revoked.
 */
export async function drawAgain(deps: World, still: StillRow, asked: AskedAgain): Promise<StillRow> {
  const { stills, stillRuns, books } = deps;
  const { tenantId, id: stillId } = still;
  const id = nameUuid([tenantId, stillId, asked.kind, asked.key].join('\n'));
  const isRepeat = still.againIds.includes(id);
  if (!isRepeat) {
    await refuseAgain(deps, still, asked.kind);
    requireAffordable(await books.budget(tenantId), asked.price);
  }
  const opened = await stills.again(tenantId, stillId, { id, kind: asked.kind, price: asked.price });
  if (opened === undefined) throw notFound();
  const now = (await stills.find(tenantId, stillId)) ?? still;
  if (opened === 'running') throw await stillRunning(deps, now);
  const isOpen = now.closedAt === undefined && now.again === opened.number;
  if (isOpen && mayBegin({ createdAt: now.openedAt })) await stillRuns.again(opened.plan, opened.number);
  return isRepeat ? stillAsItIs(deps, now) : now;
}

/** Refusals: invalid_request, version_not_found, version_retired, version_revoked. */
export async function refuseAgain(
  { identities }: Pick<Ports, 'identities'>,
  { tenantId, number, best, manifest }: StillRow,
  kind: AskedAgain['kind'],
): Promise<void> {
  if (kind === 'repair' && best === undefined) {
    const detail = `Still ${number} has no picture that could be repaired. Draw it anew: redraw.`;
    throw new Refusal('invalid_request', detail);
  }
  for (const { identityId, version, name } of manifest.cast) {
    const approved = await identities.approvedLora(tenantId, identityId);
    if (approved?.version !== version) {
      const detail = `Version ${version} of "${name}" does not exist any more. Start the still anew with another one.`;
      throw new Refusal('version_not_found', detail);
    }
    refuseUnusable({ version, name, state: approved.state });
  }
}

/** The still as it is accepted, in spite of its findings. Refusals: still_running, still_not_flagged. */
export async function acceptStill(
  deps: Pick<World, 'stills' | 'runs' | 'log'>,
  still: StillRow,
  by: string,
  reason: string,
): Promise<StillRow> {
  const { stills } = deps;
  const { tenantId, id, number } = still;
  const outcome = await stills.accept(tenantId, id, by, reason);
  if (outcome === undefined) throw notFound();
  const now = (await stills.find(tenantId, id)) ?? still;
  if (outcome === 'done') return now;
  if (now.closedAt === undefined) throw await stillRunning(deps, now);
  const detail = `Still ${number} is ${now.state}: only a flagged one waits for a person to accept it.`;
  throw new Refusal('still_not_flagged', detail);
}

async function stillRunning(deps: Pick<World, 'stills' | 'runs' | 'log'>, still: StillRow): Promise<Refusal> {
  const { number, batchId, id } = still;
  const { closedAt, closeReason } = await stillAsItIs(deps, still);
  const detail =
    closedAt === undefined
      ? `Still ${number} is being drawn. Wait until it has ended: GET /v1/stills/${batchId}/frames/${id} shows it.`
      : `Still ${number} is about to be closed: ${closeReason ?? 'its workflow has ended.'} Try again in a minute.`;
  return new Refusal('still_running', detail);
}
