// The state of one run, and everything that shows it: the query, the search attributes, the panel of the Web UI.

import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { IdentityState } from '../domain/identity-state.ts';
import { triggerWord } from '../domain/keys.ts';
import type { RunSettings } from '../domain/settings.ts';
import type { Stage } from '../domain/stage.ts';
import type { IdentityRef } from '../domain/steps.ts';
import { details } from './details.ts';
import type { PrepareIdentityInput } from './messages.ts';
import { SEARCH_ATTRIBUTES } from './messages.ts';

/** Stages in which a person is waited for, and in which `AwaitingSince` is set. */
const WAITING: readonly Stage[] = ['needs_photos', 'awaiting_approval', 'needs_operator'];

export class Run {
  readonly ref: IdentityRef;
  readonly settings: RunSettings;
  readonly state: IdentityState;

  /** `already`: what is known when it begins, of a run that begins in the middle. */
  constructor(input: PrepareIdentityInput, already: Partial<Pick<IdentityState, 'stage' | 'round' | 'heldOut'>> = {}) {
    const { identityId, tenantId, characterId, subject, settings } = input;
    this.ref = { tenantId, identityId };
    this.settings = settings;
    const now = new Date().toISOString();
    this.state = {
      identityId,
      tenantId,
      characterId,
      stage: 'validating',
      revision: 1,
      startedAt: now,
      stageSince: now,
      round: 0,
      training: 0,
      triggerWord: triggerWord(identityId),
      ...(subject === undefined ? {} : { subject }),
      referenceStrength: settings.referenceStrength,
      photos: [],
      images: [],
      failedImages: [],
      tries: [],
      unclearCalls: [],
      decisions: [],
      ignored: [],
      ...already,
    };
    setCurrentDetails(details(this.state));
  }

  /** Changes the state; every change is a new revision. */
  change(patch: Partial<Omit<IdentityState, 'stage' | 'stageSince' | 'revision'>>): void {
    Object.assign(this.state, patch);
    this.state.revision += 1;
    setCurrentDetails(details(this.state));
  }

  /** Goes on to a stage. A stage that the run is in already is not entered again. */
  enter(stage: Stage, patch: Parameters<Run['change']>[0] = {}): void {
    if (this.state.stage !== stage) {
      const now = new Date();
      this.state.stage = stage;
      this.state.stageSince = now.toISOString();
      upsertSearchAttributes([
        { key: SEARCH_ATTRIBUTES.stage, value: stage },
        { key: SEARCH_ATTRIBUTES.awaitingSince, value: WAITING.includes(stage) ? now : null },
      ]);
    }
    this.change(patch);
  }
}
