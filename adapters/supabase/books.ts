// A tenant's spending and caps, for the API. It only reads, except for the tenant's own cap; reservations are the
// ledger's.

import type { Books, LedgerEntry } from '../../core/ports/books.ts';
import type { MicroUsd } from '../../domain/money.ts';
import type { Supabase } from './client.ts';
import type { ProviderCallRecord } from './database.ts';
import { pageOf, toPage } from './page.ts';
import { toMonthBudget } from './rows.ts';
import { createSpends } from './spends.ts';
import { unwrap, unwrapMaybe } from './unwrap.ts';

interface BooksOptions {
  /** The same caps as the ledger's. */
  defaultCapMicros: MicroUsd;
  identityCapMicros: MicroUsd;
}

/** Without token, body and result: those never leave the server. */
const SHOWN =
  'id, key, subject_kind, subject_id, profile, endpoint, state, attempts, month, estimate_micros, charged_micros, request_id, safety_checker, reason, created_at';

export function createBooks(client: Supabase, { defaultCapMicros, identityCapMicros }: BooksOptions): Books {
  const caps = { month: defaultCapMicros, identity: identityCapMicros };
  return {
    caps,
    spend: createSpends(client),

    async budget(tenantId) {
      const request = client.rpc('month_budget', { p_tenant: tenantId });
      return toMonthBudget(await unwrap(request, `the tenant ${tenantId}`), caps);
    },

    async setMonthlyCap(tenantId, cap) {
      const query = client.from('tenants').update({ monthly_cap_micros: cap }).eq('id', tenantId);
      await unwrap(query.select('id').single(), `the tenant ${tenantId}`);
    },

    async entries(tenantId, { subject, state }, page) {
      let query = client.from('provider_calls').select(SHOWN).eq('tenant_id', tenantId);
      if (subject) query = query.match({ subject_kind: subject.kind, subject_id: subject.id });
      if (state !== undefined) query = query.eq('state', state);
      return toPage(((await unwrapMaybe(pageOf(query, page), 'the ledger')) ?? []).map(toEntry), page);
    },
  };
}

function toEntry(
  row: Omit<
    ProviderCallRecord,
    'tenant_id' | 'workflow_id' | 'token' | 'input' | 'result' | 'posted_at' | 'request_hash' | 'updated_at'
  >,
) {
  return {
    id: row.id,
    key: row.key,
    subject: { kind: row.subject_kind, id: row.subject_id },
    profile: row.profile,
    endpoint: row.endpoint,
    state: row.state,
    attempts: row.attempts,
    month: row.month.slice(0, 'YYYY-MM'.length),
    estimate: row.estimate_micros,
    charged: row.charged_micros ?? undefined,
    requestId: row.request_id ?? undefined,
    safetyChecker: row.safety_checker ?? undefined,
    reason: row.reason ?? undefined,
    createdAt: row.created_at,
  } satisfies LedgerEntry;
}
