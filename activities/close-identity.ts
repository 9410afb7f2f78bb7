// The ends of a run. Ready: version n is published and the archives go; the references stay, because tests on request are
// scored against them. Any other end: the rows say why, and what nobody may use any more is removed. Whole folders go, so that a file whose step died before it could tell of it goes too.

import type { ObjectRef } from '../domain/keys.ts';
import { identityFolders } from '../domain/keys.ts';
import type { EndStage } from '../domain/stage.ts';
import type { RecordSteps } from '../domain/steps.ts';
import { TEST_SUITE_VERSION } from '../domain/test-suite.ts';
import { activity } from './activity.ts';
import { announce } from './announce.ts';
import type { Ports } from './ports.ts';

type World = Pick<Ports, 'store' | 'files' | 'outbox' | 'dispatch'>;

export function publishIdentity(ports: World): RecordSteps['publishIdentity'] {
  const { store, files } = ports;
  return activity(async (publication) => {
    const published = await store.publish({ ...publication, testSuite: TEST_SUITE_VERSION });
    await files.removeFolder(identityFolders(publication.tenantId, publication.identityId).archives);
    await announce(ports, publication, 'identity.ready', { stage: 'ready' });
    return published;
  });
}

export function closeIdentity(ports: World): RecordSteps['closeIdentity'] {
  const { store, files } = ports;
  return activity(async ({ tenantId, identityId, stage, reason }) => {
    for (const folder of useless(stage, identityFolders(tenantId, identityId))) await files.removeFolder(folder);
    await store.close(tenantId, identityId, stage, reason);
    if (stage === 'failed') await announce(ports, { tenantId, identityId }, 'identity.failed', { stage });
  });
}

function useless(
  stage: Exclude<EndStage, 'ready'>,
  { archives, references, loras, tests }: ReturnType<typeof identityFolders>,
): ObjectRef[] {
  switch (stage) {
    case 'failed':
      return [archives, references]; // what was paid for outlives a failure
    case 'rejected':
      return [archives, references, loras]; // the images stay, as the record of what was rejected
    case 'expired':
    case 'cancelled':
      return [archives, references, loras, tests];
  }
}
