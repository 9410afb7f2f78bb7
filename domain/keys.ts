// Names that several rooms derive alike: workflow ids, ledger keys, storage paths, the trigger word. One place, so
// that a crash on one side always finds what the other side wrote.

import { type SetRef, setName } from './picture-set.ts';
import type { TestType } from './test-suite.ts';

export const BUCKETS = {
  references: 'character-references',
  loras: 'character-loras',
  tests: 'character-tests',
  stills: 'stills',
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

/** The child workflow that makes a set of pictures; `attempt` counts from 1. */
export const setWorkflowId = (identityId: string, set: SetRef, attempt: number): string =>
  `${identityWorkflowId(identityId)}/${setName(set)}/${attempt}`;

/** The workflow of an identity's nth test on request, counted from 1. */
export const retestWorkflowId = (identityId: string, number: number): string =>
  `${identityWorkflowId(identityId)}/retest/${number}`;

/** The workflow that scores an identity again by a version of the scores. */
export const rescoreWorkflowId = (identityId: string, calibration: string): string =>
  `${identityWorkflowId(identityId)}/rescore/${calibration}`;

/** The workflow that draws the stills of a batch. */
export const batchWorkflowId = (batchId: string): string => `stills/${batchId}`;

/** The child workflow that makes a still; `number` counts the stills of the batch from 1. */
export const stillWorkflowId = (batchId: string, number: number): string => `${batchWorkflowId(batchId)}/${number}`;

/** The workflow of the nth further pass of a still that a person asked for, counted from 1. */
export const stillAgainWorkflowId = (batchId: string, number: number, again: number): string =>
  `${stillWorkflowId(batchId, number)}/again/${again}`;

/** The newest workflow of a still; `again` counts the further passes that people asked for. */
export const newestStillWorkflowId = (still: { batchId: string; number: number; again: number }): string =>
  still.again === 0
    ? stillWorkflowId(still.batchId, still.number)
    : stillAgainWorkflowId(still.batchId, still.number, still.again);

/** Ledger keys: one per paid request, the same in every retry of it. Nothing is ever read out of one. */
export const trainingCallKey = (identityId: string, training: number): string => `${identityId}/train/${training}`;
export const pictureCallKey = (identityId: string, set: SetRef, type: TestType): string =>
  `${identityId}/${setName(set)}/${type}`;

/** `picture` counts the pictures of the still from 1; each is paid for by itself. */
export const stillCallKey = (stillId: string, picture: number): string => `still/${stillId}/${picture}`;

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

export const pictureObject = (tenantId: string, identityId: string, set: SetRef, type: TestType): ObjectRef => ({
  bucket: BUCKETS.tests,
  key: `${identityFolders(tenantId, identityId).tests.key}/${setName(set)}/${type}.jpg`,
});

/** PNG, because outside of a mask a repainted picture stays the same to the pixel. */
export const stillObject = (tenantId: string, batchId: string, stillId: string, picture: number): ObjectRef => ({
  bucket: BUCKETS.stills,
  key: `${tenantId}/${batchId}/${stillId}/${picture}.png`,
});

/** The mask that a picture of a still was repainted with. */
export const stillMaskObject = (tenantId: string, batchId: string, stillId: string, picture: number): ObjectRef => ({
  bucket: BUCKETS.stills,
  key: `${tenantId}/${batchId}/${stillId}/${picture}.mask.png`,
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

/** A made-up word, derived from the identity's id, so that two characters never share it. */
export function triggerWord(identityId: string): string {
  const letters = identityId.replace(/[^0-9a-f]/g, '').slice(0, 6);
  const word = [...letters].map((digit) => 'bdfgklmnprstvzxq'[Number.parseInt(digit, 16)]).join('');
  return `lk${word}`;
}
