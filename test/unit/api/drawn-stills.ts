// Batches of stills that were drawn, of characters that the world has.

import type { StillRow } from '../../../core/ports/stills.ts';
import type { CastMember, Finding } from '../../../domain/stills/still.ts';
import { addStills, newPair, newPicture, recognised } from '../../support/new-stills.ts';
import { TENANT, type World } from './world.ts';

export const LOW: Finding = { code: 'low_likeness', member: 1, face: 1 };

/** Two characters whose version 1 is approved and current. */
export function addPair(world: World): CastMember[] {
  return newPair().map((member) => {
    const character = world.addCharacter(TENANT, { name: member.name });
    const { identityId, version, loraSha256 } = world.addVersion(character);
    return { ...member, characterId: character.id, identityId, version, loraSha256 };
  });
}

/** A batch of so many stills, each ended with a picture of these scores. */
export async function drawn(world: World, count: number, scores: number[], findings: Finding[] = []) {
  const cast = addPair(world);
  const rows = await addStills(world.stills, TENANT, count, { cast });
  for (const { id, batchId, number } of rows) {
    const picture = newPicture(1, { tenantId: TENANT, batchId, stillId: id });
    world.rows.objects.set(`${picture.object.bucket}/${picture.object.key}`, Buffer.from(`png ${number}`));
    await world.stills.savePicture(TENANT, id, picture);
    await world.stills.saveCheck(TENANT, id, 1, recognised(scores, findings));
    const state = findings.length > 0 ? 'flagged' : 'passed';
    await world.stills.close(TENANT, id, { state, best: 1, repairs: 0, reason: undefined });
  }
  const batchId = rows[0]?.batchId ?? '';
  await world.stills.closeBatch(TENANT, batchId, { state: 'done', reason: undefined });
  const stills = await world.stills.list(TENANT, batchId, 0, count);
  return { batchId, cast, stills, first: stills[0] as StillRow, path: `/v1/stills/${batchId}` };
}
