// The durable runs. Every method throws `RunError` and nothing else.

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

/** What Temporal knows of a workflow, and how long ago it closed. */
export interface WorkflowLook {
  status: WorkflowStatus;
  closedForMs: number | undefined;
}

/** A decision that has an id, as all that the API sends on. */
export type NamedDecision = ApproveMessage & { decisionId: string };

/** The durable runs. A message that came through is durable; whether it counts is the run's to say. */
export interface IdentityRuns {
  /** Starts the run; nothing happens when this identity's run was started before. */
  start(run: PrepareIdentityInput): Promise<void>;
  /** The state of a run that is open; `gone` when it is not. */
  state(identityId: string): Promise<IdentityState>;
  /** The last state of a run, open or not, while Temporal keeps it. */
  lastState(identityId: string): Promise<IdentityState>;
  /** What Temporal knows of a workflow. Throws nothing. */
  lookUp(workflowId: string): Promise<WorkflowLook>;
  /** Has open rows without a workflow closed, soon; one sweep, however often it is asked for at a time. */
  sweepSoon(): Promise<void>;
  /**
   * These three send a decision. The same again, of this round and id, is no error, whatever stage the run has come to
   * since. With another verdict it is refused: at once by `decide`, in the state of the run by the others.
   */
  approve(identityId: string, message: NamedDecision): Promise<void>;
  reject(identityId: string, message: NamedDecision & { next: NextStep }): Promise<void>;
  /** Answers the state in which the decision counts. */
  decide(identityId: string, decision: DecisionMessage): Promise<IdentityState>;
  replacePhotos(identityId: string, photoIds: string[]): Promise<IdentityState>;
  /** Tells the workflow that waits for the call; answers its state. */
  settleCall(workflowId: string, settlement: CallSettlement): Promise<IdentityState>;
  /** The same to what settles a request whose run has ended; it is begun for it, when it is not there. */
  settleLeftoverCall(settlement: CallSettlement): Promise<void>;
  cancelRetest(identityId: string, number: number): Promise<void>;
  /** Starts a test on request; nothing happens when it was started before. */
  startRetest(retest: RetestIdentityInput): Promise<void>;
  /** Has an identity scored again; once, however often it is asked for at a time. */
  startRescore(identity: Pick<IdentityRow, 'id' | 'tenantId' | 'characterId'>): Promise<void>;
  /** The hint that a paid request may have ended or is known now, to the workflow that waits for it. */
  trainingSettled(workflowId: string, requestId: string): Promise<void>;
  /** Has a paid request stopped and settled whose run has ended; once, however often it is asked for at a time. */
  settleLeftover(callKey: string): Promise<void>;
  /** Has a request of the proxy followed until it is settled; once, however often it is asked for at a time. */
  followProxyCall(callKey: string): Promise<void>;
  cancel(identityId: string): Promise<void>;
  /** Has a webhook delivered at once, whether or not that is under way or was done. */
  redeliver(deliveryId: string): Promise<void>;
  /** Throws when Temporal cannot be reached. */
  ping(): Promise<void>;
}
