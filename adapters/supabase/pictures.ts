// Generated pictures, in rows.

import type { CharacterPicture, Pictures } from '../../core/ports/pictures.ts';
import { BUCKETS } from '../../domain/keys.ts';
import { isUuid } from '../../domain/uuid.ts';
import type { Supabase } from './client.ts';
import { decodeCursor } from './cursor.ts';
import type { ShownPictureRecord } from './database.ts';
import { toPage } from './page.ts';
import { unwrapMaybe } from './unwrap.ts';

export function createPictures(client: Supabase): Pictures {
  return {
    async files(tenantId, pictureIds) {
      const columns = client.from('pictures').select('id, set_id, object_key').eq('tenant_id', tenantId);
      const rows = await unwrapMaybe(columns.in('id', pictureIds.filter(isUuid)), 'the pictures');
      return new Map(
        (rows ?? []).map(({ id, set_id: set, object_key: key }) => {
          return [id, { bucket: set === null ? BUCKETS.stills : BUCKETS.tests, key }];
        }),
      );
    },

    async ofCharacter(tenantId, characterId, page) {
      const before = page.cursor === undefined ? undefined : decodeCursor(page.cursor);
      const asked = {
        p_tenant: tenantId,
        p_character: characterId,
        p_before: before?.createdAt ?? null,
        p_before_id: before?.id ?? null,
        p_limit: page.limit + 1,
      };
      const rows = await unwrapMaybe(client.rpc('pictures_of_character', asked), `the character ${characterId}`);
      return toPage((rows ?? []).map(toCharacterPicture), page);
    },
  };
}

function toCharacterPicture(row: ShownPictureRecord): CharacterPicture {
  const { id, created_at: createdAt, still_id: stillId } = row;
  const source: CharacterPicture['source'] =
    stillId === null
      ? { kind: 'test', identityId: row.identity_id, type: row.type }
      : { kind: 'still', batchId: row.batch_id, stillId, number: row.number };
  return { id, createdAt, source };
}
