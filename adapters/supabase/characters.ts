// Characters, in rows. Lists have the newest first; an id that is not a UUID finds nothing.

import type { Characters } from '../../core/ports/characters.ts';
import { DEFAULT_SUBJECT } from '../../domain/subject.ts';
import type { Supabase } from './client.ts';
import { pageOf, toPage } from './page.ts';
import { toCharacter } from './rows.ts';
import { answerOf, unwrap, unwrapMaybe } from './unwrap.ts';

export function createCharacters(client: Supabase): Characters {
  return {
    async create(tenantId, name, subject = DEFAULT_SUBJECT) {
      const row = { tenant_id: tenantId, name, subject_kind: subject.kind, subject_noun: subject.noun };
      const request = client.from('characters').insert(row).select('id, created_at').single();
      const { id, created_at } = await unwrap(request, `the tenant ${tenantId}`);
      return { id, tenantId, name, subject, createdAt: created_at, ready: undefined, newest: undefined };
    },

    async setSubject(tenantId, characterId, { kind, noun }) {
      const change = { p_tenant: tenantId, p_character: characterId, p_kind: kind, p_noun: noun };
      return (await answerOf(client.rpc('set_subject', change), `the character ${characterId}`)) ?? undefined;
    },

    async list(tenantId, page) {
      const query = client.from('character_overview').select().eq('tenant_id', tenantId);
      return toPage((await unwrap(pageOf(query, page), 'the characters')).map(toCharacter), page);
    },

    async find(tenantId, characterId) {
      const request = client.from('character_overview').select().eq('tenant_id', tenantId).eq('id', characterId);
      const row = await unwrapMaybe(request.maybeSingle(), `the character ${characterId}`);
      return row && toCharacter(row);
    },
  };
}
