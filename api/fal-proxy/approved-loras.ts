// Accepts only the LoRA of a version of the tenant that may be used: a person approved it, and it is not retired or
// revoked. The app's address only identifies the LoRA; the provider gets an address that we make.

import type { StoredLora } from '../../core/ports/identities.ts';
import { BUCKETS } from '../../domain/keys.ts';
import type { VersionState } from '../../domain/version.ts';
import type { ApiDeps } from '../deps.ts';
import { Problem } from '../problem.ts';

/** Seconds that our own address lasts; it is used only to compare with the app's. */
const COMPARED_S = 60;

/** The identity and the training in the path of our copy; the whole path is compared below. */
const OUR_COPY = new RegExp(`/${BUCKETS.loras}/([^/]+)/([^/]+)/\\d+\\.safetensors$`);

/** The LoRA that `path` names. Throws 403 `lora_not_approved`; 409 `version_retired` or `version_revoked`. */
export async function approvedLora(
  { files, identities }: Pick<ApiDeps, 'identities' | 'files'>,
  tenantId: string,
  path: string,
): Promise<StoredLora> {
  const named = URL.canParse(path) ? new URL(path) : undefined;
  const [, owner, identityId] = OUR_COPY.exec(named?.pathname ?? '') ?? [];
  if (named === undefined || identityId === undefined || owner !== tenantId) throw notApproved();
  const approved = await identities.approvedLora(tenantId, identityId);
  if (!approved) throw notApproved();
  const { lora, version, state } = approved;
  const ours = new URL(await files.signedUrl(lora.object, COMPARED_S));
  if (!isSamePlace(named, ours)) throw notApproved();
  if (state === 'retired') throw new Problem('version_retired', notUsed(version, state));
  if (state === 'revoked') throw new Problem('version_revoked', notUsed(version, state));
  return lora;
}

/** Without the signature: it expires within the hour, while apps keep the address as the name of the character. */
function isSamePlace(a: URL, b: URL): boolean {
  return a.origin === b.origin && a.pathname === b.pathname && a.username === '' && a.password === '';
}

function notUsed(version: number, state: VersionState): string {
  return (
    `A LoRA in "loras" is that of version ${version} of a character, which is ${state}. Read the character again ` +
    '(GET /v1/characters/{id}) and send the address of its current version.'
  );
}

function notApproved(): Problem {
  const detail =
    'A LoRA in "loras" does not belong to an approved identity of yours. Send identity.technologyData.falCharacterId of a ' +
    'character whose identity.status is "ready", as GET /v1/characters answers it.';
  return new Problem('lora_not_approved', detail);
}
