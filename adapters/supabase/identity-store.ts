// The rows that a run writes. What has to change together is a function of the database; the rest are single updates
// that name their tenant.

import type { IdentityStore } from '../../core/ports/identity-store.ts';
import { Failure } from '../../domain/failure.ts';
import { OPEN_RETEST_STATES } from '../../domain/steps.ts';
import { isUuid } from '../../domain/uuid.ts';
import type { Supabase } from './client.ts';
import type { Database } from './database.ts';
import { loraFromJson, loraToJson, photoFile, toJson } from './rows.ts';
import { unwrap, unwrapNothing } from './unwrap.ts';

type IdentityChange = Database['public']['Tables']['identities']['Update'];

export function createIdentityStore(client: Supabase): IdentityStore {
  async function change(tenantId: string, identityId: string, columns: IdentityChange): Promise<void> {
    const request = client.from('identities').update(columns).eq('tenant_id', tenantId).eq('id', identityId);
    await unwrap(request.select('id').maybeSingle(), identity(identityId));
  }

  /** As `change`, but a run that has ended keeps its end: a late attempt of an older step changes nothing. */
  async function changeWhileOpen(tenantId: string, identityId: string, columns: IdentityChange): Promise<void> {
    const open = client
      .from('identities')
      .update(columns)
      .eq('tenant_id', tenantId)
      .eq('id', identityId)
      .is('closed_at', null);
    const changed = await unwrap(open.select('id'), identity(identityId));
    if (changed.length > 0) return;
    const any = client.from('identities').select('id').eq('tenant_id', tenantId).eq('id', identityId);
    await unwrap(any.maybeSingle(), identity(identityId));
  }

  return {
    async savePhotoReports(tenantId, reports) {
      const request = client.rpc('save_photo_reports', { p_tenant: tenantId, p_reports: toJson(reports) });
      await unwrapNothing(request, `one of the photos ${reports.map((report) => report.photoId).join(', ')}`);
    },

    async photosOf(tenantId, characterId, photoIds) {
      const ids = photoIds.filter(isUuid);
      const request = client
        .from('photos')
        .select('id, object_key')
        .match({ tenant_id: tenantId, character_id: characterId })
        .in('id', ids);
      const rows = await unwrap(request, `the photos of the character ${characterId}`);
      const keys = new Map(rows.map((row) => [row.id, row.object_key]));
      return ids.flatMap((photoId) => {
        const key = keys.get(photoId);
        return key === undefined ? [] : [{ photoId, object: photoFile(key) }];
      });
    },

    async photos(tenantId, photoIds) {
      const request = client
        .from('photos')
        .select('id, object_key')
        .eq('tenant_id', tenantId)
        .in('id', [...photoIds]);
      const rows = await unwrap(request, `one of the photos ${photoIds.join(', ')}`);
      const keys = new Map(rows.map((row) => [row.id, row.object_key]));
      return photoIds.map((photoId) => {
        const key = keys.get(photoId);
        if (key === undefined) throw new Failure('NotFound', `Not found: the photo ${photoId}. Upload it again.`);
        return { photoId, object: photoFile(key) };
      });
    },

    async safetyChecker(tenantId) {
      const request = client.from('tenants').select('safety_checker').eq('id', tenantId).single();
      return (await unwrap(request, `the tenant ${tenantId}`)).safety_checker;
    },

    saveStage: (tenantId, identityId, stage) => changeWhileOpen(tenantId, identityId, { stage }),

    saveReferences: (tenantId, identityId, photoIds, heldOut) =>
      change(tenantId, identityId, { reference_photo_ids: [...photoIds], held_out: heldOut ?? null }),

    saveArchive: (tenantId, identityId, archive) => change(tenantId, identityId, { archive_key: archive.key }),

    saveLora: (tenantId, identityId, lora) => change(tenantId, identityId, { lora: loraToJson(lora) }),

    async lora(tenantId, identityId) {
      const request = client.from('identities').select('lora').eq('tenant_id', tenantId).eq('id', identityId);
      const { lora } = await unwrap(request.maybeSingle(), identity(identityId));
      const stored = loraFromJson(lora);
      if (!stored) throw new Failure('NotFound', `Not found: a LoRA of ${identity(identityId)}. Train it first.`);
      return stored;
    },

    async saveTestImage(image) {
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

    saveStrength: (tenantId, identityId, strength, summary) =>
      changeWhileOpen(tenantId, identityId, { reference_strength: strength, scores: toJson(summary) }),

    async saveDecision(tenantId, identityId, { decision, at }) {
      const row = {
        id: decision.decisionId,
        tenant_id: tenantId,
        identity_id: identityId,
        round: decision.round,
        verdict: decision.verdict,
        next: decision.verdict === 'reject' ? decision.next : null,
        reason: decision.reason ?? null,
        decided_by: decision.by,
        via: decision.via,
        decided_at: at,
      };
      const once = { onConflict: 'tenant_id,identity_id,round,id', ignoreDuplicates: true };
      await unwrapNothing(client.from('decisions').upsert(row, once), identity(identityId));
    },

    async publish(publication) {
      const request = client.rpc('publish_identity', {
        p_tenant: publication.tenantId,
        p_character: publication.characterId,
        p_identity: publication.identityId,
        p_lora_sha256: publication.loraSha256,
        p_test_suite: publication.testSuite,
        p_scores: toJson(publication.scores),
        p_decision_round: publication.decisionRound,
        p_decision: publication.decisionId,
        p_approved_by: publication.approvedBy,
        p_reference_strength: publication.referenceStrength,
      });
      return { version: await unwrap(request, identity(publication.identityId)) };
    },

    async saveRetestState(tenantId, identityId, number, state) {
      const request = client
        .from('retests')
        .update({ state })
        .match({ tenant_id: tenantId, identity_id: identityId, number })
        .in('state', [...OPEN_RETEST_STATES])
        .neq('state', state);
      await unwrapNothing(request, `test ${number} of ${identity(identityId)}`);
    },

    async closeRetest(tenantId, identityId, number, { state, failedImages, reason }) {
      const end = { state, failed_images: toJson(failedImages), close_reason: reason ?? null };
      const request = client
        .from('retests')
        .update({ ...end, closed_at: new Date().toISOString() })
        .match({ tenant_id: tenantId, identity_id: identityId, number })
        .in('state', [...OPEN_RETEST_STATES]);
      await unwrapNothing(request, `test ${number} of ${identity(identityId)}`);
    },

    close: (tenantId, identityId, stage, reason) =>
      changeWhileOpen(tenantId, identityId, { stage, close_reason: reason, closed_at: new Date().toISOString() }),
  };
}

const identity = (identityId: string): string => `the identity ${identityId}`;
