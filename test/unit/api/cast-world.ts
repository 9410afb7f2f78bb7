// A world with characters that are ready: what stills are drawn of.

import type { ApiDeps } from '../../../api/deps.ts';
import { loraObject } from '../../../domain/keys.ts';
import { newWorld, TENANT } from './world.ts';

/** A character of each name, whose version 1 is approved and current. */
export function worldWith(names: readonly string[], overrides: Partial<ApiDeps> = {}) {
  const world = newWorld(overrides);
  const versions = names.map((name) => {
    const character = world.addCharacter(TENANT, { name });
    const { identityId, version, loraSha256, referenceStrength } = world.addVersion(character);
    const lora = loraObject(TENANT, identityId, 1);
    character.ready = { identityId, version, lora, loraSha256, referenceStrength, subject: character.subject };
    return { character, identityId };
  });
  return { ...world, versions, ids: versions.map(({ character }) => character.id) };
}

export type CastWorld = ReturnType<typeof worldWith>;
