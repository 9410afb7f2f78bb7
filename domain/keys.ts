// Names that several rooms derive alike: workflow ids, ledger keys, storage paths, the trigger word. One place, so
// that a crash on one side always finds what the other side wrote.

import type { TestType } from './test-suite.ts';

export const BUCKETS = {
  references: 'character-references',
  loras: 'character-loras',
  tests: 'character-tests',
} as const;
export type Bucket = (typeof BUCKETS)[keyof typeof BUCKETS];

export interface ObjectRef {
  bucket: Bucket;
  key: string;
}

export const identityWorkflowId = (identityId: string): string => `identity/${identityId}`;

/** The workflow that settles a paid request whose run has ended. */
export const leftoverWorkflowId = (callKey: string): string => `leftover/${callKey}`;

/** The workflow that follows a request of the proxy until it is settled. */
export const proxyWorkflowId = (callKey: string): string => `follow/${callKey}`;

/** The workflow that delivers a webhook of ours. */
export const webhookWorkflowId = (deliveryId: string): string => `webhook/${deliveryId}`;

/** Among the names of a round: `tried` is the strength of a further set of its images, absent for the first set. */
const orTry = (name: string | number, tried: number | undefined): string =>
  tried === undefined ? String(name) : `${name}@${tried}`;

/** The child of a run that makes a set of images; `attempt` counts from 1. */
export const testWorkflowId = (identityId: string, round: number, attempt: number, tried?: number): string =>
  `identity/${identityId}/test/${orTry(round, tried)}/${attempt}`;

/** Tests on request count their rounds from here, so that none is ever a round of the run. */
const FIRST_RETEST_ROUND = 1001;
export const retestRound = (number: number): number => FIRST_RETEST_ROUND - 1 + number;
export const isRetestRound = (round: number): boolean => round >= FIRST_RETEST_ROUND;

/** The workflow of an identity's nth test on request, counted from 1. */
export const retestWorkflowId = (identityId: string, number: number): string =>
  `${identityWorkflowId(identityId)}/retest/${number}`;

/** The workflow that scores an identity again by a version of the scores. */
export const rescoreWorkflowId = (identityId: string, calibration: string): string =>
  `${identityWorkflowId(identityId)}/rescore/${calibration}`;

/** Ledger keys: one per paid request, the same in every retry of it. Nothing is ever read out of one. */
export const trainingCallKey = (identityId: string, training: number): string => `${identityId}/train/${training}`;
export const testImageCallKey = (identityId: string, round: number, type: TestType, tried?: number): string =>
  `${identityId}/test/${round}/${orTry(type, tried)}`;

/** The number of the test on request that a round belongs to; undefined for those of the run. */
export const retestOfRound = (round: number): number | undefined =>
  isRetestRound(round) ? round - retestRound(0) : undefined;

/** A request of an app through the proxy; its name is made from the app's own idempotency key, or is new. */
export const proxyCallKey = (tenantId: string, name: string): string => `proxy/${tenantId}/${name}`;

export const photoObject = (tenantId: string, characterId: string, photoId: string): ObjectRef => ({
  bucket: BUCKETS.references,
  key: `${tenantId}/${characterId}/photos/${photoId}.jpg`,
});

/** The archive's name is the SHA-256 of its bytes: the same photos give the same object. */
export const archiveObject = (tenantId: string, identityId: string, sha256: string): ObjectRef => ({
  bucket: BUCKETS.references,
  key: `${identityFolders(tenantId, identityId).archives.key}/${sha256}.zip`,
});

/** The identity's own copy of a photo that it is trained on and scored against: deleting the photo leaves it. */
export const referenceObject = (tenantId: string, identityId: string, photoId: string): ObjectRef => ({
  bucket: BUCKETS.references,
  key: `${identityFolders(tenantId, identityId).references.key}/${photoId}.jpg`,
});

export const loraObject = (tenantId: string, identityId: string, training: number): ObjectRef => ({
  bucket: BUCKETS.loras,
  key: `${tenantId}/${identityId}/${training}.safetensors`,
});

export const testImageObject = (
  tenantId: string,
  identityId: string,
  round: number,
  type: TestType,
  tried?: number,
): ObjectRef => ({
  bucket: BUCKETS.tests,
  key: `${tenantId}/${identityId}/${round}/${orTry(type, tried)}.jpg`,
});

/** The folders that hold all files of one identity. */
export function identityFolders(
  tenantId: string,
  identityId: string,
): Record<'archives' | 'references' | 'loras' | 'tests', ObjectRef> {
  return {
    archives: { bucket: BUCKETS.references, key: `${tenantId}/identities/${identityId}/archives` },
    references: { bucket: BUCKETS.references, key: `${tenantId}/identities/${identityId}/references` },
    loras: { bucket: BUCKETS.loras, key: `${tenantId}/${identityId}` },
    tests: { bucket: BUCKETS.tests, key: `${tenantId}/${identityId}` },
  };
}

/** A word that no language knows, made from the identity's id, so that two characters never share it. */
export function triggerWord(identityId: string): string {
  const letters = identityId.replace(/[^0-9a-f]/g, '').slice(0, 6);
  const word = [...letters].map((digit) => 'bdfgklmnprstvzxq'[Number.parseInt(digit, 16)]).join('');
  return `lk${word}`;
}
