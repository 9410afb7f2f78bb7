// Steps that answer at once, for tests of the workflows alone. Every call is noted, and any step can be replaced.

import { ApplicationFailure } from '@temporalio/common';
import type { PhotoReport } from '../../domain/photo-findings.ts';
import { setName } from '../../domain/picture-set.ts';
import { CALIBRATION, summarise } from '../../domain/score.ts';
import type { ProviderSteps, RecordSteps, SweepSteps, VisionSteps } from '../../domain/steps.ts';
import type { StillProviderSteps, StillRecordSteps, StillVisionSteps } from '../../domain/stills/steps.ts';
import { testShot } from '../../domain/test-suite.ts';
import { checkOf } from './stills.ts';

type WorkflowSteps = RecordSteps & SweepSteps & StillRecordSteps;
type PaidSteps = ProviderSteps & StillProviderSteps;
type PictureSteps = VisionSteps & StillVisionSteps;

export type Steps = WorkflowSteps & PaidSteps & PictureSteps;
export type StepName = keyof Steps;

export interface FakeSteps {
  workflow: WorkflowSteps;
  provider: PaidSteps;
  vision: PictureSteps;
  /** The inputs of every call of a step, in order. */
  calls<Name extends StepName>(name: Name): Parameters<Steps[Name]>[0][];
}

export function failure(type: string, message = type, nonRetryable = true): ApplicationFailure {
  return ApplicationFailure.create({ type, message, nonRetryable });
}

const accepted = (photoId: string): PhotoReport => ({ photoId, verdict: 'accepted', findings: [] });

export function fakeSteps(replaced: Partial<Steps> = {}): FakeSteps {
  const log: [StepName, unknown][] = [];
  const steps: Steps = {
    validatePhotos: async ({ photoIds }) => ({
      photos: photoIds.map(accepted),
      accepted: photoIds,
      sufficient: true,
      advice: [],
    }),
    packPhotos: async ({ photoIds }) => ({ archiveSha256: 'a'.repeat(64), bytes: 1000, photos: photoIds.length }),
    submitTraining: async ({ training }) => ({ requestId: `request-${training}` }),
    pollTraining: async () => undefined,
    storeLora: async ({ training }) => ({ training, sha256: String(training).repeat(64), bytes: 5000 }),
    makeTestImage: async ({ type, set, triggerWord }) => {
      const { seed } = testShot(type, triggerWord, set);
      return { type, imageId: `image/${setName(set)}/${type}`, seed, sha256: 'b'.repeat(64) };
    },
    scoreImages: async ({ images }) => {
      const scores = images.map(
        ({ type, imageId }) => ({ type, imageId, state: 'scored', score: 95, distance: 0.48 }) as const,
      );
      return { scores, summary: summarise(scores) };
    },
    rescoreImages: async () => ({ calibration: CALIBRATION.version, images: 5 }),
    keepStrength: async () => undefined,
    recordDecision: async () => undefined,
    saveStage: async () => undefined,
    publishIdentity: async () => ({ version: 1 }),
    closeIdentity: async () => undefined,
    closeRetest: async () => undefined,
    notifyPeople: async () => undefined,
    findOrphans: async () => ({ orphans: [] }),
    closeOrphan: async () => undefined,
    reconcileCall: async () => ({ found: true }),
    findCall: async () => undefined,
    settleUnclearCall: async () => undefined,
    cancelCall: async () => false,
    followCall: async () => undefined,
    nextStills: async () => ({ stills: [], last: true }),
    makeStill: async ({ stillId, picture, pass }) => {
      const number = pass.kind === 'draw' ? picture : picture + pass.faces.length - 1;
      return { number, pictureId: `${stillId}/${number}` };
    },
    checkStill: async () => checkOf([]),
    saveStillState: async () => undefined,
    waitForBudget: async () => undefined,
    closeStill: async () => undefined,
    closeBatch: async () => undefined,
    ...replaced,
  };
  const noted = <Name extends StepName>(name: Name): Steps[Name] => {
    const step = steps[name] as (input: unknown) => Promise<unknown>;
    return (async (input: unknown) => {
      log.push([name, input]);
      return step(input);
    }) as Steps[Name];
  };
  return {
    vision: {
      validatePhotos: noted('validatePhotos'),
      scoreImages: noted('scoreImages'),
      rescoreImages: noted('rescoreImages'),
      checkStill: noted('checkStill'),
    },
    provider: {
      submitTraining: noted('submitTraining'),
      pollTraining: noted('pollTraining'),
      storeLora: noted('storeLora'),
      makeTestImage: noted('makeTestImage'),
      reconcileCall: noted('reconcileCall'),
      findCall: noted('findCall'),
      settleUnclearCall: noted('settleUnclearCall'),
      cancelCall: noted('cancelCall'),
      followCall: noted('followCall'),
      makeStill: noted('makeStill'),
    },
    workflow: {
      packPhotos: noted('packPhotos'),
      keepStrength: noted('keepStrength'),
      recordDecision: noted('recordDecision'),
      saveStage: noted('saveStage'),
      publishIdentity: noted('publishIdentity'),
      closeIdentity: noted('closeIdentity'),
      closeRetest: noted('closeRetest'),
      notifyPeople: noted('notifyPeople'),
      findOrphans: noted('findOrphans'),
      closeOrphan: noted('closeOrphan'),
      nextStills: noted('nextStills'),
      saveStillState: noted('saveStillState'),
      waitForBudget: noted('waitForBudget'),
      closeStill: noted('closeStill'),
      closeBatch: noted('closeBatch'),
    },
    calls: (name) => log.filter(([called]) => called === name).map(([, input]) => input) as never,
  };
}
