// The locks of tenants, their settings and their webhook endpoints.

import { createTenant, firstTenant } from '../../adapters/supabase/keys.ts';
import { createTenantSettings } from '../../adapters/supabase/tenant-settings.ts';
import { createWebhookEndpoints } from '../../adapters/supabase/webhook-endpoints.ts';
import { newTenant } from '../support/cast.ts';
import { values } from '../support/hammer.ts';
import { CALLERS, jobs, type Race } from './race.ts';

const MOST_ENDPOINTS = 20;

export const TENANT_RACES: Race[] = [
  {
    promise: 'all first starts at once work under one tenant',
    locks: ["first_tenant: perform pg_advisory_xact_lock(hashtext('likeness.first_tenant'));"],
    gate: { table: 'tenants', before: 'insert', each: 'statement' },
    async run({ client, race }) {
      const tenants = new Set(values(await race(jobs(CALLERS, () => firstTenant(client)))));
      await createTenant(client, 'Second');
      return { tenants: tenants.size, theSameLater: tenants.has(await firstTenant(client)) };
    },
    holds: { tenants: 1, theSameLater: true },
    broken: { tenants: CALLERS, theSameLater: true },
  },
  {
    promise: 'one change of a setting is recorded once',
    locks: ['set_safety_checker: tenants for no key update'],
    gate: { table: 'tenants', before: 'update', each: 'statement' },
    async run({ client, race }) {
      const settings = createTenantSettings(client);
      const tenantId = await newTenant(client);
      const change = { on: false, by: 'key-1', reason: undefined };
      await race(jobs(CALLERS, () => settings.setSafetyChecker(tenantId, change)));
      return (await settings.read(tenantId)).changes.length;
    },
    holds: 1,
    broken: CALLERS,
  },
  {
    promise: 'a tenant gets as many webhook endpoints as it may have, and no more',
    locks: ['create_webhook_endpoint: tenants for no key update'],
    gate: { table: 'webhook_endpoints', before: 'insert', each: 'statement' },
    async run({ client, race }) {
      const endpoints = createWebhookEndpoints(client);
      const tenantId = await newTenant(client);
      const create = () => endpoints.create(tenantId, 'https://app.example/hook', ['identity.ready']);
      for (let n = 0; n < MOST_ENDPOINTS - 1; n++) await create();
      await race(jobs(CALLERS, create));
      return (await endpoints.list(tenantId)).length;
    },
    holds: MOST_ENDPOINTS,
    broken: MOST_ENDPOINTS - 1 + CALLERS,
  },
];
