// Waits for a person's decision: by signal or Update, with reminders and an expiry.

import { ApplicationFailure, condition, uuid4 } from '@temporalio/workflow';
import type { Decision, Refusal, Verdict } from '../domain/decision.ts';
import { endsRun, isRefusal, parseDecision, refusalOf } from '../domain/decision.ts';
import type { IdentityState } from '../domain/identity-state.ts';
import { rethrowDefect } from './failure-code.ts';
import type { IdentityRun } from './identity-run.ts';
import type { DecisionMessage } from './messages.ts';
import { records } from './steps.ts';

export class Review {
  readonly #run: IdentityRun;
  /** The decision about the newest round. */
  #decision: Decision | undefined;
  #waits = false;
  #regenerations = 0;
  #retrainings = 0;

  constructor(run: IdentityRun) {
    this.#run = run;
  }

  /** A signal: its sender gets no answer, so a bad one is recorded and changes nothing. */
  signalled(verdict: Verdict['verdict'], raw: unknown): void {
    const decision = parseDecision(raw, verdict, uuid4(), 'signal');
    const refusal = isRefusal(decision) ? decision : this.#refusal(decision);
    if (refusal) this.#run.ignore(verdict === 'approve' ? 'approveIdentity' : 'rejectIdentity', refusal);
    else if (!isRefusal(decision)) this.#accept(decision);
  }

  /** The Update's validator: refuses before the Update is written to the history. */
  validate(message: DecisionMessage): void {
    const decision = parseDecision(message, message?.verdict, '', 'update');
    const refusal = isRefusal(decision) ? decision : this.#refusal(decision);
    if (refusal) {
      throw ApplicationFailure.create({ type: refusal.code, message: refusal.message, nonRetryable: true });
    }
  }

  /** The Update itself, already validated. */
  decide(message: DecisionMessage): IdentityState {
    const decision = parseDecision(message, message.verdict, '', 'update');
    if (!isRefusal(decision)) this.#accept(decision);
    return this.#run.state;
  }

  /** The next decision, or undefined when none came in time. */
  async next(): Promise<Decision | undefined> {
    this.#decision = undefined;
    this.#waits = true;
    try {
      await this.#decided();
    } catch (error) {
      rethrowDefect(error);
      // A decision that ends the run was answered already: a later cancel is too late, and a reminder that could not be
      // sent does not matter.
      if (!this.#decision || !endsRun(this.#decision)) throw error;
    } finally {
      // From here on decisions are refused: the run may be about to expire or be cancelled.
      this.#waits = false;
    }
    this.#run.stopWaiting();
    return this.#counted();
  }

  /** Waits for a decision with reminders until the expiry. */
  async #decided(): Promise<void> {
    const { remindAfterMs, escalateAfterMs, approvalExpiresAfterMs } = this.#run.settings;
    const since = Date.now();
    const expiresAt = since + approvalExpiresAfterMs;
    this.#run.awaitApproval(since, expiresAt);
    await this.#notify('awaiting_approval');
    const notices = [
      { at: since + remindAfterMs, kind: 'approval_reminder' },
      { at: since + escalateAfterMs, kind: 'approval_escalation' },
    ] as const;
    for (const { at, kind } of notices.toSorted((a, b) => a.at - b.at)) {
      if (at >= expiresAt) break;
      if (await this.#isDecidedBy(at, kind.replace('_', ' '))) return;
      // A worker was away for longer: no reminder of an expired round.
      if (Date.now() >= expiresAt) continue;
      this.#run.countReminder(kind);
      await this.#notify(kind);
    }
    await this.#isDecidedBy(expiresAt, 'approval expiry');
  }

  #isDecidedBy(at: number, summary: string): Promise<boolean> {
    return condition(() => this.#decision !== undefined, Math.max(at - Date.now(), 1), { summary });
  }

  /** The decision of this round; counts its next step against the limits. */
  #counted(): Decision | undefined {
    const decision = this.#decision;
    if (decision?.verdict === 'reject') {
      if (decision.next === 'regenerate') this.#regenerations += 1;
      if (decision.next === 'retrain') this.#retrainings += 1;
    }
    return decision;
  }

  #refusal(decision: Decision): Refusal | undefined {
    const { stage, round, decisions } = this.#run.state;
    const { maxRegenerations, maxRetrainings } = this.#run.settings;
    return refusalOf(
      {
        stage,
        waits: this.#waits,
        round,
        decided: decisions.map((record) => record.decision),
        regenerations: this.#regenerations,
        retrainings: this.#retrainings,
        maxRegenerations,
        maxRetrainings,
      },
      decision,
    );
  }

  /** Accepts a decision that was not refused. A repeat has counted already, maybe in an earlier round. */
  #accept(decision: Decision): void {
    if (this.#decision || decision.round !== this.#run.state.round) return;
    this.#decision = decision;
    this.#run.decide(decision);
  }

  async #notify(kind: 'awaiting_approval' | 'approval_reminder' | 'approval_escalation'): Promise<void> {
    const notice = { kind, round: this.#run.state.round };
    await records.notifyPeople.executeWithOptions({ summary: `Tell reviewers: ${kind.replaceAll('_', ' ')}` }, [
      { ...this.#run.ref, notice },
    ]);
  }
}
