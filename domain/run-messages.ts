// The input and the messages of a run.

import type { NextStep } from './decision.ts';
import type { RunSettings } from './settings.ts';
import type { Subject } from './subject.ts';
import type { TestType } from './test-suite.ts';

export interface PrepareIdentityInput {
  identityId: string;
  tenantId: string;
  characterId: string;
  photoIds: string[];
  /** The character's subject, fixed for the life of the identity; absent for one started without a class noun. */
  subject?: Subject | undefined;
  settings: RunSettings;
}

/** A test on request of an identity that is ready. */
export interface RetestIdentityInput extends PrepareIdentityInput {
  /** The number of the test of this identity, from 1. */
  number: number;
  types: TestType[];
  heldOut: string | undefined;
}

export interface ApproveMessage {
  round: number;
  decisionId?: string;
  by?: string;
  reason?: string;
}

export type RejectMessage = ApproveMessage & { next?: NextStep };

export type DecisionMessage = { decisionId: string; round: number; by: string; reason?: string } & (
  | { verdict: 'approve' }
  | { verdict: 'reject'; next: NextStep }
);

/** What an operator found out about a paid request whose fate was unclear. */
export type CallSettlement = { callKey: string; by: string } & (
  | { outcome: 'adopt'; requestId: string }
  | { outcome: 'not_charged' }
  | { outcome: 'give_up' }
);
