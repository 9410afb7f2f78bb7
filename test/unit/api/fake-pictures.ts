// Generated pictures in memory: the test images and the stills that a test has added.

import type { IdentityRow } from '../../../core/ports/identities.ts';
import type { CharacterPicture, Pictures } from '../../../core/ports/pictures.ts';
import type { StillRow, Stills } from '../../../core/ports/stills.ts';
import type { TestImageRow } from '../../../core/ports/test-images.ts';
import { CREATED } from './fake-tables.ts';

interface World {
  images: Map<string, TestImageRow>;
  identities: Map<string, IdentityRow>;
  stills: Stills;
}

export function createFakePictures({ images, identities, stills }: World): Pictures {
  const testsOf = (tenantId: string, characterId?: string) =>
    [...images.values()].filter(({ identityId }) => {
      const identity = identities.get(identityId);
      return identity?.tenantId === tenantId && (!characterId || identity.characterId === characterId);
    });

  async function stillsOf(tenantId: string): Promise<StillRow[]> {
    const { items } = await stills.batches(tenantId, {}, { limit: 1000 });
    return (await Promise.all(items.map(({ id }) => stills.list(tenantId, id, 0, 1000)))).flat();
  }

  return {
    async files(tenantId, pictureIds) {
      const drawn = (await stillsOf(tenantId)).flatMap(({ pictures }) => pictures);
      const all = [...testsOf(tenantId), ...drawn].filter(({ id }) => pictureIds.includes(id));
      return new Map(all.map(({ id, object }) => [id, object]));
    },
    async ofCharacter(tenantId, characterId, { limit, cursor = '0' }) {
      const tests = testsOf(tenantId, characterId).map(({ id, identityId, type }): CharacterPicture => {
        return { id, source: { kind: 'test', identityId, type }, createdAt: CREATED };
      });
      const shown = (await stillsOf(tenantId)).flatMap((still): CharacterPicture[] => {
        const best = still.pictures.find(({ number }) => number === still.best);
        if (!best || !still.manifest.cast.some((member) => member.characterId === characterId)) return [];
        const { id: stillId, batchId, number } = still;
        return [{ id: best.id, source: { kind: 'still', batchId, stillId, number }, createdAt: best.createdAt }];
      });
      const all = [...shown, ...tests];
      const end = Number(cursor) + limit;
      return { items: all.slice(Number(cursor), end), ...(end < all.length ? { nextCursor: String(end) } : {}) };
    },
  };
}
