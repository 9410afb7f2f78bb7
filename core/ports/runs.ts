// The durable runs. Every method throws only `RunError`.

import type { NextStep } from '../../domain/decision.ts';
import type { IdentityState } from '../../domain/identity-state.ts';
import type { WorkflowStatus } from '../../domain/orphan.ts';
import type {
  ApproveMessage,
  CallSettlement,
  DecisionMessage,
  PrepareIdentityInput,
  RetestIdentityInput,
} from '../../domain/run-messages.ts';
import type { IdentityRow } from './identities.ts';

/** The status of a workflow in Temporal, and the time since it closed. */
export interface WorkflowLook {
  status: WorkflowStatus;
  closedForMs: number | undefined;
}

/** A decision with an id; all decisions from the API have one. */
export type NamedDecision = ApproveMessage & { decisionId: string };

/** The durable runs. A delivered message is durable; the run decides whether it counts. */
export interface IdentityRuns {
  /** Starts the run; does nothing when this identity's run was started before. */
  start(run: PrepareIdentityInput): Promise<void>;
  /** The state of a run that is open; `gone` when it is not. */
  state(identityId: string): Promise<IdentityState>;
  /** The last state of a run, open or not, while Temporal keeps it. */
  lastState(identityId: string): Promise<IdentityState>;
  /** The status of a workflow in Temporal. Throws nothing. */
  lookUp(workflowId: string): Promise<WorkflowLook>;
  /** Starts a sweep soon, which closes open rows without a workflow; one sweep for concurrent calls. */
  sweepSoon(): Promise<void>;
  /**
   * These three send a decision. A repeat with the same round and id is no error, in any stage of the run. With another
   * verdict it is refused: at once by `decide`, in the state of the run by the others.
   */
  approve(identityId: string, message: NamedDecision): Promise<void>;
  reject(identityId: string, message: NamedDecision & { next: NextStep }): Promise<void>;
  /** Answers the state in which the decision counts. */
  decide(identityId: string, decision: DecisionMessage): Promise<IdentityState>;
  replacePhotos(identityId: string, photoIds: string[]): Promise<IdentityState>;
  /** Sends the settlement to the workflow that waits for the call; answers its state. */
  settleCall(workflowId: string, settlement: CallSettlement): Promise<IdentityState>;
  /** The same for a request whose run has ended. Starts the workflow that settles it when there is none. */
  settleLeftoverCall(settlement: CallSettlement): Promise<void>;
  cancelRetest(identityId: string, number: number): Promise<void>;
  /** Starts a test on request; does nothing when it was started before. */
  startRetest(retest: RetestIdentityInput): Promise<void>;
  /** Scores an identity again; once, for concurrent calls. */
  startRescore(identity: Pick<IdentityRow, 'id' | 'tenantId' | 'characterId'>): Promise<void>;
  /** Sends the hint that a paid request may have ended, or is known now, to the workflow that waits for it. */
  trainingSettled(workflowId: string, requestId: string): Promise<void>;
  /** Stops and settles a paid request whose run has ended; once, for concurrent calls. */
  settleLeftover(callKey: string): Promise<void>;
  /** Follows a request of the proxy until it is settled; once, for concurrent calls. */
  followProxyCall(callKey: string): Promise<void>;
  cancel(identityId: string): Promise<void>;
  /** Delivers a webhook at once, even while a delivery is under way or after one. */
  redeliver(deliveryId: string): Promise<void>;
  /** Throws when Temporal cannot be reached. */
  ping(): Promise<void>;
}
