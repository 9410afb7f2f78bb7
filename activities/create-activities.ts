// All steps, by the role that runs them. A worker registers only the steps of its own queue.

import type { ProviderSteps, RecordSteps, SweepSteps, VisionSteps, WebhookSteps } from '../domain/steps.ts';
import { watchedProvider } from './account-gate.ts';
import { activity } from './activity.ts';
import { cancelCall } from './cancel-call.ts';
import { closeIdentity, publishIdentity } from './close-identity.ts';
import { closeOrphan } from './close-orphan.ts';
import { findOrphans } from './find-orphans.ts';
import { followCall } from './follow-call.ts';
import { makeTestImage } from './make-test-image.ts';
import { notifyPeople } from './notify-people.ts';
import { packPhotos } from './pack-photos.ts';
import { pollTraining } from './poll-training.ts';
import type { Ports } from './ports.ts';
import { reconcileCall, settleUnclearCall } from './reconcile-call.ts';
import { recordDecision } from './record-decision.ts';
import { rescoreImages } from './rescore-images.ts';
import { scoreImages } from './score-images.ts';
import { sendWebhook } from './send-webhook.ts';
import { storeLora } from './store-lora.ts';
import { submitTraining } from './submit-training.ts';
import { validatePhotos } from './validate-photos.ts';

export interface Activities {
  workflow: RecordSteps & SweepSteps;
  provider: ProviderSteps;
  vision: VisionSteps;
  webhook: WebhookSteps;
}

export function createActivities(world: Ports): Activities {
  const ports: Ports = { ...world, provider: watchedProvider(world) };
  return {
    workflow: {
      packPhotos: packPhotos(ports),
      keepStrength: activity(({ tenantId, identityId, strength, scores }) =>
        ports.store.saveStrength(tenantId, identityId, strength, scores),
      ),
      recordDecision: recordDecision(ports),
      saveStage: activity(({ tenantId, identityId, stage }) => ports.store.saveStage(tenantId, identityId, stage)),
      publishIdentity: publishIdentity(ports),
      closeRetest: activity(({ tenantId, identityId, number, ...end }) =>
        ports.store.closeRetest(tenantId, identityId, number, end),
      ),
      closeIdentity: closeIdentity(ports),
      notifyPeople: notifyPeople(ports),
      findOrphans: findOrphans(ports),
      closeOrphan: closeOrphan(ports),
    },
    provider: {
      submitTraining: submitTraining(ports),
      pollTraining: pollTraining(ports),
      storeLora: storeLora(ports),
      makeTestImage: makeTestImage(ports),
      reconcileCall: reconcileCall(ports),
      settleUnclearCall: settleUnclearCall(ports),
      cancelCall: cancelCall(ports),
      followCall: followCall(ports),
    },
    vision: {
      validatePhotos: validatePhotos(ports),
      scoreImages: scoreImages(ports),
      rescoreImages: rescoreImages(ports),
    },
    webhook: {
      sendWebhook: sendWebhook(ports),
    },
  };
}
