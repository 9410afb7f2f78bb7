// Photos, in rows. An id that is not a UUID finds nothing.

import type { Photos } from '../../core/ports/photos.ts';
import { isUuid } from '../../domain/uuid.ts';
import type { Supabase } from './client.ts';
import { toJson, toPhoto } from './rows.ts';
import { unwrap, unwrapMaybe, unwrapNothing } from './unwrap.ts';

export function createPhotos(client: Supabase): Photos {
  return {
    async add(photo) {
      const row = {
        id: photo.id,
        tenant_id: photo.tenantId,
        character_id: photo.characterId,
        origin: photo.origin.kind,
        picture_id: photo.origin.kind === 'generated' ? photo.origin.pictureId : null,
        object_key: photo.object.key,
        source_sha256: photo.sourceSha256,
        width: photo.width,
        height: photo.height,
        verdict: photo.report.verdict,
        findings: toJson(photo.report.findings),
      };
      const request = client.from('photos').insert(row).select().single();
      return toPhoto(await unwrap(request, `the character ${photo.characterId}`));
    },

    async of(tenantId, characterId, photoIds) {
      let query = client.from('photos').select().eq('tenant_id', tenantId).eq('character_id', characterId);
      if (photoIds) query = query.in('id', photoIds.filter(isUuid));
      const rows = await unwrapMaybe(query.order('created_at').order('id'), 'the photos');
      return (rows ?? []).map(toPhoto);
    },

    async find(tenantId, photoId) {
      const request = client.from('photos').select().eq('tenant_id', tenantId).eq('id', photoId).maybeSingle();
      const row = await unwrapMaybe(request, `the photo ${photoId}`);
      return row && toPhoto(row);
    },

    async remove(tenantId, photoId) {
      const query = client.from('photos').delete().eq('tenant_id', tenantId).eq('id', photoId);
      const row = await unwrapMaybe(query.select().maybeSingle(), `the photo ${photoId}`);
      return row && toPhoto(row);
    },

    async saveReports(tenantId, reports) {
      const request = client.rpc('save_photo_reports', { p_tenant: tenantId, p_reports: toJson(reports) });
      await unwrapNothing(request, `one of the photos ${reports.map((report) => report.photoId).join(', ')}`);
    },
  };
}
