// All steps, by the role that runs them. A worker registers only the steps of its own queue.

import { closeIdentity, publishIdentity } from '../core/identities/close-identity.ts';
import { packPhotos } from '../core/identities/pack-photos.ts';
import { pollTraining } from '../core/identities/poll-training.ts';
import { recordDecision } from '../core/identities/record-decision.ts';
import { storeLora } from '../core/identities/store-lora.ts';
import { submitTraining } from '../core/identities/submit-training.ts';
import { validatePhotos } from '../core/identities/validate-photos.ts';
import { notifyPeople } from '../core/notices/notify-people.ts';
import { sendWebhook } from '../core/notices/send-webhook.ts';
import { closeOrphan } from '../core/orphans/close-orphan.ts';
import { findOrphans } from '../core/orphans/find-orphans.ts';
import { watchedProvider } from '../core/payments/account-breaker.ts';
import { cancelCall } from '../core/payments/cancel-call.ts';
import { followCall } from '../core/payments/follow-call.ts';
import { findCall, reconcileCall, settleUnclearCall } from '../core/payments/reconcile-call.ts';
import { makeTestImage } from '../core/pictures/make-test-image.ts';
import { rescoreImages } from '../core/pictures/rescore-images.ts';
import { scoreImages } from '../core/pictures/score-images.ts';
import type { Ports } from '../core/ports/index.ts';
import type { FrameVision, Vision } from '../core/ports/vision.ts';
import { checkStill } from '../core/stills/check-still.ts';
import { makeStill } from '../core/stills/make-still.ts';
import { closeBatch, closeStill, nextStills, waitForBudget } from '../core/stills/still-records.ts';
import type { ProviderSteps, RecordSteps, SweepSteps, VisionSteps, WebhookSteps } from '../domain/steps.ts';
import type { StillProviderSteps, StillRecordSteps, StillVisionSteps } from '../domain/stills/steps.ts';
import { activity } from './activity.ts';

export interface Activities {
  workflow: RecordSteps & SweepSteps & StillRecordSteps;
  provider: ProviderSteps & StillProviderSteps;
  vision: VisionSteps & StillVisionSteps;
  webhook: WebhookSteps;
}

/** What the steps need. */
export type StepPorts = Omit<
  Ports,
  'keys' | 'people' | 'characters' | 'pictures' | 'runs' | 'stillRuns' | 'vision' | 'log' | 'settings' | 'limits'
> & { vision: Pick<Vision, 'read'> & FrameVision };

export function createActivities(world: StepPorts): Activities {
  const ports: StepPorts = { ...world, provider: watchedProvider(world) };
  return {
    workflow: {
      packPhotos: activity(packPhotos(ports)),
      keepStrength: activity(({ tenantId, identityId, strength, scores }) =>
        ports.identities.saveStrength(tenantId, identityId, strength, scores),
      ),
      recordDecision: activity(recordDecision(ports)),
      saveStage: activity(({ tenantId, identityId, stage }) => ports.identities.saveStage(tenantId, identityId, stage)),
      publishIdentity: activity(publishIdentity(ports)),
      closeRetest: activity(({ tenantId, identityId, number, ...end }) =>
        ports.retests.close(tenantId, identityId, number, end),
      ),
      closeIdentity: activity(closeIdentity(ports)),
      notifyPeople: activity(notifyPeople(ports)),
      findOrphans: activity(findOrphans(ports)),
      closeOrphan: activity(closeOrphan(ports)),
      nextStills: activity(nextStills(ports)),
      saveStillState: activity(({ tenantId, stillId, state }) => ports.stills.saveState(tenantId, stillId, state)),
      waitForBudget: activity(waitForBudget(ports)),
      closeStill: activity(closeStill(ports)),
      closeBatch: activity(closeBatch(ports)),
    },
    provider: {
      submitTraining: activity(submitTraining(ports)),
      pollTraining: activity(pollTraining(ports)),
      storeLora: activity(storeLora(ports)),
      makeTestImage: activity(makeTestImage(ports)),
      reconcileCall: activity(reconcileCall(ports)),
      findCall: activity(findCall(ports)),
      settleUnclearCall: activity(settleUnclearCall(ports)),
      cancelCall: activity(cancelCall(ports)),
      followCall: activity(followCall(ports)),
      makeStill: activity(makeStill(ports)),
    },
    vision: {
      validatePhotos: activity(validatePhotos(ports)),
      scoreImages: activity(scoreImages(ports)),
      rescoreImages: activity(rescoreImages(ports)),
      checkStill: activity(checkStill(ports)),
    },
    webhook: {
      sendWebhook: activity(sendWebhook(ports)),
    },
  };
}
