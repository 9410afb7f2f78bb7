// Who a request means: the approved version of each character, by its id, by that of an identity, or by the address of
// its LoRA.

import { triggerWord } from '../../domain/keys.ts';
import type { CastMember } from '../../domain/stills/still.ts';
import type { VersionState } from '../../domain/version.ts';
import { approvedLora } from '../identities/approved-lora.ts';
import type { Ports } from '../ports/index.ts';
import { notFound, Refusal } from '../refusal.ts';
import type { CastRequest } from './stills-request.ts';

/** A member of the cast, before the route and the prompt say where it stands. */
export type FoundMember = Omit<CastMember, 'place'>;

type World = Pick<Ports, 'characters' | 'identities' | 'versions' | 'files' | 'models'>;

/** Finds the casts of one request: each character is looked up once. */
export function createCastFinder(
  deps: World,
  tenantId: string,
): (asked: readonly CastRequest[]) => Promise<FoundMember[]> {
  const found = new Map<string, Promise<FoundMember>>();

  return async (asked) => {
    const cast: FoundMember[] = [];
    for (const { position: _, box: __, strength, name, ...who } of asked) {
      const key = JSON.stringify(who);
      const finding = found.get(key) ?? findMember(deps, tenantId, who);
      found.set(key, finding);
      const member = await finding;
      cast.push({ ...member, strength: strength ?? member.strength, name: name ?? member.name });
    }
    refuseTwice(cast);
    return cast;
  };
}

type Who = Pick<CastRequest, 'characterId' | 'identityId' | 'loraUrl' | 'version'>;

async function findMember(deps: World, tenantId: string, who: Who): Promise<FoundMember> {
  const identityId = await identityOf(deps, tenantId, who);
  const [identity, approved] = await Promise.all([
    deps.identities.find(tenantId, identityId),
    deps.identities.approvedLora(tenantId, identityId),
  ]);
  if (!identity) throw notFound();
  const character = await deps.characters.find(tenantId, identity.characterId);
  if (!character) throw notFound();
  if (!approved) {
    const detail =
      `The identity of "${character.name}" is not approved: its run is "${identity.stage}". Only an approved identity ` +
      'is drawn. Wait until it is ready, and approve it.';
    throw new Refusal('identity_not_ready', detail);
  }
  const { version, state, lora } = approved;
  refuseUnusable({ version, name: character.name, state });
  return {
    characterId: character.id,
    identityId,
    version,
    name: character.name,
    subject: identity.subject,
    triggerWord: triggerWord(identityId),
    loraSha256: lora.sha256,
    strength: identity.referenceStrength,
    family: deps.models.trainer(identity.trainer).profile.family,
  };
}

/** Refusals: version_retired, version_revoked. */
export function refuseUnusable({ version, name, state }: { version: number; name: string; state: VersionState }): void {
  if (state !== 'retired' && state !== 'revoked') return;
  const detail =
    `Version ${version} of "${name}" is ${state}, and nothing is drawn of it. Name another version of the character: ` +
    'GET /v1/characters/{id}/versions lists them.';
  throw new Refusal(`version_${state}`, detail);
}

async function identityOf(deps: World, tenantId: string, who: Who): Promise<string> {
  const { characterId, identityId, loraUrl, version } = who;
  if (loraUrl !== undefined) return (await approvedLora(deps, tenantId, loraUrl)).identityId;
  if (identityId !== undefined) return identityId;
  if (characterId === undefined) throw new Refusal('invalid_request', 'Name each character by its characterId.');
  const character = await deps.characters.find(tenantId, characterId);
  if (!character) throw notFound();
  if (version !== undefined) {
    const named = (await deps.versions.list(tenantId, characterId)).find((row) => row.version === version);
    if (named) return named.identityId;
    const detail = `"${character.name}" has no version ${version}. GET /v1/characters/{id}/versions lists them.`;
    throw new Refusal('version_not_found', detail);
  }
  if (character.ready) return character.ready.identityId;
  const detail =
    `"${character.name}" has no current version: it is not approved, or its version was retired or revoked. Prepare ` +
    'and approve its identity, or name another version.';
  throw new Refusal('identity_not_ready', detail);
}

/** Two members of one face could not be told apart. */
function refuseTwice(cast: readonly FoundMember[]): void {
  const seen = new Set<string>();
  for (const { characterId, name } of cast) {
    if (seen.has(characterId)) {
      throw new Refusal('invalid_request', `"${name}" is in the frame twice. Name each character of a frame once.`);
    }
    seen.add(characterId);
  }
}
