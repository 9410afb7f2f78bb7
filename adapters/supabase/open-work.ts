// Open rows of all tenants, for the sweep: small pages by id, each from an index of open rows only.

import type { OpenWork } from '../../core/ports/open-work.ts';
import { OPEN_RETEST_STATES } from '../../domain/steps.ts';
import type { Supabase } from './client.ts';
import { unwrap, unwrapMaybe } from './unwrap.ts';

/** Smaller than every UUID. */
const FIRST = '00000000-0000-0000-0000-000000000000';

export function createOpenWork(client: Supabase): OpenWork {
  return {
    async identities(after = FIRST, limit) {
      const open = client.from('identities').select('id, tenant_id, created_at').is('closed_at', null);
      const rows = await unwrap(open.gt('id', after).order('id').limit(limit), 'the open identities');
      return rows.map(({ id, tenant_id: tenantId, created_at: createdAt }) => ({ id, tenantId, createdAt }));
    },

    async retests(after = FIRST, limit) {
      const open = client
        .from('picture_sets')
        .select('id, tenant_id, identity_id, number, created_at')
        .eq('kind', 'retest')
        .in('state', [...OPEN_RETEST_STATES]);
      const rows = await unwrap(open.gt('id', after).order('id').limit(limit), 'the open tests');
      return rows.map((row) => ({
        id: row.id,
        tenantId: row.tenant_id,
        identityId: row.identity_id,
        number: row.number,
        createdAt: row.created_at,
      }));
    },

    async batches(after = FIRST, limit) {
      const open = client.from('batches').select('id, tenant_id, created_at').is('closed_at', null);
      const rows = await unwrap(open.gt('id', after).order('id').limit(limit), 'the open batches');
      return rows.map(({ id, tenant_id: tenantId, created_at: createdAt }) => ({ id, tenantId, createdAt }));
    },

    async stills(after = FIRST, limit) {
      const open = client.from('stills_under_way').select().gt('id', after).order('id').limit(limit);
      return (await unwrap(open, 'the open stills')).map((row) => ({
        id: row.id,
        tenantId: row.tenant_id,
        batchId: row.batch_id,
        number: row.number,
        again: row.again,
        createdAt: row.opened_at,
      }));
    },

    async calls(after = FIRST, limit) {
      const open = client.from('unfollowed_calls').select('id, key, subject_kind, posted_at');
      const rows = await unwrap(open.gt('id', after).order('id').limit(limit), 'the open provider calls');
      return rows.map((row) => ({
        id: row.id,
        key: row.key,
        subjectKind: row.subject_kind,
        createdAt: row.posted_at,
      }));
    },

    async callsOf(workflowId) {
      // Quoted, because the embedded database reads a bare `unknown` as null.
      const open = client
        .from('provider_calls')
        .select('key')
        .eq('workflow_id', workflowId)
        .filter('state', 'in', '("intent","unknown","submitted")');
      return (await unwrap(open, 'the open provider calls')).map(({ key }) => key);
    },

    async endOf(tenantId, identityId) {
      const request = client
        .from('identities')
        .select('stage, close_reason, closed_at')
        .match({ tenant_id: tenantId, id: identityId });
      const row = await unwrapMaybe(request.maybeSingle(), `the identity ${identityId}`);
      return row?.closed_at ? { stage: row.stage, reason: row.close_reason ?? undefined } : undefined;
    },
  };
}
