// The common part of the run of an identity and a test on request: the state, its changes, and its views: the query,
// the search attributes, the details panel of the Web UI.

import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { IdentityState } from '../domain/identity-state.ts';
import { triggerWord } from '../domain/keys.ts';
import type { RunSettings } from '../domain/settings.ts';
import type { EndStage, Stage } from '../domain/stage.ts';
import type { IdentityRef } from '../domain/steps.ts';
import { details } from './details.ts';
import type { PrepareIdentityInput } from './messages.ts';
import { SEARCH_ATTRIBUTES } from './messages.ts';

/** Stages that wait for a person, and in which `AwaitingSince` is set. */
const WAITING: readonly Stage[] = ['needs_photos', 'awaiting_approval', 'needs_operator'];

/** Changes to the named fields; `undefined` removes one. */
type Patch = Partial<Omit<IdentityState, 'stage' | 'stageSince' | 'revision'>>;

export class Run {
  readonly ref: IdentityRef;
  readonly settings: RunSettings;
  #state: Readonly<IdentityState>;

  /** `begins`: the first stage, and the held-out photo if it is known by then. */
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

  /** The state now, as plain data. A change makes a new object and does not modify this one. */
  get state(): Readonly<IdentityState> {
    return this.#state;
  }

  /** Begins a round: results of the round before are no longer shown. */
  beginRound(round: number): void {
    this.enter('testing', { round, images: [], failedImages: [], scores: undefined, tries: [] });
  }

  /** Enters a stage without new results. */
  begin(stage: 'validating' | 'uploading' | 'scoring' | 'publishing'): void {
    this.enter(stage);
  }

  /** Shows these results of the newest set of images, or of the best of several. */
  show(set: Partial<Pick<IdentityState, 'referenceStrength' | 'images' | 'failedImages' | 'scores' | 'tries'>>): void {
    this.change(set);
  }

  /** Waits for an operator to find out the fate of these paid requests. */
  askOperator(unclearCalls: string[]): void {
    this.enter('needs_operator', { unclearCalls });
  }

  /** The fate of this paid request is known: no operator has to act on it. */
  callIsClear(callKey: string): void {
    const { unclearCalls } = this.#state;
    if (!unclearCalls.includes(callKey)) return;
    this.change({ unclearCalls: unclearCalls.filter((key) => key !== callKey) });
  }

  /** Returns to the stage before the operator was asked. */
  returnTo(stage: Stage): void {
    this.enter(stage);
  }

  fail(failure: NonNullable<IdentityState['failure']>): void {
    this.change({ failure });
  }

  /** `version`: the version number of an approved identity. */
  end(stage: EndStage, version?: number): void {
    this.enter(stage, { version });
  }

  /** Changes the state; every change is a new revision. */
  protected change(patch: Patch): void {
    this.#state = { ...this.#state, ...patch, revision: this.#state.revision + 1 };
    setCurrentDetails(details(this.#state, workflowInfo().workflowId));
  }

  /** Enters a stage. Does nothing when the run is in it already. */
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
