// What the run of an identity and a test on request share: the state, the changes that both make to it, and everything
// that shows it: the query, the search attributes, the panel of the Web UI.

import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { IdentityState } from '../domain/identity-state.ts';
import { triggerWord } from '../domain/keys.ts';
import type { RunSettings } from '../domain/settings.ts';
import type { EndStage, Stage } from '../domain/stage.ts';
import type { IdentityRef } from '../domain/steps.ts';
import { details } from './details.ts';
import type { PrepareIdentityInput } from './messages.ts';
import { SEARCH_ATTRIBUTES } from './messages.ts';

/** Stages in which a person is waited for, and in which `AwaitingSince` is set. */
const WAITING: readonly Stage[] = ['needs_photos', 'awaiting_approval', 'needs_operator'];

/** What becomes of the fields that it names; `undefined` removes one. */
type Patch = Partial<Omit<IdentityState, 'stage' | 'stageSince' | 'revision'>>;

export class Run {
  readonly ref: IdentityRef;
  readonly settings: RunSettings;
  #state: Readonly<IdentityState>;

  /** `begins`: the stage that it begins in, and the photo that is held out where that is known by then. */
  constructor(input: PrepareIdentityInput, begins: Pick<IdentityState, 'stage' | 'heldOut'>) {
    const { identityId, tenantId, characterId, subject, settings } = input;
    this.ref = { tenantId, identityId };
    this.settings = settings;
    const now = new Date().toISOString();
    this.#state = {
      identityId,
      tenantId,
      characterId,
      revision: 1,
      startedAt: now,
      stageSince: now,
      round: 0,
      training: 0,
      triggerWord: triggerWord(identityId),
      subject,
      referenceStrength: settings.referenceStrength,
      photos: [],
      images: [],
      failedImages: [],
      tries: [],
      unclearCalls: [],
      decisions: [],
      ignored: [],
      ...begins,
    };
    setCurrentDetails(details(this.#state, workflowInfo().workflowId));
  }

  /** As it is now, as plain data. A change makes a new object, and leaves this one as it is. */
  get state(): Readonly<IdentityState> {
    return this.#state;
  }

  /** Begins a round: what was made and scored in the one before is not shown any more. */
  beginRound(round: number): void {
    this.enter('testing', { round, images: [], failedImages: [], scores: undefined, tries: [] });
  }

  /** Goes on to a stage that begins with nothing new to show. */
  begin(stage: 'validating' | 'uploading' | 'scoring' | 'publishing'): void {
    this.enter(stage);
  }

  /** Shows this of the newest set of images, or of the best one of several. */
  show(set: Partial<Pick<IdentityState, 'referenceStrength' | 'images' | 'failedImages' | 'scores' | 'tries'>>): void {
    this.change(set);
  }

  /** Waits for an operator, who has to find out what became of these paid requests. */
  askOperator(unclearCalls: string[]): void {
    this.enter('needs_operator', { unclearCalls });
  }

  /** What became of this paid request is known: no operator is asked about it any more. */
  callIsClear(callKey: string): void {
    const { unclearCalls } = this.#state;
    if (!unclearCalls.includes(callKey)) return;
    this.change({ unclearCalls: unclearCalls.filter((key) => key !== callKey) });
  }

  /** Goes on in the stage that it was in when an operator had to be asked. */
  returnTo(stage: Stage): void {
    this.enter(stage);
  }

  fail(failure: NonNullable<IdentityState['failure']>): void {
    this.change({ failure });
  }

  /** `version`: which one of its character an identity is that was approved. */
  end(stage: EndStage, version?: number): void {
    this.enter(stage, { version });
  }

  /** Changes the state; every change is a new revision. */
  protected change(patch: Patch): void {
    this.#state = { ...this.#state, ...patch, revision: this.#state.revision + 1 };
    setCurrentDetails(details(this.#state, workflowInfo().workflowId));
  }

  /** Goes on to a stage. A stage that the run is in already is not entered again. */
  protected enter(stage: Stage, patch: Patch = {}): void {
    if (this.#state.stage !== stage) {
      const now = new Date();
      this.#state = { ...this.#state, stage, stageSince: now.toISOString() };
      upsertSearchAttributes([
        { key: SEARCH_ATTRIBUTES.stage, value: stage },
        { key: SEARCH_ATTRIBUTES.awaitingSince, value: WAITING.includes(stage) ? now : null },
      ]);
    }
    this.change(patch);
  }
}
