// The run of one identity: the changes to its state that other runs do not have.

import type { Decision, Refusal } from '../domain/decision.ts';
import type { IgnoredMessage, PinnedLora } from '../domain/identity-state.ts';
import type { PhotosReport } from '../domain/steps.ts';
import type { PrepareIdentityInput } from './messages.ts';
import { Run } from './run.ts';

/** Ignored signals are kept for people; the limit stops a flood of them from growing the state. */
const MAX_IGNORED = 20;

export class IdentityRun extends Run {
  constructor(input: PrepareIdentityInput) {
    super(input, { stage: 'validating' });
  }

  askForPhotos({ photos, problem }: PhotosReport): void {
    this.enter('needs_photos', { photos, photoProblem: problem });
  }

  acceptPhotos({ photos, heldOut }: PhotosReport): void {
    this.change({ photos, heldOut, photoProblem: undefined });
  }

  beginTraining(training: number): void {
    this.enter('training', { training });
  }

  pinLora(lora: PinnedLora): void {
    this.change({ lora });
  }

  /** The round missed the gate: another strength is tried. */
  tryStrength(trying: number): void {
    this.enter('rescuing', { trying });
  }

  endRescue(): void {
    if (this.state.trying !== undefined) this.change({ trying: undefined });
  }

  /** Times in milliseconds. */
  awaitApproval(since: number, expiresAt: number): void {
    const waiting = { since: isoTime(since), expiresAt: isoTime(expiresAt), reminders: 0, escalated: false };
    this.enter('awaiting_approval', { waiting });
  }

  countReminder(kind: 'approval_reminder' | 'approval_escalation'): void {
    const { waiting } = this.state;
    if (!waiting) return;
    const counted = kind === 'approval_reminder' ? { reminders: waiting.reminders + 1 } : { escalated: true };
    this.change({ waiting: { ...waiting, ...counted } });
  }

  stopWaiting(): void {
    this.change({ waiting: undefined });
  }

  decide(decision: Decision): void {
    this.change({ decisions: [...this.state.decisions, { decision, at: isoTime(Date.now()) }] });
  }

  /** Keeps a signal that changes nothing, with the reason. */
  ignore(name: IgnoredMessage['name'], refusal: Refusal): void {
    const ignored = [...this.state.ignored, { name, refusal, at: isoTime(Date.now()) }];
    this.change({ ignored: ignored.slice(-MAX_IGNORED) });
  }
}

const isoTime = (ms: number): string => new Date(ms).toISOString();
