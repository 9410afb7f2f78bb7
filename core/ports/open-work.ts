// The open rows of the database, for the sweep.

import type { CallSubjectKind } from '../../domain/provider-call.ts';
import type { Stage } from '../../domain/stage.ts';

/** An open row, for the sweep; `id` orders the rows of its kind. */
export interface OpenRow {
  id: string;
  /** ISO time. */
  createdAt: string;
}

export type OpenIdentity = OpenRow & { tenantId: string };

export type OpenRetest = OpenRow & { tenantId: string; identityId: string; number: number };

export type OpenBatch = OpenRow & { tenantId: string };

/** A still that has been begun; it was created when it was asked for, or for its newest further pass. */
export type OpenStill = OpenRow & { tenantId: string; batchId: string; number: number; again: number };

export type OpenCall = OpenRow & { key: string; subjectKind: CallSubjectKind };

/** Open rows of all tenants, in pages: rows of a kind behind this id, at most `limit`. */
export interface OpenWork {
  identities(after: string | undefined, limit: number): Promise<OpenIdentity[]>;
  retests(after: string | undefined, limit: number): Promise<OpenRetest[]>;
  batches(after: string | undefined, limit: number): Promise<OpenBatch[]>;
  stills(after: string | undefined, limit: number): Promise<OpenStill[]>;
  /** Open paid requests that no open run, test or still waits for; those of the proxy, for which none ever does, are included. */
  calls(after: string | undefined, limit: number): Promise<OpenCall[]>;
  /** The keys of the open paid requests that this workflow waits for. */
  callsOf(workflowId: string): Promise<string[]>;
  /** How an identity's run ended by its row; undefined while it is open. */
  endOf(tenantId: string, identityId: string): Promise<{ stage: Stage; reason: string | undefined } | undefined>;
}
