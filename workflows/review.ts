// Waiting for a person's decision: both ways in, the reminders, and the end of patience.

import { ApplicationFailure, condition } from '@temporalio/workflow';
import type { Decision, Refusal, Verdict } from '../domain/decision.ts';
import { isRefusal, parseDecision, refusalOf } from '../domain/decision.ts';
import type { IdentityState } from '../domain/identity-state.ts';
import type { DecisionMessage } from './messages.ts';
import type { Run } from './run.ts';
import { records } from './steps.ts';

/** Ignored signals are kept for people to see; a flood of them must not grow the state without end. */
const MAX_IGNORED = 20;

export class Review {
  readonly #run: Run;
  #decision: Decision | undefined;
  #regenerations = 0;
  #retrainings = 0;
  #signals = 0;

  constructor(run: Run) {
    this.#run = run;
  }

  /** A signal: nobody waits for an answer, so a bad one is recorded and changes nothing. */
  signalled(verdict: Verdict['verdict'], raw: unknown): void {
    this.#signals += 1;
    const decision = parseDecision(raw, verdict, `signal-${this.#signals}`, 'signal');
    const refusal = isRefusal(decision) ? decision : this.#refusal(decision);
    if (refusal) {
      const name = verdict === 'approve' ? 'approveIdentity' : 'rejectIdentity';
      const ignored = [...this.#run.state.ignored, { name, refusal, at: new Date().toISOString() } as const];
      this.#run.change({ ignored: ignored.slice(-MAX_IGNORED) });
    } else if (!isRefusal(decision)) this.#accept(decision);
  }

  /** The Update's validator: refuses before anything is written to the history. */
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

  /** The next decision, or undefined when nobody decided in time. */
  async next(): Promise<Decision | undefined> {
    const run = this.#run;
    const { remindAfterMs, escalateAfterMs, approvalExpiresAfterMs } = run.settings;
    const since = Date.now();
    this.#decision = undefined;
    run.enter('awaiting_approval', {
      waiting: {
        since: new Date(since).toISOString(),
        expiresAt: new Date(since + approvalExpiresAfterMs).toISOString(),
        reminders: 0,
        escalated: false,
      },
    });
    await this.#notify('awaiting_approval');
    const steps = [
      { at: remindAfterMs, notice: 'approval_reminder' },
      { at: escalateAfterMs, notice: 'approval_escalation' },
      { at: approvalExpiresAfterMs, notice: undefined },
    ] as const;
    for (const { at, notice } of steps) {
      const left = Math.max(since + at - Date.now(), 1);
      const summary = notice?.replace('_', ' ') ?? 'approval expiry';
      if (await condition(() => this.#decision !== undefined, left, { summary })) break;
      if (notice) await this.#remind(notice);
    }
    delete run.state.waiting;
    return this.#counted();
  }

  /** The decision of this round, its next step counted against the limits. */
  #counted(): Decision | undefined {
    const decision = this.#decision;
    if (decision?.verdict === 'reject') {
      if (decision.next === 'regenerate') this.#regenerations += 1;
      if (decision.next === 'retrain') this.#retrainings += 1;
    }
    return decision;
  }

  #refusal(decision: Decision): Refusal | undefined {
    const { stage, round } = this.#run.state;
    const { maxRegenerations, maxRetrainings } = this.#run.settings;
    return refusalOf(
      {
        stage,
        round,
        decision: this.#decision,
        regenerations: this.#regenerations,
        retrainings: this.#retrainings,
        maxRegenerations,
        maxRetrainings,
      },
      decision,
    );
  }

  #accept(decision: Decision): void {
    if (this.#decision) return; // the same decision again
    this.#decision = decision;
    const record = { decision, at: new Date().toISOString() };
    this.#run.change({ decisions: [...this.#run.state.decisions, record] });
  }

  async #remind(kind: 'approval_reminder' | 'approval_escalation'): Promise<void> {
    const { waiting } = this.#run.state;
    if (waiting) {
      const escalated = waiting.escalated || kind === 'approval_escalation';
      const reminders = waiting.reminders + (kind === 'approval_reminder' ? 1 : 0);
      this.#run.change({ waiting: { ...waiting, reminders, escalated } });
    }
    await this.#notify(kind);
  }

  async #notify(kind: 'awaiting_approval' | 'approval_reminder' | 'approval_escalation'): Promise<void> {
    const notice = { kind, round: this.#run.state.round };
    await records.notifyPeople.executeWithOptions({ summary: `Tell reviewers: ${kind.replaceAll('_', ' ')}` }, [
      { ...this.#run.ref, notice },
    ]);
  }
}
