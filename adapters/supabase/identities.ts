// Identities, in rows. Changes to several rows are functions of the database; the rest are single updates with their
// tenant. Lists have the newest first; an id that is not a UUID finds nothing.

import type { Identities } from '../../core/ports/identities.ts';
import { Failure } from '../../domain/failure.ts';
import type { Supabase } from './client.ts';
import type { Database } from './database.ts';
import { pageOf, toPage } from './page.ts';
import { loraFromJson, loraToJson, toIdentity, toJson, toMonthBudget } from './rows.ts';
import { answerOf, unwrap, unwrapMaybe, unwrapNothing } from './unwrap.ts';

type IdentityChange = Database['public']['Tables']['identities']['Update'];

export function createIdentities(client: Supabase): Identities {
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
    async open(identity, { caps, ...limits }) {
      const start = {
        p_id: identity.id,
        p_tenant: identity.tenantId,
        p_character: identity.characterId,
        p_request_hash: identity.requestHash,
        p_photos: identity.photoIds ?? null,
        p_strength: identity.referenceStrength,
        p_steps: identity.trainingSteps,
        p_trainer: identity.trainer,
        p_generator: identity.generator,
        p_limits: { ...limits, monthCap: caps.month, identityCap: caps.identity },
      };
      const opened = await answerOf(client.rpc('start_identity', start), `the tenant ${identity.tenantId}`);
      if (!opened) return undefined;
      if ('identity' in opened) return { identity: toIdentity(opened.identity) };
      return { photoIds: opened.photos, month: toMonthBudget(opened.month, caps) };
    },

    async find(tenantId, identityId) {
      const request = client
        .from('identity_overview')
        .select()
        .eq('tenant_id', tenantId)
        .eq('id', identityId)
        .maybeSingle();
      const row = await unwrapMaybe(request, `the identity ${identityId}`);
      return row && toIdentity(row);
    },

    async list(tenantId, { stage, characterId }, page) {
      let query = client.from('identity_overview').select().eq('tenant_id', tenantId);
      if (stage !== undefined) query = query.eq('stage', stage);
      if (characterId !== undefined) query = query.eq('character_id', characterId);
      return toPage(((await unwrapMaybe(pageOf(query, page), 'the identities')) ?? []).map(toIdentity), page);
    },

    async approvedLora(tenantId, identityId) {
      const request = client
        .from('identity_overview')
        .select('lora, version, version_state, version_lora_sha256')
        .match({ tenant_id: tenantId, id: identityId });
      const row = await unwrapMaybe(request.maybeSingle(), `the identity ${identityId}`);
      const lora = loraFromJson(row?.lora ?? null);
      if (!row?.version || !row.version_state || lora?.sha256 !== row.version_lora_sha256) return undefined;
      return { lora, version: row.version, state: row.version_state };
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

    async close(tenantId, identityId, stage, reason) {
      const end = { p_tenant: tenantId, p_identity: identityId, p_stage: stage, p_reason: reason };
      await unwrapNothing(client.rpc('close_identity', end), identity(identityId));
    },
  };
}

const identity = (identityId: string): string => `the identity ${identityId}`;
