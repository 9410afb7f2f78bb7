// Rows for the API. Lists show the newest first; an id that is no UUID names nothing.

import type { UnclearCall } from '../../core/ports/ledger.ts';
import type { Registry } from '../../core/ports/registry.ts';
import { DEFAULT_SUBJECT } from '../../domain/subject.ts';
import { TEST_TYPES, type TestType } from '../../domain/test-suite.ts';
import type { Supabase } from './client.ts';
import { createKeyring } from './keyring.ts';
import { pageOf, toPage } from './page.ts';
import {
  loraFromJson,
  toCharacter,
  toIdentity,
  toJson,
  toMonthBudget,
  toPhoto,
  toProviderCall,
  toTestImage,
} from './rows.ts';
import { createSpends } from './spends.ts';
import { answerOf, unwrap, unwrapMaybe } from './unwrap.ts';

/** What `createLedger` makes. Anything else is not worth a query. */
const TOKEN = /^[\w-]{43}$/;

export function createRegistry(client: Supabase): Registry {
  return {
    principal: createKeyring(client),

    async createCharacter(tenantId, name, subject = DEFAULT_SUBJECT) {
      const row = { tenant_id: tenantId, name, subject_kind: subject.kind, subject_noun: subject.noun };
      const request = client.from('characters').insert(row).select('id, created_at').single();
      const { id, created_at } = await unwrap(request, `the tenant ${tenantId}`);
      return { id, tenantId, name, subject, createdAt: created_at, ready: undefined, newest: undefined };
    },

    async setSubject(tenantId, characterId, { kind, noun }) {
      const change = { p_tenant: tenantId, p_character: characterId, p_kind: kind, p_noun: noun };
      return (await answerOf(client.rpc('set_subject', change), `the character ${characterId}`)) ?? undefined;
    },

    async characters(tenantId, page) {
      const query = client.from('character_overview').select().eq('tenant_id', tenantId);
      return toPage((await unwrap(pageOf(query, page), 'the characters')).map(toCharacter), page);
    },

    async character(tenantId, characterId) {
      const request = client.from('character_overview').select().eq('tenant_id', tenantId).eq('id', characterId);
      const row = await unwrapMaybe(request.maybeSingle(), `the character ${characterId}`);
      return row && toCharacter(row);
    },

    async addPhoto(photo) {
      const row = {
        id: photo.id,
        tenant_id: photo.tenantId,
        character_id: photo.characterId,
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

    async photosOf(tenantId, characterId) {
      const query = client.from('photos').select().eq('tenant_id', tenantId).eq('character_id', characterId);
      const rows = await unwrapMaybe(query.order('created_at').order('id'), 'the photos');
      return (rows ?? []).map(toPhoto);
    },

    async photo(tenantId, photoId) {
      const request = client.from('photos').select().eq('tenant_id', tenantId).eq('id', photoId).maybeSingle();
      const row = await unwrapMaybe(request, `the photo ${photoId}`);
      return row && toPhoto(row);
    },

    async removePhoto(tenantId, photoId) {
      const query = client.from('photos').delete().eq('tenant_id', tenantId).eq('id', photoId);
      const row = await unwrapMaybe(query.select().maybeSingle(), `the photo ${photoId}`);
      return row && toPhoto(row);
    },

    async openIdentity(identity, { caps, ...limits }) {
      const start = {
        p_id: identity.id,
        p_tenant: identity.tenantId,
        p_character: identity.characterId,
        p_request_hash: identity.requestHash,
        p_photos: identity.photoIds ?? null,
        p_strength: identity.referenceStrength,
        p_steps: identity.trainingSteps,
        p_limits: { ...limits, monthCap: caps.month, identityCap: caps.identity },
      };
      const opened = await answerOf(client.rpc('start_identity', start), `the tenant ${identity.tenantId}`);
      if (!opened) return undefined;
      if ('identity' in opened) return { identity: toIdentity(opened.identity) };
      return { photoIds: opened.photos, month: toMonthBudget(opened.month, caps) };
    },

    async identity(tenantId, identityId) {
      const request = client.from('identities').select().eq('tenant_id', tenantId).eq('id', identityId).maybeSingle();
      const row = await unwrapMaybe(request, `the identity ${identityId}`);
      return row && toIdentity(row);
    },

    async identities(tenantId, { stage, characterId }, page) {
      let query = client.from('identities').select().eq('tenant_id', tenantId);
      if (stage !== undefined) query = query.eq('stage', stage);
      if (characterId !== undefined) query = query.eq('character_id', characterId);
      return toPage(((await unwrapMaybe(pageOf(query, page), 'the identities')) ?? []).map(toIdentity), page);
    },

    async testImages(tenantId, identityId, round) {
      let query = client.from('test_images').select().eq('tenant_id', tenantId).eq('identity_id', identityId);
      if (round !== undefined) query = query.eq('round', round);
      const images = ((await unwrapMaybe(query, 'the test images')) ?? []).map(toTestImage);
      const place = (type: TestType) => TEST_TYPES.indexOf(type);
      return images.sort((a, b) => a.round - b.round || place(a.type) - place(b.type) || a.strength - b.strength);
    },

    async testImage(tenantId, imageId) {
      const request = client.from('test_images').select().eq('tenant_id', tenantId).eq('id', imageId).maybeSingle();
      const row = await unwrapMaybe(request, `the test image ${imageId}`);
      return row && toTestImage(row);
    },

    spend: createSpends(client),

    async callByToken(token) {
      if (!TOKEN.test(token)) return undefined;
      const request = client.from('provider_calls').select().eq('token', token).maybeSingle();
      const row = await unwrapMaybe(request, 'the provider call of this token');
      return row && toProviderCall(row);
    },

    async adoptRequest(call, requestId) {
      const adoption = {
        p_id: call.id,
        p_attempt: call.attempts,
        p_state: 'submitted' as const,
        p_request: requestId,
      };
      return unwrap(client.rpc('move_provider_call', adoption), `the provider call ${call.key}`);
    },

    async proxyCall(tenantId, endpoint, requestId) {
      const request = client
        .from('provider_calls')
        .select()
        .match({ tenant_id: tenantId, endpoint, request_id: requestId })
        .in('purpose', ['proxy_image', 'proxy_training']);
      const row = await unwrapMaybe(request.maybeSingle(), `the request ${requestId}`);
      return row && toProviderCall(row);
    },

    async approvedLora(tenantId, identityId) {
      const request = client
        .from('identities')
        .select('lora, lora_sha256')
        .match({ tenant_id: tenantId, id: identityId, stage: 'ready' });
      const row = await unwrapMaybe(request.maybeSingle(), `the identity ${identityId}`);
      const lora = row && loraFromJson(row.lora);
      return lora?.sha256 === row?.lora_sha256 ? lora : undefined;
    },

    async callsOf(tenantId, identityId, keys) {
      if (keys.length === 0) return [];
      const request = client
        .from('provider_calls')
        .select('key, purpose, endpoint, estimate_micros, posted_at, attempts, reason')
        .eq('tenant_id', tenantId)
        .eq('identity_id', identityId)
        .in('key', [...keys]);
      const calls = ((await unwrapMaybe(request, 'the unclear calls')) ?? []).map(
        ({ estimate_micros: estimate, posted_at: postedAt, reason, ...call }): UnclearCall => ({
          ...call,
          estimate,
          postedAt,
          reason: reason ?? undefined,
        }),
      );
      return calls.sort((a, b) => keys.indexOf(a.key) - keys.indexOf(b.key));
    },
  };
}
