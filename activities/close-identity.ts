// The ends of a run. Ready: version n is published and the archive goes. Any other end: the rows say why, and what
// nobody may use any more is removed.

import type { ObjectRef } from '../domain/keys.ts';
import { archiveObject, loraObject, testImageObject } from '../domain/keys.ts';
import type { EndStage } from '../domain/stage.ts';
import type { RecordSteps } from '../domain/steps.ts';
import { TEST_SUITE_VERSION, TEST_TYPES } from '../domain/test-suite.ts';
import { activity } from './activity.ts';
import type { Ports } from './ports.ts';

export function publishIdentity({ store, files }: Pick<Ports, 'store' | 'files'>): RecordSteps['publishIdentity'] {
  return activity(async ({ archiveSha256, ...publication }) => {
    const published = await store.publish({ ...publication, testSuite: TEST_SUITE_VERSION });
    await removeAll(files, [archiveObject(publication.tenantId, publication.identityId, archiveSha256)]);
    return published;
  });
}

export function closeIdentity({ store, files }: Pick<Ports, 'store' | 'files'>): RecordSteps['closeIdentity'] {
  return activity(async ({ tenantId, identityId, stage, reason, archiveSha256, trainings, rounds }) => {
    const archive = archiveSha256 ? [archiveObject(tenantId, identityId, archiveSha256)] : [];
    const loras = countTo(trainings).map((training) => loraObject(tenantId, identityId, training));
    const images = countTo(rounds).flatMap((round) =>
      TEST_TYPES.map((type) => testImageObject(tenantId, identityId, round, type)),
    );
    await removeAll(files, useless(stage, { archive, loras, images }));
    await store.close(tenantId, identityId, stage, reason);
  });
}

function useless(
  stage: Exclude<EndStage, 'ready'>,
  { archive, loras, images }: Record<'archive' | 'loras' | 'images', ObjectRef[]>,
): ObjectRef[] {
  switch (stage) {
    case 'failed':
      return archive; // what was paid for outlives a failure
    case 'rejected':
      return [...archive, ...loras]; // the images stay, as the record of what was rejected
    case 'expired':
    case 'cancelled':
      return [...archive, ...loras, ...images];
  }
}

function countTo(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}

async function removeAll(files: Ports['files'], objects: readonly ObjectRef[]): Promise<void> {
  const buckets = new Set(objects.map((object) => object.bucket));
  for (const bucket of buckets) {
    await files.remove(
      bucket,
      objects.filter((object) => object.bucket === bucket).map((object) => object.key),
    );
  }
}
