// Accepts only the LoRA of a version of the tenant that may be used: a person approved it, and it is not retired or
// revoked. The app's address only identifies the LoRA; the provider gets an address that we make.

import { BUCKETS } from '../../domain/keys.ts';
import type { VersionState } from '../../domain/version.ts';
import type { ApprovedLora } from '../ports/identities.ts';
import type { Ports } from '../ports/index.ts';
import { Refusal } from '../refusal.ts';

/** Seconds that our own address lasts; it is used only to compare with the app's. */
const COMPARED_S = 60;

/** The identity and the training in the path of our copy; the whole path is compared below. */
const OUR_COPY = new RegExp(`/${BUCKETS.loras}/([^/]+)/([^/]+)/\\d+\\.safetensors$`);

/** The LoRA that `path` names. Refusals: lora_not_approved, version_retired, version_revoked. */
export async function approvedLora(
  { files, identities }: Pick<Ports, 'identities' | 'files'>,
  tenantId: string,
  path: string,
): Promise<ApprovedLora & { identityId: string }> {
  const named = URL.canParse(path) ? new URL(path) : undefined;
  const [, owner, identityId] = OUR_COPY.exec(named?.pathname ?? '') ?? [];
  if (named === undefined || identityId === undefined || owner !== tenantId) throw notApproved();
  const approved = await identities.approvedLora(tenantId, identityId);
  if (!approved) throw notApproved();
  const { lora, version, state } = approved;
  const ours = new URL(await files.signedUrl(lora.object, COMPARED_S));
  if (!isSamePlace(named, ours)) throw notApproved();
  if (state === 'retired') throw new Refusal('version_retired', notUsed(version, state));
  if (state === 'revoked') throw new Refusal('version_revoked', notUsed(version, state));
  return { ...approved, identityId };
}

/** Without the signature: it expires within the hour, while apps keep the address as the name of the character. */
function isSamePlace(a: URL, b: URL): boolean {
  return a.origin === b.origin && a.pathname === b.pathname && a.username === '' && a.password === '';
}

function notUsed(version: number, state: VersionState): string {
  return (
    `A LoRA of the request is that of version ${version} of a character, which is ${state}. Read the character again ` +
    '(GET /v1/characters/{id}) and send the address of its current version.'
  );
}

function notApproved(): Refusal {
  const detail =
    'A LoRA of the request does not belong to an approved identity of yours. Send ' +
    'identity.technologyData.falCharacterId of a character whose identity.status is "ready", as GET /v1/characters ' +
    'answers it.';
  return new Refusal('lora_not_approved', detail);
}
