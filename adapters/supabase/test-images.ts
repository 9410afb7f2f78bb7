// Test images, in rows.

import type { TestImages } from '../../core/ports/test-images.ts';
import { TEST_TYPES, type TestType } from '../../domain/test-suite.ts';
import type { Supabase } from './client.ts';
import { toJson, toTestImage } from './rows.ts';
import { unwrapMaybe, unwrapNothing } from './unwrap.ts';

export function createTestImages(client: Supabase): TestImages {
  return {
    async list(tenantId, identityId, round) {
      let query = client.from('test_images').select().eq('tenant_id', tenantId).eq('identity_id', identityId);
      if (round !== undefined) query = query.eq('round', round);
      const images = ((await unwrapMaybe(query, 'the test images')) ?? []).map(toTestImage);
      const place = (type: TestType) => TEST_TYPES.indexOf(type);
      return images.sort((a, b) => a.round - b.round || place(a.type) - place(b.type) || a.strength - b.strength);
    },

    async find(tenantId, imageId) {
      const request = client.from('test_images').select().eq('tenant_id', tenantId).eq('id', imageId).maybeSingle();
      const row = await unwrapMaybe(request, `the test image ${imageId}`);
      return row && toTestImage(row);
    },

    async save(image) {
      const request = client.rpc('save_test_image', {
        p_id: image.imageId,
        p_tenant: image.tenantId,
        p_identity: image.identityId,
        p_round: image.round,
        p_type: image.type,
        p_seed: image.seed,
        p_strength: image.strength,
        p_object_key: image.object.key,
        p_sha256: image.sha256,
      });
      await unwrapNothing(request, identity(image.identityId));
    },

    async saveScores(tenantId, identityId, round, scores, summary) {
      const request = client.rpc('save_scores', {
        p_tenant: tenantId,
        p_identity: identityId,
        p_round: round,
        p_scores: toJson(scores),
        p_summary: toJson(summary),
      });
      await unwrapNothing(request, `${identity(identityId)} with all test images of round ${round}`);
    },
  };
}

const identity = (identityId: string): string => `the identity ${identityId}`;
