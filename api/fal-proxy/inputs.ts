// The input that an app may send to a model: only the fields that its adapter allows, each within its cost limit.

import { ZodError } from 'zod';
import type { ProxiedModel } from '../../adapters/fal/models/index.ts';
import type { ProxiedRequest } from '../../adapters/fal/models/proxied.ts';
import type { Megapixel } from '../../domain/image-units.ts';
import { cleanText, storageProblem } from '../../domain/text.ts';
import { Problem } from '../problem.ts';
import { refuseInvalid } from '../validation.ts';

const PREPARE_INSTEAD =
  'Upload the photos with POST /v1/characters/{id}/photos, then train with POST /v1/characters/{id}/identities.';

/** The request that may be posted. Throws 422, which names every wrong field. */
export function checkInput({ proxied }: ProxiedModel, given: unknown, megapixel: Megapixel): ProxiedRequest {
  refuseUnstorable(given);
  const misplaced = proxied.misplaced?.(given);
  if (misplaced !== undefined) throw new Problem('archive_required', `${misplaced} ${PREPARE_INSTEAD}`);
  try {
    return proxied.read(given, megapixel);
  } catch (error) {
    if (error instanceof ZodError) refuseMisfits(error);
    throw error;
  }
}

function refuseMisfits(error: ZodError): never {
  const unknown = error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key].join('.')) : [],
  );
  if (unknown.length > 0) {
    const errors = unknown.map((path) => ({ path, message: 'is not accepted' }));
    throw new Problem('invalid_request', `These fields are not accepted: ${unknown.join(', ')}. Leave them out.`, {
      members: { errors },
    });
  }
  refuseInvalid({ target: 'json', success: false, error });
  throw error;
}

/** The input is also stored in the ledger, so it is checked in full depth, including names. */
function refuseUnstorable(given: unknown): void {
  const found = storageProblem(given);
  if (!found) return;
  const detail = `"${cleanText(found.path)}" ${found.message}. Correct it and send it again.`;
  throw new Problem('invalid_request', detail, { members: { errors: [found] } });
}
