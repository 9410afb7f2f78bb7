// Step 3a: pays for the training, the one request of a run that costs dollars.

import { Failure } from '../../domain/failure.ts';
import { requireTrainable } from '../../domain/job-spec.ts';
import { archiveObject, identityWorkflowId, trainingCallKey } from '../../domain/keys.ts';
import { identitySubject } from '../../domain/provider-call.ts';
import { estimateRun } from '../../domain/run-price.ts';
import type { ProviderSteps } from '../../domain/steps.ts';
import { archiveFile, createDelivery } from '../files/deliver.ts';
import { requireOpen } from '../payments/account-breaker.ts';
import { type PayingWorld, postOnce } from '../payments/post-once.ts';
import type { Work } from '../ports/attempt.ts';
import type { Ports } from '../ports/index.ts';

export function submitTraining(
  ports: PayingWorld & Pick<Ports, 'identities' | 'files' | 'models'>,
): Work<ProviderSteps['submitTraining']> {
  const deliver = createDelivery(ports);
  return async ({ tenantId, identityId, training, archiveSha256, steps, triggerWord, ...ids }) => {
    const { trainer, generator } = ports.models.pair(ids);
    requireTrainable({ steps }, trainer.profile);
    const { pixels } = await ports.imageUnits.megapixel();
    const cost = estimateRun({ trainer: trainer.profile, generator: generator.profile }, steps, pixels);
    const newCall = {
      key: trainingCallKey(identityId, training),
      tenantId,
      subject: identitySubject(identityId),
      profile: trainer.profile.id,
      endpoint: trainer.profile.endpoint,
      workflowId: identityWorkflowId(identityId),
      estimate: cost.training,
      // Two runs must not spend the whole rest on trainings that neither can then test.
      headroom: cost.testImages,
    } as const;
    // A training without test images could not be judged.
    await paidNothing(() => requireOpen(ports, generator.profile.endpoint));
    const call = await paidNothing(() =>
      postOnce(ports, newCall, async () => {
        const archive = archiveObject(tenantId, identityId, archiveSha256);
        const address = await deliver(archiveFile(archive, archiveSha256, newCall.key));
        return trainer.body({ archive: address, steps, triggerWord });
      }),
    );
    await ports.identities.saveStage(tenantId, identityId, 'training');
    return { requestId: call.requestId };
  };
}

/**
 * When the provider does not allow an endpoint, the run ends before it costs anything: only an operator can change
 * that. Images of a paid training wait instead.
 */
async function paidNothing<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof Failure && error.code === 'EndpointClosed')) throw error;
    throw new Failure('SubmissionRejected', `${error.message} Nothing was charged. Then start a new identity.`);
  }
}
