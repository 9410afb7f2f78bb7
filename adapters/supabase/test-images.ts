// Test images, in rows.

import type { TestImages } from '../../core/ports/test-images.ts';
import { type SetRef, setName } from '../../domain/picture-set.ts';
import { TEST_TYPES } from '../../domain/test-suite.ts';
import type { Supabase } from './client.ts';
import { toJson, toTestImage } from './rows.ts';
import { unwrapMaybe, unwrapNothing } from './unwrap.ts';

export function createTestImages(client: Supabase): TestImages {
  return {
    async list(tenantId, identityId) {
      const mine = { tenant_id: tenantId, identity_id: identityId };
      const request = client.from('picture_overview').select().match(mine).order('number').order('strength');
      const images = ((await unwrapMaybe(request, 'the test images')) ?? []).map(toTestImage);
      return images.sort((a, b) => TEST_TYPES.indexOf(a.type) - TEST_TYPES.indexOf(b.type));
    },

    async find(tenantId, imageId) {
      const request = client
        .from('picture_overview')
        .select()
        .match({ tenant_id: tenantId, id: imageId })
        .maybeSingle();
      const row = await unwrapMaybe(request, `the test image ${imageId}`);
      return row && toTestImage(row);
    },

    async save(image) {
      const request = client.rpc('save_picture', {
        p_id: image.imageId,
        p_tenant: image.tenantId,
        p_identity: image.identityId,
        ...argsOf(image.set),
        p_type: image.type,
        p_seed: image.seed,
        p_object_key: image.object.key,
        p_sha256: image.sha256,
      });
      await unwrapNothing(request, `the set ${setName(image.set)} of ${identity(image.identityId)}`);
    },

    async saveScores(tenantId, identityId, set, scores, summary) {
      const request = client.rpc('save_scores', {
        p_tenant: tenantId,
        p_identity: identityId,
        ...argsOf(set),
        p_scores: toJson(scores),
        p_summary: toJson(summary),
      });
      await unwrapNothing(request, `${identity(identityId)} with all these pictures of ${setName(set)}`);
    },
  };
}

const argsOf = ({ kind, number, strength }: SetRef) => ({ p_kind: kind, p_number: number, p_strength: strength });
const identity = (identityId: string): string => `the identity ${identityId}`;
