// Polls an identity, for all subscriptions to it: the state of the run, or of the rows while no worker answers.

import { rowOfGone } from '../core/orphans/as-it-is.ts';
import type { IdentityRow } from '../core/ports/identities.ts';
import { RunError } from '../core/ports/run-error.ts';
import { isEndStage, type Stage } from '../domain/stage.ts';
import type { ApiDeps } from './deps.ts';
import { viewOfEnded, viewOfRow, viewOfState } from './identity-view.ts';
import type { Poll, Snapshot } from './live-state.ts';
import type { Identity } from './schemas/identity.ts';

export interface IdentitySnapshot extends Snapshot {
  /** Undefined for a coarse state, which has no revision. */
  revision: number | undefined;
  stage: Stage;
  /** The answer of GET /v1/identities/{id}, as JSON. */
  body: string;
}

/** Polls this identity. A known revision costs only one query of the run. */
export function identityPoll(deps: ApiDeps, row: IdentityRow): Poll<IdentitySnapshot> {
  return async function poll(before) {
    try {
      if (isEndStage(row.stage)) return await ended(row);
      const state = await deps.runs.state(row.id);
      const version = `run/${state.revision}`;
      if (before?.version === version) return undefined;
      return { ...snapshot(version, await viewOfState(deps, row, state)), revision: state.revision };
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      return error.trouble === 'gone' ? gone(before) : coarse(before, false);
    }
  };

  async function ended(now: IdentityRow): Promise<IdentitySnapshot> {
    const view = await viewOfEnded(deps, now);
    const revision = view.source === 'run' ? view.revision : undefined;
    return { ...snapshot(`end/${view.stage}/${revision}`, view), revision };
  }

  /** The run has ended, also from outside, or has not started. */
  async function gone(before: IdentitySnapshot | undefined): Promise<IdentitySnapshot | undefined> {
    const { row: now } = await rowOfGone(deps, row);
    if (!isEndStage(now.stage)) return coarse(before, true);
    try {
      return await ended(now);
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      return coarse(before, false);
    }
  }

  /** The rows lag behind the run. They count while the run's state is unknown, and when they have an end. */
  async function coarse(before: IdentitySnapshot | undefined, gone: boolean): Promise<IdentitySnapshot | undefined> {
    const now = await deps.identities.find(row.tenantId, row.id);
    if (!now) return undefined;
    const ended = isEndStage(now.stage);
    if (before?.revision !== undefined && !ended) return undefined;
    const version = `record/${now.stage}${gone ? '/gone' : ''}`;
    if (before?.version === version) return undefined;
    return { ...snapshot(version, await viewOfRow(deps, now)), last: gone && ended };
  }
}

function snapshot(version: string, identity: Identity): IdentitySnapshot {
  const { stage } = identity;
  return { version, last: isEndStage(stage), revision: undefined, stage, body: JSON.stringify(identity) };
}
