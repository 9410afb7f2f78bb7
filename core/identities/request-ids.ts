// The same Idempotency-Key finds the same identity, on any machine and after any crash: its id is derived from the key.

import { createHash } from 'node:crypto';
import { nameUuid } from '../name-uuid.ts';

/** The id of the identity for this tenant's key. */
export function newIdentityId(tenantId: string, key: string): string {
  return nameUuid(`${tenantId}\n${key}`);
}

/** The id of the test on request for this key. */
export function newRetestId(tenantId: string, identityId: string, key: string): string {
  return nameUuid(`${tenantId}\n${identityId}\n${key}`);
}

export interface IdentityRequest {
  photoIds?: string[] | undefined;
  referenceStrength?: number | undefined;
  trainingSteps?: number | undefined;
}

/** SHA-256 (hex) of the request before defaults are filled in: it distinguishes a repeat from a conflict. */
export function requestHash(characterId: string, request: IdentityRequest): string {
  const asked = [
    characterId,
    request.photoIds ?? null,
    request.referenceStrength ?? null,
    request.trainingSteps ?? null,
  ];
  return createHash('sha256').update(JSON.stringify(asked)).digest('hex');
}
