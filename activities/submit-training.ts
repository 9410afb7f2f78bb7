// Step 3a: pays for the training. The one request of a run that costs dollars.

import { archiveObject, trainingCallKey } from '../domain/keys.ts';
import { estimateRun, TRAINING, trainingInput } from '../domain/provider-profile.ts';
import type { ProviderSteps } from '../domain/steps.ts';
import { activity } from './activity.ts';
import { archiveFile, createDelivery } from './deliver.ts';
import { type PayingWorld, postOnce } from './paid-call.ts';
import type { Ports } from './ports.ts';

export function submitTraining(ports: PayingWorld & Pick<Ports, 'store' | 'files'>): ProviderSteps['submitTraining'] {
  const deliver = createDelivery(ports);
  return activity(async ({ tenantId, identityId, training, archiveSha256, steps, triggerWord }) => {
    const { pixels } = await ports.imageUnits.megapixel();
    const cost = estimateRun(steps, pixels);
    const newCall = {
      key: trainingCallKey(identityId, training),
      tenantId,
      identityId,
      purpose: 'training',
      endpoint: TRAINING.endpoint,
      estimate: cost.training,
      // Two runs must not spend all that is left on trainings that neither can then test.
      headroom: cost.testImages,
    } as const;
    const call = await postOnce(ports, newCall, async () => {
      const archive = archiveObject(tenantId, identityId, archiveSha256);
      const address = await deliver(archiveFile(archive, archiveSha256, newCall.key));
      return trainingInput(address, steps, triggerWord);
    });
    await ports.store.saveStage(tenantId, identityId, 'training');
    return { requestId: call.requestId };
  });
}
