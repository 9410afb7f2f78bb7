// Step 3a: pays for the training. The one request of a run that costs dollars.

import { Failure } from '../domain/failure.ts';
import { archiveObject, trainingCallKey } from '../domain/keys.ts';
import { estimateRun, TRAINING, trainingInput } from '../domain/provider-profile.ts';
import type { ProviderSteps } from '../domain/steps.ts';
import { activity } from './activity.ts';
import { type PayingWorld, postOnce } from './paid-call.ts';
import type { Ports } from './ports.ts';

/** Seconds that the provider has to fetch the archive: queues can be long. */
const ARCHIVE_URL_SECONDS = 6 * 60 * 60;

export function submitTraining(ports: PayingWorld & Pick<Ports, 'store' | 'files'>): ProviderSteps['submitTraining'] {
  return activity(async ({ tenantId, identityId, training, archiveSha256, steps, triggerWord }) => {
    const cost = estimateRun(steps);
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
      return trainingInput(await deliver(ports, archive, archiveSha256), steps, triggerWord);
    });
    await ports.store.saveStage(tenantId, identityId, 'training');
    return { requestId: call.requestId };
  });
}

/** An address of the archive that the provider can read: of our storage when it is public, else of its own. */
async function deliver(
  { files, provider }: Pick<Ports, 'files' | 'provider'>,
  archive: ReturnType<typeof archiveObject>,
  sha256: string,
): Promise<string> {
  if (files.reachableByProvider) return files.signedUrl(archive, ARCHIVE_URL_SECONDS);
  const bytes = await files.get(archive);
  if (bytes.length === 0) throw new Failure('NotFound', 'The archive is empty.');
  return provider.upload(bytes, 'application/zip', `${sha256}.zip`);
}
