// The files that a cast is drawn from. Nothing is posted for a version that may not be used any more, or with another
// LoRA than the one that was frozen with the still.

import { Failure } from '../../domain/failure.ts';
import { referenceObject } from '../../domain/keys.ts';
import type { CastMember } from '../../domain/stills/still.ts';
import type { Deliverable } from '../files/deliver.ts';
import type { StoredLora } from '../ports/identities.ts';
import type { Ports } from '../ports/index.ts';

/** In the order of the cast. Throws VersionRefused or InvalidLora; the messages name no character, by number alone. */
export async function usableLoras(
  { identities }: Pick<Ports, 'identities'>,
  tenantId: string,
  cast: readonly CastMember[],
): Promise<StoredLora[]> {
  const found = await Promise.all(cast.map(({ identityId }) => identities.approvedLora(tenantId, identityId)));
  return cast.map(({ version, loraSha256 }, member) => {
    const approved = found[member];
    const who = `Version ${version} of character ${member + 1} of this still`;
    if (approved?.version !== version) {
      throw new Failure('VersionRefused', `${who} does not exist any more. Ask for the still again with another one.`);
    }
    if (approved.state !== 'current' && approved.state !== 'available') {
      const message = `${who} is ${approved.state}. Ask for the still again with a version that may be used.`;
      throw new Failure('VersionRefused', message);
    }
    if (approved.lora.sha256 !== loraSha256) {
      const message = `${who} has another LoRA than the one that was approved. Nothing is drawn with it: report it.`;
      throw new Failure('InvalidLora', message);
    }
    return approved.lora;
  });
}

/** A reference picture of a member: the first of those that it was scored against. */
export async function castReference(
  { identities }: Pick<Ports, 'identities'>,
  tenantId: string,
  { identityId }: CastMember,
): Promise<Deliverable> {
  const photoId = (await identities.find(tenantId, identityId))?.referencePhotoIds?.[0];
  if (photoId === undefined) throw new Failure('NotFound', `The identity ${identityId} has no reference picture.`);
  return {
    object: referenceObject(tenantId, identityId, photoId),
    contentType: 'image/jpeg',
    fileName: `${photoId}.jpg`,
    name: `${identityId}/${photoId}`,
  };
}
