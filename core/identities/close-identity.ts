// The ends of a run. Ready: version n is published; the archives and older LoRAs are removed; the references stay,
// because tests on request are scored against them. Any other end: the reason is written into the rows, and files that
// must not be used any more are removed. Whole folders are removed, so that a file of an interrupted step is included.

import type { ObjectRef } from '../../domain/keys.ts';
import { BUCKETS, identityFolders, loraObject } from '../../domain/keys.ts';
import type { EndStage } from '../../domain/stage.ts';
import type { IdentityRef, RecordSteps } from '../../domain/steps.ts';
import { announce } from '../notices/announce.ts';
import type { Work } from '../ports/attempt.ts';
import type { Ports } from '../ports/index.ts';

type World = Pick<Ports, 'identities' | 'files' | 'outbox' | 'dispatch'>;

export function publishIdentity(ports: World): Work<RecordSteps['publishIdentity']> {
  const { files, identities } = ports;
  return async ({ training, testSuite = 'suite-1', ...publication }, attempt) => {
    const { tenantId, identityId } = publication;
    const published = await identities.publish({ ...publication, testSuite });
    await files.removeFolder(identityFolders(tenantId, identityId).archives);
    // LoRAs that a reviewer rejected must not be used, and each takes 90 MB or more. The images of rejected rounds
    // stay: they are small, and they record what was rejected and why.
    const sentBack = Array.from({ length: training - 1 }, (_, i) => loraObject(tenantId, identityId, i + 1).key);
    if (sentBack.length > 0) await files.remove(BUCKETS.loras, sentBack);
    await announce(ports, attempt, publication, 'identity.ready', { stage: 'ready' });
    return published;
  };
}

export function closeIdentity(ports: World): Work<RecordSteps['closeIdentity']> {
  const { files, identities } = ports;
  return async ({ tenantId, identityId, stage, reason }, attempt) => {
    await removeUnusedFiles(files, { tenantId, identityId }, stage);
    await identities.close(tenantId, identityId, stage, reason);
    await announce(ports, attempt, { tenantId, identityId }, `identity.${stage}`, { stage });
  };
}

/** Removes the files that must not be used after this end. */
export async function removeUnusedFiles(
  files: Ports['files'],
  { tenantId, identityId }: IdentityRef,
  stage: Exclude<EndStage, 'ready'>,
): Promise<void> {
  for (const folder of unusedFolders(stage, identityFolders(tenantId, identityId))) await files.removeFolder(folder);
}

function unusedFolders(
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
