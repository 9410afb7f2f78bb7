// All steps, by the role that runs them. A worker registers only the steps of its own queue.

import type { ProviderSteps, RecordSteps, VisionSteps } from '../domain/steps.ts';
import { activity } from './activity.ts';
import { cancelTraining } from './cancel-training.ts';
import { closeIdentity, publishIdentity } from './close-identity.ts';
import { makeTestImage } from './make-test-image.ts';
import { packPhotos } from './pack-photos.ts';
import { pollTraining } from './poll-training.ts';
import type { Ports } from './ports.ts';
import { reconcileCall, settleUnclearCall } from './reconcile-call.ts';
import { scoreImages } from './score-images.ts';
import { storeLora } from './store-lora.ts';
import { submitTraining } from './submit-training.ts';
import { validatePhotos } from './validate-photos.ts';

export interface Activities {
  workflow: RecordSteps;
  provider: ProviderSteps;
  vision: VisionSteps;
}

export function createActivities(ports: Ports): Activities {
  return {
    workflow: {
      packPhotos: packPhotos(ports),
      recordDecision: activity(({ tenantId, identityId, record }) =>
        ports.store.saveDecision(tenantId, identityId, record),
      ),
      publishIdentity: publishIdentity(ports),
      closeIdentity: closeIdentity(ports),
      notifyPeople: activity(({ tenantId, identityId, notice }) => ports.notifier.notify(tenantId, identityId, notice)),
    },
    provider: {
      submitTraining: submitTraining(ports),
      pollTraining: pollTraining(ports),
      storeLora: storeLora(ports),
      makeTestImage: makeTestImage(ports),
      reconcileCall: reconcileCall(ports),
      settleUnclearCall: settleUnclearCall(ports),
      cancelTraining: cancelTraining(ports),
    },
    vision: {
      validatePhotos: validatePhotos(ports),
      scoreImages: scoreImages(ports),
    },
  };
}
