// A tenant's settings, and the record of who changed them.

import type { TenantSettings } from '../../core/ports/tenant-settings.ts';
import type { Supabase } from './client.ts';
import { readSwitch } from './columns.ts';
import { unwrap, unwrapMaybe, unwrapNothing } from './unwrap.ts';

/** Changes that are shown; older ones stay in the table. */
const SHOWN = 50;
const NEWEST_FIRST = { ascending: false };

export function createTenantSettings(client: Supabase): TenantSettings {
  return {
    async read(tenantId) {
      const tenant = client.from('tenants').select('safety_checker').eq('id', tenantId).single();
      const changes = client
        .from('tenant_setting_changes')
        .select()
        .eq('tenant_id', tenantId)
        .order('changed_at', NEWEST_FIRST)
        .order('id', NEWEST_FIRST)
        .limit(SHOWN);
      const { safety_checker: safetyChecker } = await unwrap(tenant, `the tenant ${tenantId}`);
      const rows = (await unwrapMaybe(changes, 'the changes of settings')) ?? [];
      return {
        safetyChecker,
        changes: rows.map((row) => ({
          safetyChecker: readSwitch(row.value),
          reason: row.reason ?? undefined,
          by: row.changed_by,
          at: row.changed_at,
        })),
      };
    },

    async setSafetyChecker(tenantId, { on, by, reason }) {
      const change = { p_tenant: tenantId, p_on: on, p_by: by, p_reason: reason ?? null };
      await unwrapNothing(client.rpc('set_safety_checker', change), `the tenant ${tenantId}`);
    },

    async safetyChecker(tenantId) {
      const request = client.from('tenants').select('safety_checker').eq('id', tenantId).single();
      return (await unwrap(request, `the tenant ${tenantId}`)).safety_checker;
    },
  };
}
