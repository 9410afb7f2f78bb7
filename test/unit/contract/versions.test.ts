import { randomUUID } from 'node:crypto';
import { describeVersions } from '../../contract/versions.ts';
import { newWorld } from '../api/world.ts';

describeVersions(async () => {
  const { tables, addCharacter, addVersion } = newWorld();
  return {
    ...tables,
    newTenant: async () => randomUUID(),
    async newCharacter(count) {
      const character = addCharacter();
      const rows = Array.from({ length: count }, (_, i) =>
        addVersion(character, { state: i + 1 < count ? 'available' : 'current' }),
      );
      const { tenantId, id: characterId } = character;
      return { tenantId, characterId, identityIds: rows.map(({ identityId }) => identityId) };
    },
  };
});
