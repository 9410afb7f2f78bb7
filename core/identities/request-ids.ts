// The same Idempotency-Key finds the same identity, on any machine and after any crash: its id is made from the key.

import { createHash } from 'node:crypto';
import { nameUuid } from '../name-uuid.ts';

/** The identity that this tenant's key stands for. */
export function newIdentityId(tenantId: string, key: string): string {
  return nameUuid(`${tenantId}\n${key}`);
}

/** The test on request that this key stands for. */
export function newRetestId(tenantId: string, identityId: string, key: string): string {
  return nameUuid(`${tenantId}\n${identityId}\n${key}`);
}

export interface IdentityRequest {
  photoIds?: string[] | undefined;
  referenceStrength?: number | undefined;
  trainingSteps?: number | undefined;
}

/** SHA-256 (hex) of what was asked for, before any default is filled in: tells a repeat from a conflict. */
export function requestHash(characterId: string, request: IdentityRequest): string {
  const asked = [
    characterId,
    request.photoIds ?? null,
    request.referenceStrength ?? null,
    request.trainingSteps ?? null,
  ];
  return createHash('sha256').update(JSON.stringify(asked)).digest('hex');
}
